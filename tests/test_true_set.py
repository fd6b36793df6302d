"""The set of true parameters: membership both ways, strata sound, complete and disjoint."""

from fractions import Fraction as Q
from itertools import product

import pytest
import sympy
from core_reference import LEAKY, PIECEWISE, divergence, network, rational
from hypothesis import given, settings
from hypothesis import strategies as st
from sympy import Rational, sqrt

from slt_symbolic.activations import ABSOLUTE, IDENTITY, RELU, STEP, polynomial
from slt_symbolic.divergence import KLDivergence
from slt_symbolic.inputs import StandardNormal, UniformInterval, UniformSphere
from slt_symbolic.networks import TwoLayer, Unit
from slt_symbolic.true_set import TrueSet, UnsupportedError, explain

NUMBER = st.sampled_from([Q(k, 2) for k in range(-4, 5)])
UNIT = st.tuples(NUMBER, NUMBER, NUMBER)
UNIT_INTERVAL = (Q(-1), Q(1))


def law(ends):
    return UniformInterval(*map(rational, ends))


@pytest.mark.parametrize("sigma", PIECEWISE, ids=str)
@given(st.lists(UNIT, min_size=1, max_size=3), NUMBER, st.lists(UNIT, max_size=2), NUMBER)
@settings(deadline=None, max_examples=40)
def test_a_parameter_is_true_iff_its_divergence_is_zero(sigma, units, c, truth, c0):
    model, true = TwoLayer.symbolic(sigma, width=len(units)), network(sigma, truth, c0)
    W0 = TrueSet(model, true, law(UNIT_INTERVAL))
    values = [*(rational(e) for u in units for e in u), rational(c)]
    zero = divergence((sigma.name, units, c), (sigma.name, truth, c0), *UNIT_INTERVAL) == 0
    found = W0.explain(values)
    assert found.is_true is zero
    assert W0.contains(values) is zero
    assert bool(found.differences) is not zero
    # On all of R more is asked: true there implies true on the interval.
    if TrueSet(model, true, StandardNormal()).contains(values):
        assert zero


# name: (activation, model's keywords, truth, truth's constant, interval, grid of each kind)
Z = Q(0)
CASES = {
    "width 1, no truth": (RELU, {"width": 1}, [], Z, UNIT_INTERVAL),
    "width 1, a fold": (RELU, {"width": 1}, [(Q(1), Q(1, 2), Q(1))], Z, UNIT_INTERVAL),
    "width 1, always on": (RELU, {"width": 1}, [(Q(1), Q(2), Q(1))], Z, UNIT_INTERVAL),
    "width 1, off centre": (RELU, {"width": 1}, [], Q(1), (Q(1), Q(2))),
    "width 2, example": (
        RELU,
        {"width": 2, "biases": 0, "readouts": 1, "output_bias": 0},
        [(Q(1), Z, Q(1))],
        Z,
        UNIT_INTERVAL,
    ),
    "width 2, fixed readouts": (
        RELU, {"width": 2, "readouts": 1, "output_bias": 0}, [(Q(1), Q(1, 2), Q(1))], Z,
        UNIT_INTERVAL,
    ),
    "width 2, a fold": (
        RELU, {"width": 2, "output_bias": 0}, [(Q(1), Q(1, 2), Q(1))], Z, UNIT_INTERVAL,
    ),
    "width 2, no truth": (RELU, {"width": 2, "output_bias": 0}, [], Z, UNIT_INTERVAL),
    "width 2, two truths": (
        RELU, {"width": 2, "output_bias": 0}, [(Q(1), Z, Q(1)), (Q(1), Q(1, 2), Q(1))], Z,
        UNIT_INTERVAL,
    ),
    "leaky, width 1": (LEAKY, {"width": 1}, [(Q(1), Q(1, 2), Q(1))], Z, UNIT_INTERVAL),
    "leaky, width 2": (LEAKY, {"width": 2, "output_bias": 0}, [], Z, UNIT_INTERVAL),
    "abs, width 1": (ABSOLUTE, {"width": 1}, [(Q(1), Q(1, 2), Q(1))], Z, UNIT_INTERVAL),
    "abs, width 2": (
        ABSOLUTE, {"width": 2, "output_bias": 0}, [(Q(1), Q(1, 2), Q(1))], Z, UNIT_INTERVAL,
    ),
    "step, width 2": (
        STEP, {"width": 2, "output_bias": 0}, [(Q(1), Q(1, 2), Q(1))], Z, UNIT_INTERVAL,
    ),
    "width 3, a fold beside a cancelling pair": (
        STEP, {"width": 3, "weights": 1, "output_bias": 0}, [(Q(1), Q(1, 2), Q(1))], Z,
        UNIT_INTERVAL,
    ),
    "three cancelling weights": (
        ABSOLUTE, {"width": 3, "biases": 0, "weights": 1}, [], Z, UNIT_INTERVAL,
    ),
}  # fmt: skip
GRIDS = {
    "w": (-1, 0, 1),
    "b": (-2, -1, Q(-1, 2), 0, Q(1, 2), 1, 2),
    "q": (-1, 0, 1, 2),
    "c": (-1, 0, 1),
}
COARSE = {**GRIDS, "b": (-2, 0, Q(1, 2), 1), "q": (-1, 0, 1)}
SLOW = {
    "step, width 2", "width 2, two truths", "abs, width 2", "leaky, width 2",
    "width 3, a fold beside a cancelling pair",
}  # fmt: skip
NAMES = [pytest.param(n, marks=pytest.mark.slow) if n in SLOW else n for n in CASES]
BUILT = {}


