"""The local learning coefficient of a network at a true parameter."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import suppress
from dataclasses import replace

import sympy

from slt_symbolic.divergence import KLDivergence
from slt_symbolic.networks import Point
from slt_symbolic.phases import analytic, chambers, nodal
from slt_symbolic.phases.analytic import NoMomentsError, moment_problem
from slt_symbolic.phases.answer import LocalCoefficient, Problem
from slt_symbolic.phases.chambers import NotPiecewiseError, chamber_problem
from slt_symbolic.phases.nodal import NotNodalError, nodal_problem
from slt_symbolic.phases.regular import Shape, Values, shape_at
from slt_symbolic.phases.scaling import without_scaling
from slt_symbolic.phases.split_folds import split_folds
from slt_symbolic.phases.split_units import split_units
from slt_symbolic.rlct import Known, NotAZeroError, learning_coefficient
from slt_symbolic.rlct.theorems.theorem import TheoremResult
from slt_symbolic.true_set import TrueSet


def local_learning_coefficient(
    divergence: KLDivergence, values: Point, *, budget: float = 20.0
) -> LocalCoefficient:
    """Return λ and m of K at a true parameter.

    Parameters
    ----------
    divergence : KLDivergence
        Model, truth and inputs. The prior is positive.
    values : mapping or sequence
        Exact values of the parameters.
    budget : float
        Seconds for the search for a resolution.

    Returns
    -------
    LocalCoefficient
        Exact where it was found, else bounds; it says what it rests on.

    Raises
    ------
    NotAZeroError
        If the parameter is not true; the message says what differs.

    Notes
    -----
    In this order: rank and dimension, if they add up to the number of parameters; one input and
    piecewise linear units: K replaced by values at the folds; units on shared folds, any number of
    inputs: squares and cubes; tanh, erf, arctan without biases: moments; piecewise polynomial K
    itself; and bounds from rank and codimension. Each replacement keeps λ and m, for the reason
    given in its file; what is left is proved by a certificate of
    :func:`slt_symbolic.rlct.learning_coefficient`.

    References
    ----------
    S. Watanabe, Algebraic Geometry and Statistical Learning Theory, 2009.

    Examples
    --------
    Two units on one fold of the truth: moving them apart costs a cube.

    >>> from slt_symbolic import KLDivergence, TwoLayer, UniformInterval, Unit, activation
    >>> relu = activation("relu")
    >>> model = TwoLayer.symbolic(relu, width=2, output_bias=0)
    >>> truth = TwoLayer(relu, [Unit(2, (1,), 0)])
    >>> K = KLDivergence(model, truth, UniformInterval(-1, 1))
    >>> print(local_learning_coefficient(K, (1, 0, 1, 1, 0, 1)))
    lambda = 4/3, m = 1 (theorem)
    >>> print(local_learning_coefficient(K, (1, 0, 2, 1, -3, 1)))
    lambda = 1, m = 1 (theorem)
    """
    model, truth, law = divergence.model, divergence.truth, divergence.inputs
    true_set = TrueSet(model, truth, law)
    point = model.point(values)
    explanation = true_set.explain(point)
    if not explanation.is_true:
        raise NotAZeroError(f"the parameter is {explanation}")
    shape = shape_at(true_set, point)
    found = shape.regular()
    if found is not None:
        return _from_theorem(found, shape)
    found = split_folds(true_set, point, shape) or split_units(true_set, point, shape)
    if found is not None:
        return _from_theorem(found, shape)
    best = _from_theorem(shape.bounds(), shape)
    for problem, squares, reason in _problems(divergence, point):
        best = _better(best, _solved(problem, squares, reason, shape, budget))
        if best.value is not None and best.multiplicity is not None:
            break
    return best


def _problems(divergence: KLDivergence, point: Values) -> Iterator[tuple[Problem, int, str]]:
    """Yield polynomial problems with the same λ and m, with the squares to add and the reason."""
    model, truth, law = divergence.model, divergence.truth, divergence.inputs
    reduced, at = without_scaling(model, point)
    with suppress(NotNodalError):
        yield nodal_problem(reduced, at, truth, law), 0, nodal.REASON
    with suppress(NoMomentsError):
        problem, squares = moment_problem(model, point, truth, law)
        yield problem, squares, analytic.REASON
    with suppress(NotPiecewiseError):
        yield chamber_problem(reduced, at, truth, law), 0, chambers.REASON


def _solved(
    problem: Problem, squares: int, reason: str, shape: Shape, budget: float
) -> LocalCoefficient:
    answer = learning_coefficient(problem, budget=budget)
    shift = sympy.Rational(squares, 2)
    return LocalCoefficient(
        answer.lower + shift,
        None if answer.upper is None else answer.upper + shift,
        answer.multiplicity,
        answer.known,
        reason,
        answer,
        problem,
        squares,
        shape.rank,
        shape.dimension,
    )


def _from_theorem(found: TheoremResult, shape: Shape) -> LocalCoefficient:
    known = found.known if found.value is not None else Known.BOUNDS
    return LocalCoefficient(
        found.lower,
        found.upper,
        found.multiplicity,
        known,
        found.reason,
        found,
        rank=shape.rank,
        dimension=shape.dimension,
    )


def _better(a: LocalCoefficient, b: LocalCoefficient) -> LocalCoefficient:
    """Return the answer that says more, with the best of both bounds."""
    if b.value is not None and (a.value is None or a.multiplicity is None):
        return b
    if a.value is not None:
        return a
    uppers = [x.upper for x in (a, b) if x.upper is not None]
    lower, upper = max(a.lower, b.lower), min(uppers, default=None)
    known = Known.VALUE if lower == upper else Known.BOUNDS
    return replace(b, lower=lower, upper=upper, known=known, reason=f"{a.reason}; {b.reason}")
