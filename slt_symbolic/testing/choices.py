"""Activations and laws of the inputs, the simplest first."""

from __future__ import annotations

from collections.abc import Sequence

import sympy

from slt_symbolic.activations import Activation, activation
from slt_symbolic.inputs import (
    FiniteSample,
    InputDistribution,
    StandardNormal,
    UniformBox,
    UniformInterval,
    UniformPolygon,
    UniformSphere,
)
from slt_symbolic.testing.rationals import rationals
from slt_symbolic.testing.requirement import DrawFn, SearchStrategy
from slt_symbolic.testing.requirement import strategies as st

__all__ = ["activations", "input_distributions"]

_PIECEWISE = ("relu", "identity", "abs", "step")
_ANALYTIC = (
    *("tanh", "erf", "sigmoid", "sin", "cos", "gaussian"),
    *("softplus", "swish", "gelu", "arctan"),
)
_KINDS = {"piecewise": _PIECEWISE, "analytic": _ANALYTIC, "all": (*_PIECEWISE, *_ANALYTIC)}

_LAWS = {"normal": (1, None), "interval": (1, 1), "box": (2, 3), "polygon": (2, 2),
         "sphere": (2, None), "sample": (1, None)}  # fmt: skip
_TRIANGLES = (((0, 0), (1, 0), (0, 1)), ((-1, -1), (2, 0), (0, 1)))
_QUADRANGLES = (((-1, -1), (1, -1), (1, 1), (-1, 1)), ((0, 0), (2, 0), (1, 1), (0, 1)))


def activations(kind: str = "all") -> SearchStrategy[Activation]:
    """Activations of this package.

    Parameters
    ----------
    kind : {"all", "piecewise", "analytic"}
        Piecewise polynomial ones have their K exactly, in chambers.

    Examples
    --------
    >>> from hypothesis import find
    >>> find(activations(), lambda a: True), find(activations("analytic"), lambda a: True)
    (<activation relu>, <activation tanh>)
    """
    if kind not in _KINDS:
        raise ValueError(f"kind must be one of {', '.join(_KINDS)}; got {kind!r}")
    return st.sampled_from([activation(name) for name in _KINDS[kind]])


def input_distributions(
    dimension: int = 1, kinds: Sequence[str] = ("normal", "interval", "box", "polygon")
) -> SearchStrategy[InputDistribution]:
    """Laws of the inputs, of one dimension.

    Parameters
    ----------
    dimension : int
        Number of inputs.
    kinds : sequence of {"normal", "interval", "box", "polygon", "sphere", "sample"}
        Those that do not exist in this dimension are left out. Shrinks to the normal law, then
        to polygons and intervals of small ends.

    Examples
    --------
    >>> from hypothesis import find
    >>> find(input_distributions(), lambda law: True)
    StandardNormal(dimension=1)
    """
    unknown = sorted(set(kinds) - set(_LAWS))
    if unknown:
        raise ValueError(f"kinds must be among {', '.join(_LAWS)}; got {unknown}")
    found = [
        _law(kind, dimension)
        for kind in kinds
        if _LAWS[kind][0] <= dimension <= (_LAWS[kind][1] or dimension)
    ]
    if not found:
        raise ValueError(f"none of the kinds {list(kinds)} has laws of dimension {dimension}")
    return st.one_of(found)


def _law(kind: str, n: int) -> SearchStrategy[InputDistribution]:
    if kind == "normal":
        return st.just(StandardNormal(n))
    if kind == "sphere":
        return st.just(UniformSphere(n))
    if kind == "polygon":
        return st.sampled_from([UniformPolygon(v) for v in (*_TRIANGLES, *_QUADRANGLES)])
    if kind == "sample":
        points = st.lists(st.tuples(*[rationals()] * n), min_size=1, max_size=5)
        return points.map(FiniteSample)
    return _intervals() if kind == "interval" else _boxes(n)


@st.composite
def _ends(draw: DrawFn) -> tuple[sympy.Expr, sympy.Expr]:
    shift, half = draw(rationals()), draw(rationals(positive=True))
    root = draw(st.sampled_from([sympy.S.One, sympy.sqrt(3)]))
    return shift - root * half, shift + root * half


def _intervals() -> SearchStrategy[InputDistribution]:
    return _ends().map(lambda ends: UniformInterval(*ends))


@st.composite
def _boxes(draw: DrawFn, n: int) -> InputDistribution:
    half = [draw(rationals(positive=True)) for _ in range(n)]
    centre = [draw(rationals()) for _ in range(n)]
    pairs = list(zip(centre, half, strict=True))
    return UniformBox([c - h for c, h in pairs], [c + h for c, h in pairs])