def build(name):
    if name not in BUILT:
        sigma, keywords, truth, c0, ends = CASES[name]
        model = TwoLayer.symbolic(sigma, **keywords)
        W0 = TrueSet(model, network(sigma, truth, c0), law(ends))
        BUILT[name] = W0, W0.ordered
    return BUILT[name]


def holds(stratum, point):
    """Whether a parameter lies on a stratum: the conditions first, they keep equations finite."""
    return (
        all(p.subs(point) > 0 for p in stratum.positive)
        and all(p.subs(point) >= 0 for p in stratum.nonnegative)
        and all(p.subs(point) != 0 for p in stratum.nonzero)
        and all(sympy.cancel(e.subs(point) - point[v]) == 0 for v, e in stratum.dependent.items())
    )


def true_grid_points(name, grids):
    """All true parameters of a grid, decided by the reference alone."""
    sigma, _, truth, c0, ends = CASES[name]
    W0, _ = build(name)
    entries = [e for u in W0.model.units for e in (*u.weights, u.bias, u.readout)]
    entries.append(W0.model.output_bias)
    grids = GRIDS if len(W0.model.units) < 3 else {**GRIDS, "b": (-2, 0, Q(1, 2)), "q": (-1, 0, 1)}
    axes = [grids[e.name[0]] if e.is_Symbol else (Q(int(e)),) for e in entries]
    for values in product(*axes):
        numbers = [Q(v) for v in values]
        units = [tuple(numbers[i : i + 3]) for i in range(0, len(numbers) - 1, 3)]
        if divergence((sigma.name, units, numbers[-1]), (sigma.name, truth, c0), *ends) == 0:
            yield {e: rational(v) for e, v in zip(entries, numbers, strict=True) if e.is_Symbol}


