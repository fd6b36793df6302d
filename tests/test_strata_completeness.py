"""No true parameter lies outside the strata; empty types are empty."""

from itertools import product
from random import Random

import numpy as np
import pytest
import sympy
from flint import fmpq
from scipy.optimize import linprog, minimize
from strata_cases import FIXED, HALF, true_set

from slt_symbolic.activations import (
    ABSOLUTE,
    RELU,
    SWISH,
    TANH,
)
from slt_symbolic.divergence import KLDivergence
from slt_symbolic.exact.numbers import RealField
from slt_symbolic.inputs import StandardNormal, UniformInterval
from slt_symbolic.networks import Unit
from slt_symbolic.true_set.general import eliminated_strata
from slt_symbolic.true_set.linear_program import maximise
from slt_symbolic.true_set.strata import all_types
from slt_symbolic.true_set.types import GROUPS, Place, Role, Type


def silent(stratum):
    places = [Place(p.role, None) if p.role is Role.SILENT else p for p in stratum.places]
    return Type.of([0] * len(places), places)


@pytest.mark.parametrize(("sigma", "keywords"), [
    (RELU, FIXED), (RELU, {"biases": 0}),
    *(pytest.param(s, k, marks=pytest.mark.slow)
      for s, k in [(ABSOLUTE, FIXED), *product((RELU, ABSOLUTE), ({}, {"output_bias": 0}))]),
], ids=str)  # fmt: skip
def test_elimination_finds_the_same_types(sigma, keywords):
    """Another algorithm: ordered types, polynomial elimination, other conditions."""
    for law in (UniformInterval(-2, 2), StandardNormal()):
        W0 = true_set(sigma, 1, 2, law, **keywords)
        pieces = list(eliminated_strata(W0.model, W0.truth, law))
        found = [W0.stratum_of(p.point()) for p in pieces]
        # Elimination has one type of silent units, wherever they fold.
        assert {silent(s) for s in found} == {silent(s) for s in W0.strata}
        largest = {}
        for piece, s in zip(pieces, found, strict=True):
            largest[silent(s)] = max(largest.get(silent(s), 0), piece.dimension)
        assert largest == {silent(s): s.dimension for s in W0.strata}


def test_empty_types_have_no_real_solution():
    """Every empty type of two units against one, by a Gröbner basis."""
    W0 = true_set(RELU, 2, 2, StandardNormal(2))
    p1, p2 = sympy.symbols("p1 p2", real=True)
    found = {s.type for s in W0.strata}
    for kind in all_types(W0.setting):
        signs = [p.sign for p in kind.places if p.role is Role.FOLD]
        if kind in found or any(p.role in GROUPS for p in kind.places):
            continue
        strengths = [p1, p2][: len(signs)]
        reversed_sum = sympy.Add(*(p for p, s in zip(strengths, signs, strict=True) if s < 0))
        # Strengths sum to 1, the slope excludes a reversed sum, no strength is zero.
        t = sympy.Symbol("t")
        system = [sympy.Add(*strengths) - 1, reversed_sum, t * sympy.Mul(*strengths) - 1]
        assert sympy.groebner(system, *strengths, t).exprs == [1]
    assert len(found) == 5


def grid_points(W0, values):
    model = W0.model
    axes = [values[p.name[0]] for p in model.parameters]
    for point in product(*axes):
        yield dict(zip(model.parameters, point, strict=True))


@pytest.mark.parametrize(("sigma", "width", "keywords"), [
    (RELU, 2, {"output_bias": 0}), (RELU, 3, {"biases": 0, "output_bias": 0}),
    (TANH, 2, {"output_bias": 0}), (SWISH, 3, {"biases": 0, "output_bias": 0}),
], ids=str)  # fmt: skip
def test_every_true_grid_point_is_on_a_listed_stratum(sigma, width, keywords):
    """True or not is decided by values of the functions at many inputs."""
    W0 = true_set(sigma, 1, width, StandardNormal(), [Unit(1, (1,), 0)], **keywords)
    listed = {s.type for s in W0.strata}
    xs = np.linspace(-3.1, 3.2, 23)
    value = sympy.lambdify(sympy.Symbol("z"), sigma(sympy.Symbol("z")), "numpy")
    truth = value(xs)
    values = {"w": (-1, 0, 1, 2), "b": (-1, 0, 1), "q": (-1, 0, 1, HALF)}
    count = 0
    for point in grid_points(W0, values):
        net = W0.model.at(point)
        total = sum(
            float(u.readout) * value(float(u.weights[0]) * xs + float(u.bias)) for u in net.units
        )
        true = bool(np.abs(total - truth).max() < 1e-9)
        if true:
            count += 1
            assert W0.stratum_of(point).type in listed
        elif count % 7 == 0:
            assert W0.stratum_of(point) is None
    assert count > 20


@pytest.mark.parametrize(("sigma", "width", "starts"), [
    (RELU, 1, 6), *(pytest.param(*case, marks=pytest.mark.slow)
                    for case in ((RELU, 2, 20), (RELU, 3, 12), (ABSOLUTE, 2, 12))),
], ids=str)  # fmt: skip
def test_minimising_K_ends_on_a_listed_stratum(sigma, width, starts):
    W0 = true_set(sigma, 1, width, UniformInterval(-2, 2), [Unit(1, (1,), HALF)])
    potential = KLDivergence(W0.model, W0.truth, W0.inputs).compile()
    rng = np.random.default_rng(2)

    def value(w):
        g = np.empty_like(w)
        return potential(w, g), g

    reached = set()
    for _ in range(starts):
        end = minimize(value, rng.standard_normal(len(W0.model.parameters)), jac=True,
                       method="BFGS", options={"gtol": 1e-9})  # fmt: skip
        if end.fun > 1e-9:
            continue
        near = W0.nearest(list(end.x))
        # K grows quadratically at least like the cube of the distance to W0.
        assert near.distance < 40 * end.fun ** (1 / 3) + 1e-4
        assert W0.contains(near.point)
        reached.add(near.stratum.type)
    assert reached


def test_linear_programs_agree_with_floating_point():
    field = RealField.containing([])
    rng = Random(1)  # noqa: S311 - test points
    empty = 0
    for _ in range(150):
        n, m = rng.randint(1, 4), rng.randint(1, 6)
        rows = [[rng.randint(-3, 3) for _ in range(n)] for _ in range(m)]
        right = [rng.randint(-4, 4) for _ in range(m)]
        for k in range(n):
            for s in (1, -1):
                rows.append([s * (i == k) for i in range(n)])
                right.append(5)
        goal = [rng.randint(-3, 3) for _ in range(n)]
        exact = maximise([fmpq(c) for c in goal], [[fmpq(a) for a in r] for r in rows],
                         [fmpq(b) for b in right], field)  # fmt: skip
        answer = linprog([-c for c in goal], A_ub=rows, b_ub=right, bounds=(None, None))
        assert (exact is None) == (answer.status == 2)
        if exact is None:
            empty += 1
            continue
        assert float(exact[0]) == pytest.approx(-answer.fun, abs=1e-7)
        for row, b in zip(rows, right, strict=True):
            assert sum(a * x for a, x in zip(row, exact[1], strict=True)) <= b
    assert empty > 10
