"""Piecewise linear paths of parameters along which the function stays the same.

Along a segment of parameters on which every unit either keeps its weights and bias or has
readout 0, the function is affine in t. So it is constant if it is the same at both ends: a path
is verified exactly by its vertices.

Two kinds of segments suffice. A *shift* moves readouts between units of one class (equal up to
scaling and reflection) and empties units that are constant; a *move* changes weights and biases
of empty units. After one shift each class of units lives at one position, and the others are
empty. If they are at least as many as the classes, one move and one shift bring every class to
its place in the second network, or out of the way; one more move and shift bring the rest to
their places; and a last move and shift fill the emptied units: seven segments. With fewer empty
units classes take turns, as in a sliding puzzle, and one empty unit is enough.

References
----------
M. Farrugia-Roberts, Functional equivalence and path connectivity of reducible hyperbolic tangent
networks, NeurIPS 2023, arXiv:2305.05089, for tanh: reducible parameters are connected, and by at
most 7 segments if at least half of the units are redundant.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import sympy

from slt_symbolic.activations import COS, SIN
from slt_symbolic.exact.numbers import exact
from slt_symbolic.inputs import InputDistribution
from slt_symbolic.networks import TwoLayer
from slt_symbolic.true_set.constants import constant_to_sympy
from slt_symbolic.true_set.equivalence import equivalent
from slt_symbolic.true_set.evaluation import common_field
from slt_symbolic.true_set.measure import representing_measure
from slt_symbolic.true_set.moves import State
from slt_symbolic.true_set.rearranging import rearrange
from slt_symbolic.true_set.reversing import reverse


class NotConnectedError(ValueError):
    """There is no such path, or none is known.

    Attributes
    ----------
    proved : bool
        Whether there is none.
    """

    def __init__(self, message: str, *, proved: bool = False) -> None:
        super().__init__(message)
        self.proved = proved


@dataclass(frozen=True)
class Path:
    """A piecewise linear path between two parameters with one function.

    Parameters
    ----------
    first, second : TwoLayer
        Its ends.
    vertices : tuple of State
        The units at each vertex, and the output bias, which may be transcendental.
    """

    first: TwoLayer
    second: TwoLayer
    vertices: tuple[State, ...]

    def __len__(self) -> int:
        """Return the number of segments."""
        return len(self.vertices) - 1

    def at(self, t: int | sympy.Rational) -> tuple[sympy.Expr, ...]:
        """Return the parameter at t, from 0 to the number of segments.

        Returns
        -------
        tuple of sympy.Expr
            Weights, bias and readout unit by unit, then the output bias.
        """
        number = exact(t, "t")
        if not 0 <= number <= len(self):
            raise ValueError(f"t must be between 0 and {len(self)}, got {t}")
        k = min(int(sympy.floor(number)), max(len(self) - 1, 0))
        start = self._flat(self.vertices[k])
        if number == k:
            return start
        end = self._flat(self.vertices[k + 1])
        s = number - k
        return tuple((1 - s) * a + s * b for a, b in zip(start, end, strict=True))

    @staticmethod
    def _flat(state: State) -> tuple[sympy.Expr, ...]:
        rest = state.rest
        bias = constant_to_sympy(rest.constant, rest.values, state.activation, state.field)
        return (*(e for u in state.units for e in (*u.weights, u.bias, u.readout)), bias)

    def check(self) -> bool:
        """Verify that the path leads from first to second, and the function along it.

        Raises
        ------
        NotConnectedError
            If it does not, or the function changes along a segment.
        """
        start, end = self.vertices[0], self.vertices[-1]
        for network, vertex in ((self.first, start), (self.second, end)):
            if not vertex.equals(State.of(network, vertex.field, vertex.domain)):
                raise NotConnectedError("the path does not join the two networks")
        whole = start.measure_of(start.units) + start.rest
        for k, state in enumerate(self.vertices):
            rest = state.rest
            if rest.folds or rest.atoms or rest.monomials or any(rest.slope):
                raise NotConnectedError(f"vertex {k} is no network")
            if not (state.measure_of(state.units) + rest - whole).is_zero:
                raise NotConnectedError(f"the function changes on the way to vertex {k}")
            if k and not _is_linear(self.vertices[k - 1], state):
                raise NotConnectedError(f"units move while their readout is not 0 in segment {k}")
        return True


def _is_linear(before: State, after: State) -> bool:
    """Whether f is affine in t on the segment between two parameters."""
    if len(before.units) != len(after.units):
        return False
    moving = [
        i
        for i, (u, v) in enumerate(zip(before.units, after.units, strict=True))
        if u.entries()[1:] != v.entries()[1:] and (u.readout != 0 or v.readout != 0)
    ]
    while moving:
        i = moving.pop()
        partner = next((k for k in moving if _is_pair(before, after, i, k)), None)
        if partner is None:
            return False
        moving.remove(partner)
    return True


def _is_pair(before: State, after: State, i: int, k: int) -> bool:
    """Whether two units move as one plane in both orientations, their classes cancelling.

    Together they are an affine function whose coefficients are linear in the plane.
    """
    reflection, degree = before.activation.reflection, before.activation.scaling_degree
    if reflection is None:
        return False
    ratio: Any = None
    for state in (before, after):
        (q, *v), (p, *w) = (state.elements(state.units[j]) for j in (i, k))
        at = next((j for j, e in enumerate(v) if e), None)
        if at is None or not w[at]:
            return False
        scale = -w[at] / v[at]
        if state.field.sign(scale) <= 0 or [-scale * e for e in v] != w:
            return False
        if ratio is not None and scale != ratio:
            return False
        ratio = scale
        if degree is None and scale != 1:
            return False
        for _ in range(degree or 0):
            p = p * scale
        if q + (p if reflection.sign > 0 else -p):
            return False
    return all(before.units[j].readout == after.units[j].readout for j in (i, k))


def connect(first: TwoLayer, second: TwoLayer, inputs: InputDistribution | None = None) -> Path:
    """Return a piecewise linear path of one function between two parameters.

    Parameters
    ----------
    first, second : TwoLayer
        Networks of one activation and width, without parameters and constants.
    inputs : InputDistribution, optional
        Functions are looked at on the support of this law; by default on all of R^n.

    Raises
    ------
    NotConnectedError
        If the functions differ; if no unit is redundant, in which case the parameters with this
        function are finitely many; or if no path is known: for activations that scale, whose
        orbits are curved, or whose reflection leaves a slope, so that classes can change their
        orientation only together, or for sine and cosine, whose phases are tied.
    ValueError
        If activations, widths or numbers of inputs differ.

    Examples
    --------
    >>> from slt_symbolic.activations import TANH
    >>> from slt_symbolic.networks import Unit
    >>> first = TwoLayer(TANH, [Unit(1, (1,), 0), Unit(0, (2,), 5)])
    >>> second = TwoLayer(TANH, [Unit(3, (7,), 1), Unit(-1, (-1,), 0)], 0)
    >>> connect(first, second)
    Traceback (most recent call last):
    ...
    slt_symbolic.true_set.paths.NotConnectedError: the networks differ: ...
    >>> second = TwoLayer(TANH, [Unit(0, (7,), 1), Unit(-1, (-1,), 0)])
    >>> path = connect(first, second)
    >>> len(path), path.check()
    (3, True)
    >>> path.at(sympy.Rational(3, 2))
    (1, 0, 1/2, -1, 0, -1/2, 0)
    """
    if len(first.units) != len(second.units):
        raise ValueError(
            f"the networks must have the same width, got {len(first.units)} and {len(second.units)}"
        )
    field = common_field([first, second], inputs)
    whole = representing_measure(first, field, inputs)
    if not (whole - representing_measure(second, field, inputs)).is_zero:
        raise NotConnectedError(f"the networks differ: {equivalent(first, second, inputs)}")
    start, end = (State.of(network, field, inputs) for network in (first, second))
    if start.equals(end):
        return Path(first, second, (start,))
    steps = rearrange(start, end)
    if not steps:
        answer = reverse(start, end)
        if answer is None or (not answer.steps and not answer.reason):
            raise NotConnectedError(_why_not(start, none_redundant=steps is not None))
        if not answer.steps:
            raise NotConnectedError(answer.reason, proved=answer.reason.startswith("proved"))
        steps = answer.steps
    vertices = [start]
    for units in steps:
        rest = whole - start.measure_of(units)
        vertices.append(State(first.activation, tuple(units), rest, field, inputs))
    return Path(first, second, tuple(vertices))


def _why_not(state: State, *, none_redundant: bool) -> str:
    sigma = state.activation
    # Sines of one frequency also trade phases for amplitudes, at transcendental parameters.
    finite = (
        sigma.branches is None
        and (sigma.reflection is None or sigma.reflection.slope == 0)
        and sigma.name not in (SIN.name, COS.name)
    )
    if none_redundant and finite:
        return (
            "no unit is redundant: the parameters with this function are finitely many, "
            "up to reflections and permutations of units"
        )
    return (
        "no path is known: no unit is empty, or the two networks put their classes of units in "
        "different orientations, or have units that are polynomials on the domain"
    )
