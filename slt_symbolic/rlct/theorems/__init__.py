"""Theorems about learning coefficients, as functions that check their hypotheses."""

from .deep_linear import deep_linear
from .jeffreys import jeffreys_lower_bound
from .mixtures import naive_bayes_independent, simplex_mixture, topic_model
from .morse_bott import morse_bott
from .recognition import recognise
from .reduced_rank import reduced_rank_regression
from .relu import relu_line_zero_truth, relu_upper_bound
from .theorem import Citation, HypothesisError, TheoremResult
from .three_layer import knapsack, three_layer_upper_bound
from .vandermonde import tanh_zero_truth, vandermonde

__all__ = [
    "Citation",
    "HypothesisError",
    "TheoremResult",
    "deep_linear",
    "jeffreys_lower_bound",
    "knapsack",
    "morse_bott",
    "naive_bayes_independent",
    "recognise",
    "reduced_rank_regression",
    "relu_line_zero_truth",
    "relu_upper_bound",
    "simplex_mixture",
    "tanh_zero_truth",
    "three_layer_upper_bound",
    "topic_model",
    "vandermonde",
]
