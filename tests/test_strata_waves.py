"""W0 of networks of sines, cosines and polynomials."""

from itertools import product

import numpy as np
import pytest
import sympy
from sympy import Rational

from slt_symbolic.activations import COS, IDENTITY, SIN, TANH, polynomial
from slt_symbolic.divergence import KLDivergence
from slt_symbolic.fisher import FisherInformation
from slt_symbolic.inputs import StandardNormal, UniformInterval, UniformSphere
from slt_symbolic.networks import TwoLayer, Unit
from slt_symbolic.true_set import TrueSet, UnsupportedError
from slt_symbolic.true_set.moment_variety import moment_variety

HALF = Rational(1, 2)
FLOAT = {"sin": np.sin, "cos": np.cos}
ONE = [Unit(1, (1,), HALF)]
MERGED = [Unit(1, (1,), HALF), Unit(2, (-1,), 1)]
GRID = {"w": (-1, 0, 1), "b": (-HALF, 0, HALF), "q": (-1, 0, HALF, 1), "c": (0, 1)}


def waves(sigma, units, width=2, inputs=1, **keywords):
    model = TwoLayer.symbolic(sigma, width=width, inputs=inputs, **keywords)
    return TrueSet(model, TwoLayer(sigma, units, inputs=inputs), StandardNormal(inputs))


def values(network, at, x):
    """Floating-point values of a network at a parameter of any numbers."""
    f = FLOAT[network.activation.name]
    number = lambda e: float(sympy.N(e.subs(at), 30))  # noqa: E731
    total = np.full(len(x), number(network.output_bias))
    for u in network.units:
        total += number(u.readout) * f(x @ np.array([*map(number, u.weights)]) + number(u.bias))
    return total


@pytest.mark.parametrize("turn", [0, 1, -3])
@pytest.mark.parametrize(("sigma", "units", "width", "inputs"), [
    (SIN, ONE, 2, 1), (COS, ONE, 3, 1), (SIN, MERGED, 2, 1), (COS, MERGED, 2, 1), (SIN, [], 3, 1),
    (COS, [Unit(2, (1, -1), 1)], 2, 2),
], ids=str)  # fmt: skip
def test_points_are_true_whatever_the_turns(sigma, units, width, inputs, turn):
    W0 = waves(sigma, units, width, inputs)
    x = np.random.default_rng(0).standard_normal((9, inputs))
    truth = values(W0.truth, {}, x)
    for s in W0.strata[:: 1 if width == 2 else 7]:
        point = s.point(turn)
        free = {p: point[p] for p in s.free} | dict.fromkeys(s.turns, turn)
        at = {p: s.dependent.get(p, p).subs(free) for p in W0.model.parameters}
        np.testing.assert_allclose(values(W0.model, at, x), truth, atol=1e-12)
        assert s.dimension + s.fisher_rank <= s.ambient


def fits(s, at):
    """Whether floats satisfy a stratum's equations, for some turns, and its conditions."""
    # Algebraic phases that agree up to multiples of π are equal.
    free = dict.fromkeys(s.turns, 0) | {p: at[p] for p in s.free}
    if any(e.subs(free) in (0, sympy.nan) for e in s.nonzero):
        return False  # denominators are among them
    differences = [e.subs(free) - at[p] for p, e in s.dependent.items()]
    return all(abs(sympy.N(e, 25)) < 1e-20 for e in differences) and all(
        abs(sympy.N(e.subs(free), 25)) > 1e-20 for e in s.nonzero
    )


@pytest.mark.parametrize(("sigma", "keywords"), [
    *(pytest.param(s, {}, marks=pytest.mark.slow) for s in (SIN, COS)),
    (COS, {"biases": 0}), (SIN, {"biases": 0}),
], ids=str)  # fmt: skip
def test_the_grid_agrees_with_the_integral(sigma, keywords):
    W0 = waves(sigma, [Unit(1, (1,), 0)] if keywords else ONE, **keywords)
    K = KLDivergence(W0.model, W0.truth, W0.inputs)
    x = np.linspace(-3, 3, 25)[:, None]
    truth = values(W0.truth, {}, x)
    true = 0
    for k, point in enumerate(product(*(GRID[p.name[0]] for p in W0.model.parameters))):
        at = dict(zip(W0.model.parameters, map(sympy.sympify, point), strict=True))
        if k % 7 and np.abs(values(W0.model, at, x) - truth).max() > 1e-9:
            continue
        answer = W0.explain(at)
        assert answer.is_true == (np.abs(values(W0.model, at, x) - truth).max() < 1e-9)
        if answer.is_true:
            true += 1
            if true % 5 == 0:
                assert sympy.simplify(K.at(at)) == 0
            if not keywords:
                (found,) = (s for s in W0.strata if fits(s, at))
                assert (found.places, found.charts) == (
                    answer.stratum.places, answer.stratum.charts
                )  # fmt: skip
            else:
                assert answer.stratum.type in {s.type for s in W0.strata}
    assert true > 10