@pytest.mark.parametrize("name", NAMES)
def test_every_true_grid_point_lies_on_exactly_one_stratum(name):
    W0, strata = build(name)
    points = list(true_grid_points(name, COARSE))
    assert points or name == "width 2, two truths"
    for point in points[:: max(1, len(points) // 30)]:
        assert W0.contains(point)
        assert sum(holds(s, point) for s in strata) == 1, point


@pytest.mark.slow
@pytest.mark.parametrize("name", NAMES)
def test_all_true_grid_points_lie_on_exactly_one_stratum(name):
    _, strata = build(name)
    for point in true_grid_points(name, GRIDS):
        assert sum(holds(s, point) for s in strata) == 1, point


@pytest.mark.parametrize("name", NAMES)
def test_sample_points_are_true_and_on_their_own_stratum_only(name):
    W0, strata = build(name)
    K = KLDivergence(W0.model, W0.truth, W0.inputs)
    for s in strata:
        assert K.at(s.point()) == 0
        assert W0.contains(s.point())
        assert [holds(t, s.point()) for t in strata] == [t is s for t in strata]
        assert set(s.free) | set(s.dependent) == set(W0.model.parameters)
        assert not set(s.free) & set(s.dependent)
        assert s.dimension == len(s.free)


@pytest.mark.parametrize("name", NAMES)
@given(st.data())
@settings(deadline=None, max_examples=25)
def test_random_points_of_a_stratum_are_true(name, data):
    W0, strata = build(name)
    stratum = data.draw(st.sampled_from(strata))
    step = st.sampled_from([Rational(k, 7) for k in range(-9, 10)])
    free = {v: stratum.point()[v] + data.draw(step) / 3 for v in stratum.free}
    if not (
        all(p.subs(free) > 0 for p in stratum.positive)
        and all(p.subs(free) >= 0 for p in stratum.nonnegative)
        and all(p.subs(free) != 0 for p in stratum.nonzero)
    ):
        return
    point = {**free, **{v: e.subs(free) for v, e in stratum.dependent.items()}}
    assert KLDivergence(W0.model, W0.truth, W0.inputs).at(point) == 0
    assert W0.contains(point)


@pytest.mark.parametrize("name", NAMES)
def test_dimension_and_fisher_rank_share_out_the_parameters(name):
    """rank I ≤ codim everywhere; equality where K is Morse–Bott: here, at width 1 and on
    the largest strata.
    """
    W0, strata = build(name)
    size = len(W0.model.parameters)
    ranks = [W0.fisher_rank(s) for s in strata]
    top = max((s.dimension for s in strata), default=0)
    for s, rank in zip(strata, ranks, strict=True):
        if rank is None:
            continue
        assert s.dimension + rank <= size
        if s.dimension == top and len(W0.model.units) == 1:
            assert s.dimension + rank == size


@pytest.mark.slow
def test_two_units_on_one_fold_are_flat_to_second_order():
    """Sliding the folds apart costs nothing at second order: W0 is no Morse–Bott set there."""
    W0, strata = build("abs, width 2")
    pair = next(s for s in strata if [str(p) for p in s.places] == ["fold1+", "fold1+"])
    assert (pair.dimension, W0.fisher_rank(pair)) == (3, 2)


def test_strata_need_no_luck_far_from_the_origin():
    truth = network(RELU, [(Q(1), Q(-201, 2), Q(1))])
    W0 = TrueSet(TwoLayer.symbolic(RELU, width=2, readouts=1), truth, UniformInterval(100, 101))
    assert W0.strata
    assert all(W0.contains(s.point()) for s in W0.strata)


def test_unknown_constants_scale_the_sample_points():
    a, theta = sympy.symbols("a theta0", positive=True)
    model = TwoLayer.symbolic(RELU, width=2, biases=0, readouts=1, output_bias=0)
    truth = TwoLayer(RELU, [Unit(1, (theta,), 0)])
    W0 = TrueSet(model, truth, UniformInterval(-a, a))
    w1, w2 = model.parameters
    (line,) = [s for s in W0.strata if s.dimension == 1]
    assert line.dependent == {w2: theta - w1}
    K = KLDivergence(model, truth, UniformInterval(-a, a))
    assert all(K.at(s.point()) == 0 for s in W0.strata)


def test_irrational_parameters_are_decided_exactly():
    model = TwoLayer.symbolic(RELU, width=1, output_bias=0)
    W0 = TrueSet(model, TwoLayer(RELU, [Unit(sqrt(6), (1,), 1)]), UniformInterval(-sqrt(3), 2))
    assert W0.contains([sqrt(2), sqrt(2), sqrt(3)])
    assert not W0.contains([sqrt(2), sqrt(2), sqrt(3) + Rational(1, 10**40)])


def test_planes_in_two_inputs():
    model = TwoLayer.symbolic(RELU, inputs=2, width=2)
    truth = TwoLayer(RELU, [Unit(1, (1, 1), 0)])
    W0 = TrueSet(model, truth, StandardNormal(2))
    assert W0.contains([1, 1, 0, Rational(1, 3), 2, 2, 0, Rational(1, 3), 0])
    # Both reversed units together give |x1 + x2| less its odd part: the slope is off.
    text = str(W0.explain([-1, -1, 0, 1, 0, 0, 1, 1, 0]))
    assert "slope -1 in x1 too much" in text
    assert "slope -1 in x2 too much" in text
    assert "constant 1 too much" in text


def test_an_explanation_names_what_differs_and_by_how_much():
    model = TwoLayer.symbolic(RELU, width=1)
    truth = network(RELU, [(Q(1), Q(1, 2), Q(1))])
    text = str(TrueSet(model, truth, law(UNIT_INTERVAL)).explain([2, 1, 1, Rational(1, 3)]))
    assert text == (
        "not true: fold along x1 + 1/2 = 0: slope jumps by 1 more than the truth; "
        "constant 1/3 too much"
    )


def test_the_interval_hides_what_happens_outside():
    model, truth = TwoLayer.symbolic(RELU, width=1), network(RELU, [])
    off = [1, -1, 5, 0]
    assert TrueSet(model, truth, law(UNIT_INTERVAL)).contains(off)
    assert not TrueSet(model, truth, StandardNormal()).contains(off)
    assert not TrueSet(model, truth, law((Q(-1), Q(3, 2)))).contains(off)


MODEL, TRUTH = TwoLayer.symbolic(RELU, width=1), network(RELU, [])


@pytest.mark.parametrize(("arguments", "match"), [
    ((MODEL, MODEL, law(UNIT_INTERVAL)), "truth must have no parameters"),
    ((TwoLayer.symbolic(RELU, inputs=2, width=1), TRUTH, law(UNIT_INTERVAL)), "model must have 1"),
    ((MODEL, TwoLayer(RELU, (), inputs=2), law(UNIT_INTERVAL)), "truth must have 1"),
    ((MODEL, TRUTH, StandardNormal(2)), "model must have 2"),
])  # fmt: skip
def test_what_does_not_fit_is_refused_by_name(arguments, match):
    with pytest.raises(ValueError, match=match):
        TrueSet(*arguments)


@pytest.mark.parametrize("values", [[1, 2], [1.0, 0, 1, 0], {"w1": 1}, [float("nan")] * 4, "w1b1"])
def test_bad_parameters_are_refused_by_name(values):
    with pytest.raises((ValueError, TypeError), match="value"):
        TrueSet(MODEL, TRUTH, law(UNIT_INTERVAL)).contains(values)


def test_membership_needs_numbers():
    t = sympy.Symbol("t", positive=True)
    with pytest.raises(ValueError, match=r"must be numbers, got \['t'\]"):
        TrueSet(MODEL, TRUTH, law(UNIT_INTERVAL)).contains([1, t, 0, 0])
    with pytest.raises(ValueError, match=r"must be numbers, got \['t'\]"):
        TrueSet(MODEL, TRUTH, UniformInterval(-t, t)).contains([1, 0, 0, 0])


def test_explain_checks_its_own_arguments():
    with pytest.raises(ValueError, match="inputs must have dimension 1"):
        explain(MODEL, TRUTH, [1, 0, 0, 0], StandardNormal(2))
    with pytest.raises(ValueError, match="same inputs"):
        explain(MODEL, TwoLayer(RELU, (), inputs=2), [1, 0, 0, 0])


def test_strata_need_a_support_of_known_shape():
    W0 = TrueSet(TwoLayer.symbolic(RELU, inputs=2, width=1), TwoLayer(RELU, (), inputs=2),
                 UniformSphere(2))  # fmt: skip
    with pytest.raises(UnsupportedError, match=r"an interval, a box or a polygon"):
        _ = W0.strata


def test_strata_need_an_activation_with_independent_units():
    for sigma, match in (
        (IDENTITY, "independent units"),
        (polynomial((0, 0, 1)), "moment_variety"),
    ):
        W0 = TrueSet(TwoLayer.symbolic(sigma, width=1), TwoLayer(sigma, (), inputs=1),
                     StandardNormal())  # fmt: skip
        with pytest.raises(UnsupportedError, match=match):
            _ = W0.strata
