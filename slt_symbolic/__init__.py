"""Exact derivations and trustworthy numerics for singular learning theory.

Write down a small network, a truth and an input distribution; get K(w) exactly, the Fisher
information and where it degenerates, the set W0 of true parameters, the learning coefficient
with a certificate, Hermite coefficients with error bounds, and samplers that confirm the numbers.

Where to begin:

==================================================  ==========================================
``TwoLayer``, ``Unit``, ``activation``              a network
``UniformInterval``, ``StandardNormal``, ...        the law of its inputs
``KLDivergence(model, truth, inputs)``              K: ``pieces()``, ``at(w)``, ``enclosure(w)``
``TrueSet(model, truth, inputs)``                   W0: ``strata``, ``explain(w)``
``FisherInformation(model, inputs)``                ``rank_proof(w)``, ``null_fields(w)``
``local_learning_coefficient(K, w)``                lambda, m of a network at a true parameter
``learning_coefficient(Problem(K, names, point))``  the same for a polynomial of your own
``citation(result)``                                BibTeX for what a result rests on
==================================================  ==========================================

Names are imported on first use, so that ``import slt_symbolic`` costs next to nothing.

Examples
--------
>>> from slt_symbolic import KLDivergence, TrueSet, TwoLayer, UniformInterval, Unit
>>> from slt_symbolic import local_learning_coefficient
>>> model = TwoLayer.symbolic("relu", width=2, biases=0, output_bias=0)
>>> K = KLDivergence(model, TwoLayer("relu", [Unit(1, 1, 0)]), UniformInterval(-1, 1))
>>> for stratum in TrueSet(K.model, K.truth, K.inputs).strata[:1]:
...     print(stratum)
[fold1+, fold1+] dim 3: q2 = (-q1*w1 + 1)/w2; w1 > 0, w2 > 0, q1 != 0, q1*w1 - 1 != 0
>>> print(local_learning_coefficient(K, {"w1": 1, "q1": 1, "w2": -1, "q2": 0}))
lambda = 1, m = 1 (theorem)
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from slt_symbolic.activations import Activation as Activation
    from slt_symbolic.activations import activation as activation
    from slt_symbolic.citations import citation as citation
    from slt_symbolic.claims import Claim as Claim
    from slt_symbolic.divergence import ExpressionDivergence as ExpressionDivergence
    from slt_symbolic.divergence import KLDivergence as KLDivergence
    from slt_symbolic.divergence import LinearDivergence as LinearDivergence
    from slt_symbolic.divergence import MultiOutputDivergence as MultiOutputDivergence
    from slt_symbolic.expressions import parse_expression as parse_expression
    from slt_symbolic.fisher import FisherInformation as FisherInformation
    from slt_symbolic.inputs import FiniteSample as FiniteSample
    from slt_symbolic.inputs import StandardNormal as StandardNormal
    from slt_symbolic.inputs import UniformBox as UniformBox
    from slt_symbolic.inputs import UniformInterval as UniformInterval
    from slt_symbolic.inputs import UniformPolygon as UniformPolygon
    from slt_symbolic.inputs import UniformSphere as UniformSphere
    from slt_symbolic.linear_networks import DeepLinear as DeepLinear
    from slt_symbolic.networks import TwoLayer as TwoLayer
    from slt_symbolic.networks import Unit as Unit
    from slt_symbolic.phases import local_learning_coefficient as local_learning_coefficient
    from slt_symbolic.rlct import PiecewiseProblem as PiecewiseProblem
    from slt_symbolic.rlct import Problem as Problem
    from slt_symbolic.rlct import learning_coefficient as learning_coefficient
    from slt_symbolic.spectra import hermite_coefficient as hermite_coefficient
    from slt_symbolic.spectra import hermite_coefficients as hermite_coefficients
    from slt_symbolic.true_set import TrueSet as TrueSet
    from slt_symbolic.true_set import equivalent as equivalent

__version__ = "0.1.0.dev0"

_HOME = {
    "Activation": "activations",
    "activation": "activations",
    "citation": "citations",
    "Claim": "claims",
    "ExpressionDivergence": "divergence",
    "KLDivergence": "divergence",
    "LinearDivergence": "divergence",
    "MultiOutputDivergence": "divergence",
    "parse_expression": "expressions",
    "FisherInformation": "fisher",
    "FiniteSample": "inputs",
    "StandardNormal": "inputs",
    "UniformBox": "inputs",
    "UniformInterval": "inputs",
    "UniformPolygon": "inputs",
    "UniformSphere": "inputs",
    "DeepLinear": "linear_networks",
    "TwoLayer": "networks",
    "Unit": "networks",
    "local_learning_coefficient": "phases",
    "PiecewiseProblem": "rlct",
    "Problem": "rlct",
    "learning_coefficient": "rlct",
    "hermite_coefficient": "spectra",
    "hermite_coefficients": "spectra",
    "TrueSet": "true_set",
    "equivalent": "true_set",
}

__all__ = ["__version__", *_HOME]


def __getattr__(name: str) -> Any:
    if name not in _HOME:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    value = getattr(import_module(f"{__name__}.{_HOME[name]}"), name)
    globals()[name] = value
    return value


def __dir__() -> list[str]:
    return sorted(__all__)