PATTERNS = {
    # Pairs (frequency, phase); "silent" has no readout.
    (0, 0): [(2, HALF, 1), (2, HALF, 3)],
    (1, 1): [(2, HALF, 1), (-2, 1, 3)],
    (0, None): [(2, HALF, 1), (3, 1, 0)],
    (0, "flat"): [(2, HALF, 1), (0, 1, 3)],
}


@pytest.mark.parametrize("sigma", [SIN, COS], ids=str)
@pytest.mark.parametrize("inputs", [1, 2])
def test_ranks_by_counting_are_proved_ranks(sigma, inputs):
    """At parameters of the same pattern, which need not be true."""
    W0 = waves(sigma, [Unit(1, (2, 2)[:inputs], HALF)], inputs=inputs)
    fisher = FisherInformation(W0.model, W0.inputs)
    for (first, second), units in PATTERNS.items():
        charts = (first, None if second == "flat" else second)
        wanted = [s for s in W0.strata if s.charts == charts
                  and (second is not None or str(s.places[1]) == "silent")
                  and (second != "flat" or str(s.places[1]) == "flat")]  # fmt: skip
        at = [e for freq, phase, q in units for e in (*[freq] * inputs, phase, q)]
        assert {s.fisher_rank for s in wanted} == {fisher.rank([*at, 0])}


def test_waves_that_have_no_strata_are_refused_by_name():
    with pytest.raises(UnsupportedError, match="parameters of their own"):
        _ = waves(SIN, ONE, readouts=1).strata
    with pytest.raises(UnsupportedError, match="independent units"):
        _ = waves(SIN, ONE, biases=0).strata


SQUARE = polynomial((0, 1, HALF))


def test_the_equations_of_polynomial_units_hold_exactly_on_W0():
    model = TwoLayer.symbolic(SQUARE, width=2)
    truth, law = TwoLayer(SQUARE, [Unit(1, (1,), 0)]), UniformInterval(-1, 2)
    W0, variety = TrueSet(model, truth, law), moment_variety(model, truth, law)
    K = KLDivergence(model, truth, law)
    fisher = FisherInformation(model, law)
    assert variety.greatest_rank == variety.jacobian.subs(
        dict(zip(model.parameters, (2, 3, 5, 7, 11, 13, 17), strict=True))
    ).rank() == 3  # fmt: skip
    small = variety.at_most(2)
    true = 0
    for point in list(product((-1, 0, 1), repeat=len(model.parameters)))[::4]:
        at = dict(zip(model.parameters, point, strict=True))
        is_true = W0.contains(at)
        assert is_true == all(e.subs(at) == 0 for e in variety.equations)
        if is_true:
            true += 1
            assert variety.contains(at)
            assert K.at(at) == 0
            rank = fisher.rank(at)
            assert rank == variety.jacobian.subs(at).rank()
            assert (rank <= 2) == all(e.subs(at) == 0 for e in small)
    assert true > 5


def test_what_is_no_variety_is_refused_by_name():
    tanh = TwoLayer.symbolic(TANH, width=1)
    with pytest.raises(UnsupportedError, match="must be polynomials"):
        moment_variety(tanh, TwoLayer(TANH, (), inputs=1), StandardNormal())
    square = TwoLayer.symbolic(SQUARE, width=1, inputs=2)
    with pytest.raises(UnsupportedError, match="equations need inputs"):
        moment_variety(square, TwoLayer(SQUARE, (), inputs=2), UniformSphere(2))
    large = TwoLayer.symbolic(SQUARE, width=8, inputs=3)
    variety = moment_variety(large, TwoLayer(SQUARE, (), inputs=3), StandardNormal(3))
    with pytest.raises(UnsupportedError, match="minors"):
        variety.at_most(4)
    with pytest.raises(ValueError, match="must not be negative"):
        variety.at_most(-1)
    for sigma in (SQUARE, IDENTITY):
        model = TwoLayer.symbolic(sigma, width=1)
        with pytest.raises(UnsupportedError, match="moment_variety"):
            _ = TrueSet(model, TwoLayer(sigma, (), inputs=1), StandardNormal()).strata
