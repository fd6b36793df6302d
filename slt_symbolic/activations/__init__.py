"""Activations: one kind per file, each described by its exact relations.

A newcomer adds an activation by adding a file that builds one
:class:`~slt_symbolic.activations.activation.Activation`, and naming it here and in
:mod:`~slt_symbolic.activations.named`.
"""

from slt_symbolic.activations.absolute import ABSOLUTE
from slt_symbolic.activations.activation import Activation, Branches, Reflection
from slt_symbolic.activations.arctan import ARCTAN
from slt_symbolic.activations.cosine import COS
from slt_symbolic.activations.erf import ERF
from slt_symbolic.activations.gaussian import GAUSSIAN
from slt_symbolic.activations.gelu import GELU
from slt_symbolic.activations.identity import IDENTITY
from slt_symbolic.activations.leaky_relu import leaky_relu
from slt_symbolic.activations.named import activation
from slt_symbolic.activations.polynomial import polynomial
from slt_symbolic.activations.relu import RELU
from slt_symbolic.activations.sigmoid import SIGMOID
from slt_symbolic.activations.sine import SIN
from slt_symbolic.activations.softplus import SOFTPLUS
from slt_symbolic.activations.step import STEP
from slt_symbolic.activations.swish import SWISH, swish
from slt_symbolic.activations.tanh import TANH

__all__ = [
    "ABSOLUTE",
    "ARCTAN",
    "COS",
    "ERF",
    "GAUSSIAN",
    "GELU",
    "IDENTITY",
    "RELU",
    "SIGMOID",
    "SIN",
    "SOFTPLUS",
    "STEP",
    "SWISH",
    "TANH",
    "Activation",
    "Branches",
    "Reflection",
    "activation",
    "leaky_relu",
    "polynomial",
    "swish",
]
