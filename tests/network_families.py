"""Families of networks under a law of the inputs, each with another way to K."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from fractions import Fraction as Q
from itertools import combinations_with_replacement
from typing import Any

import network_references as references
from core_reference import LEAKY, PIECEWISE, rational
from hypothesis import strategies as st
from network_integrals import certified
from network_references import Surd
from network_strategies import NUMBER, SMALL, Network, sympy_number
from normal_reference import reference as normal_mean
from plane_reference import feature

from slt_symbolic.activations import (
    ABSOLUTE,
    COS,
    ERF,
    IDENTITY,
    RELU,
    SIN,
    STEP,
    TANH,
    Activation,
    polynomial,
)
from slt_symbolic.divergence import KLDivergence
from slt_symbolic.inputs import (
    FiniteSample,
    StandardNormal,
    UniformBox,
    UniformInterval,
    UniformPolygon,
    UniformSphere,
)

TWO, THREE = (Surd(Q(0), Q(1), d) for d in (2, 3))
INTERVALS = [(Q(-1), Q(1)), (Q(-3, 2), Q(2)), (Q(1, 2), Q(3)), (Q(-7, 3), Q(-1, 5))]
SURDS = [(-THREE, THREE), (1 - TWO, TWO), (-TWO, TWO * 2)]
POLYGONS = [
    ((0, 0), (2, 0), (0, 1)),
    ((-1, -1), (1, -1), (1, 1), (-1, 1)),
    ((0, -1), (2, 0), (1, 2), (-1, 1), (-1, 0)),
]
BOXES = [((Q(-1),) * 2, (Q(1),) * 2), ((Q(0), Q(-1)), (Q(2), Q(1, 3)))]
CUBES = [((Q(-1),) * 3, (Q(1),) * 3), ((Q(0), Q(-1), Q(1)), (Q(1), Q(1), Q(3)))]
SQUARE, CUBIC = polynomial((0, 0, 1)), polynomial((1, -1, 0, 2))


def interval_law(ends: tuple[Any, Any]) -> UniformInterval:
    return UniformInterval(*map(sympy_number, ends))


def _box(corners: tuple[Any, Any]) -> UniformBox:
    return UniformBox(*(tuple(map(rational, c)) for c in corners))


def _sample(points: list[tuple[Q, ...]]) -> FiniteSample:
    return FiniteSample([tuple(map(rational, p)) for p in points])


def normal_plane(name: str, model: Network, truth: Network, _law: str) -> tuple[float, float]:
    """K as a sum over pairs of nested Gauss rules, in floats; and the sum of its terms' sizes."""
    sigma = next(a for a in (RELU, STEP, ERF) if a.name == name)
    terms = [
        (float(sign * u.readout), feature(sigma, (*u.weights, u.bias)))
        for net, sign in ((model, 1), (truth, -1))
        for u in net.units
    ]
    terms.append((float(model.constant - truth.constant), feature(IDENTITY, (Q(0), Q(0), Q(1)))))
    parts = [
        (1 if s is t else 2) * s[0] * t[0] * normal_mean(s[1], t[1]) / 2
        for s, t in combinations_with_replacement(terms, 2)
        if s[0] and t[0]
    ]
    return sum(parts), sum(map(abs, parts))


@dataclass(frozen=True)
class Family:
    """A law, activations, and another way to K.

    Parameters
    ----------
    inputs : int
        Number of inputs.
    laws : list
        What the reference takes.
    law : callable
        Makes the package's law of it.
    reference : callable
        Fractions, Surds, balls, or floats with their scale.
    sigmas : tuple
        Activations.
    most : int
        Greatest number of the model's units.
    has_values : bool
        Whether K has exact values, or enclosures alone.
    number : strategy
        Of the entries: what the reference can resolve.
    """

    inputs: int
    laws: list[Any]
    law: Callable[[Any], Any]
    reference: Callable[..., Any]
    sigmas: tuple[Activation, ...]
    most: int = 3
    has_values: bool = True
    number: st.SearchStrategy[Q] = NUMBER

    def divergence(
        self, sigma: Activation, model: Network, truth: Network, law: Any
    ) -> KLDivergence:
        return KLDivergence(model.package(sigma), truth.package(sigma), self.law(law))


WAVES = (SIN, COS)
SMOOTH_NORMAL = (ERF, SIN, COS)
BRANCHED = (*PIECEWISE, SQUARE, CUBIC)
FAMILIES = {
    "interval": Family(1, INTERVALS, interval_law, references.interval, BRANCHED),
    "interval, roots": Family(1, SURDS, interval_law, references.interval, PIECEWISE),
    "polygon": Family(2, POLYGONS, UniformPolygon, references.polygon, PIECEWISE, 2),
    "box, two inputs": Family(2, BOXES, _box, references.box, PIECEWISE, 2),
    "box, three inputs": Family(3, CUBES, _box, references.box, PIECEWISE, 1),
    "sample": Family(
        2,
        [[(Q(0), Q(0)), (Q(1), Q(-1, 2)), (Q(-2), Q(1, 3)), (Q(5), Q(7))], [(Q(1), Q(1))]],
        _sample,
        references.sample,
        BRANCHED,
    ),
    "interval, waves": Family(1, INTERVALS, interval_law, certified, WAVES, 2),
    "interval, tanh": Family(
        1, INTERVALS, interval_law, certified, (TANH,), 2, has_values=False
    ),
    "normal": Family(
        1, ["normal"], lambda _: StandardNormal(1), certified,
        (RELU, LEAKY, ABSOLUTE, STEP, *SMOOTH_NORMAL), 2,
    ),
    "normal, tanh": Family(
        1, ["normal"], lambda _: StandardNormal(1), certified, (TANH,), 2,
        has_values=False,
    ),
    "normal, two inputs": Family(
        2, ["normal"], lambda _: StandardNormal(2), normal_plane, (RELU, STEP, ERF), 1, number=SMALL
    ),
    "circle": Family(
        2, ["circle"], lambda _: UniformSphere(2), certified, PIECEWISE, 2
    ),
}  # fmt: skip
