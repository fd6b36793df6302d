"""The representing measure of every activation, canonical forms, and explanations."""

import mpmath
import numpy as np
import pytest
import sympy
from equivalence_reference import (
    ALL,
    ANALYTIC,
    CUBIC,
    SQUARE,
    changed,
    network,
    seeded,
    small,
    value,
    value_of,
)
from flint import fmpq
from sympy import Rational, sqrt

from slt_symbolic.activations import (
    ARCTAN,
    COS,
    GAUSSIAN,
    RELU,
    SIGMOID,
    SOFTPLUS,
    STEP,
    TANH,
    Activation,
    Branches,
)
from slt_symbolic.divergence import KLDivergence
from slt_symbolic.exact.chamber import ChamberField
from slt_symbolic.exact.numbers import RealField
from slt_symbolic.inputs import (
    FiniteSample,
    StandardNormal,
    UniformBox,
    UniformInterval,
    UniformPolygon,
    UniformSphere,
)
from slt_symbolic.networks import TwoLayer, Unit
from slt_symbolic.true_set import (
    NoInteriorError,
    canonical_form,
    explain,
    rank,
    representing_measure,
)
from slt_symbolic.true_set.domains import side

Q = RealField.containing([])


@pytest.mark.parametrize("sigma", ALL, ids=str)
def test_one_canonical_form_for_each_function(sigma):
    rng = seeded(sigma.name)
    for _ in range(5):
        n = rng.choice([1, 2])
        first = network(rng, sigma, n, rng.randint(0, 4))
        forms = [canonical_form(net) for net in (first, changed(rng, first), changed(rng, first))]
        assert len({form.units for form in forms}) == 1
        assert len({sympy.expand(form.polynomial) for form in forms}) == 1
        again = canonical_form(TwoLayer(sigma, forms[0].units, 0, (), n))
        assert again.units == forms[0].units
        assert again.moves == ()
        assert again.polynomial == 0
        with mpmath.workdps(25):
            x = [mpmath.mpf(rng.gauss(0, 1)) for _ in range(n)]
            at = sympy.lambdify(sympy.symbols(f"x1:{n + 1}"), forms[0].polynomial, "mpmath")(*x)
            got = value(sigma.name, forms[0].units, sympy.S.Zero, x) + at
            assert abs(got - value_of(first, x)) < 1e-12


def test_canonical_form_of_tanh_is_the_one_of_the_literature():
    """Signs by the first non-zero weight, equal units merged, constant and empty ones dropped."""
    net = TwoLayer(
        TANH,
        [
            Unit(1, (0, -2), 1),
            Unit(2, (0, 2), -1),
            Unit(5, (3, 1), 1),
            Unit(-1, (1, 7), 0),
            Unit(1, (1, 7), 0),
            Unit(4, (0, 0), 3),
            Unit(1, (-1, 0), 0),
        ],
        Rational(1, 2),
    )
    form = canonical_form(net)
    assert form.units == (
        Unit(1, (0, 2), -1),
        Unit(-1, (1, 0), 0),
        Unit(5, (3, 1), 1),
    )
    assert form.polynomial == Rational(1, 2) + 4 * sympy.tanh(3)
    assert form.rank == rank(net) == 3


@pytest.mark.parametrize("sigma", ALL, ids=str)
def test_units_of_random_classes_are_independent(sigma):
    """Another way: values of units at many points have full rank, polynomials included."""
    if sigma in (SQUARE, CUBIC) or sigma.name == "identity":
        return
    rng = seeded(sigma.name)
    form = canonical_form(network(rng, sigma, 1, 5))
    with mpmath.workdps(60):
        points = [mpmath.mpf(rng.gauss(0, 4)) for _ in range(200)]
        rows = []
        for u in form.units:
            one = Unit(1, u.weights, u.bias)
            rows.append([value(sigma.name, [one], sympy.S.Zero, [x]) for x in points])
        rows += [[mpmath.mpf(1)] * len(points), points]
        gram = mpmath.matrix([[mpmath.fdot(r, s) for s in rows] for r in rows])
        assert min(mpmath.eigsy(gram, eigvals_only=True)) > mpmath.mpf(10) ** -40


def test_measure_over_rational_functions_is_formal():
    """Along q → q t, q' → q(1 − t) nothing changes, as an identity in t; a change is seen."""
    t = sympy.Symbol("t", real=True)
    field = ChamberField((t,), (), {t: Rational(1, 3)})
    for sigma in ANALYTIC:
        first = TwoLayer(sigma, [Unit(t, (2,), 1), Unit(1 - t, (2,), 1), Unit(t, (0,), 3)], t)
        second = TwoLayer(sigma, [Unit(1, (2,), 1), Unit(t, (0,), 3)], t)
        measures = [representing_measure(n, field) for n in (first, second)]
        assert (measures[0] - measures[1]).is_zero
        third = TwoLayer(sigma, [Unit(1, (2,), 1), Unit(1, (0,), 3)], t)
        assert not (measures[0] - representing_measure(third, field)).is_zero


def test_branches_of_higher_degree_fold_too():
    squared = Activation(
        name="squared relu",
        latex="r",
        formula=lambda z: sympy.Max(0, z) ** 2,
        scaling_degree=2,
        branches=Branches(below=(), above=(sympy.S.Zero, sympy.S.Zero, sympy.S.One)),
        independence="by its folds",
    )
    first = TwoLayer(squared, [Unit(1, (2,), -2), Unit(1, (-2,), 2)])
    measure = representing_measure(first, Q)
    assert measure.folds == {}  # both together are the square 4(x − 1)²
    assert measure.monomials == {(2,): 4}
    kept = representing_measure(TwoLayer(squared, [Unit(1, (2,), -2)]), Q)
    assert kept.folds == {(1, -1): (0, 0, 4)}
    text = str(explain(TwoLayer.symbolic(squared, width=1), first, [2, -2, 1, 0]))
    assert "derivative 2 jumps by 8 more than the truth" in text
    assert "coefficient -4 of x1**2 too much" in text


DOMAINS = [
    UniformInterval(-1, 2),
    UniformBox((-1, 0), (1, 2)),
    UniformPolygon([(0, 0), (2, 0), (0, 1)]),
    UniformSphere(2),
    UniformSphere(3),
]


@pytest.mark.parametrize("law", DOMAINS, ids=lambda law: type(law).__name__ + str(law.dimension))
def test_the_side_of_a_plane_is_that_of_sampled_points(law):
    rng = seeded(str(law))
    points = law.sample(np.random.default_rng(0), 4000)
    for _ in range(60):
        plane = [small(rng) for _ in range(law.dimension + 1)]
        if not any(plane[:-1]):
            continue
        heights = points @ np.array([float(w) for w in plane[:-1]]) + float(plane[-1])
        found = side([fmpq(int(e.p), int(e.q)) for e in plane], law, Q)
        if found:
            assert min(found * heights) >= -1e-12
        elif abs(heights).min() < 0.01:
            continue
        else:
            assert min(heights) < 0 < max(heights)


@pytest.mark.parametrize("sigma", [RELU, STEP, CUBIC, SQUARE], ids=str)
@pytest.mark.parametrize("law", [DOMAINS[1], DOMAINS[2], StandardNormal(2)], ids=str)
def test_true_is_divergence_zero_in_two_dimensions(sigma, law):
    if isinstance(law, UniformBox | UniformPolygon) or sigma in (RELU,):
        rng = seeded(sigma.name)
        for k in range(4):
            truth = network(rng, sigma, 2, 1)
            if isinstance(law, StandardNormal) and sigma is RELU:
                truth = TwoLayer(RELU, [Unit(1, truth.units[0].weights, 0)])
            other = changed(rng, truth, 1)
            if isinstance(law, StandardNormal) and any(u.bias for u in other.units):
                continue
            width = len(other.units)
            model = TwoLayer.symbolic(sigma, inputs=2, width=width)
            values = [e for u in other.units for e in (*u.weights, u.bias, u.readout)]
            values.append(other.output_bias + (k % 2))
            K = KLDivergence(model, truth, law)
            assert (K.at(values) == 0) is explain(model, truth, values, law).is_true is (k % 2 == 0)


def test_explanations_name_atoms_monomials_and_constants():
    tanh = TwoLayer.symbolic(TANH, width=2)
    truth = TwoLayer(TANH, [Unit(2, (1,), Rational(1, 2))])
    text = str(explain(tanh, truth, [-1, Rational(-1, 2), -3, 0, 2, 5, 0]))
    assert text == (
        "not true: unit tanh(x1 + 1/2): weight 1 more than the truth; constant 5*tanh(2) too much"
    )
    soft = explain(
        TwoLayer.symbolic(SOFTPLUS, width=1), TwoLayer(SOFTPLUS, [Unit(1, (1,), 2)]), [-1, -2, 1, 0]
    )
    assert soft.differences == ("slope -1 in x1 too much", "constant -2 too much")
    square = TwoLayer.symbolic(SQUARE, width=1, inputs=2)
    found = explain(square, TwoLayer(SQUARE, (), inputs=2), [1, 1, 0, 1, -1])
    assert set(found.differences) == {
        "coefficient 2 of x1**2 too much",
        "coefficient 4 of x1*x2 too much",
        "coefficient 2 of x2**2 too much",
        "slope 3 in x1 too much",
        "slope 3 in x2 too much",
    }
    irrational = explain(tanh, truth, [1, Rational(1, 2), sqrt(2), 0, 0, 1, 0])
    assert "weight -2 + sqrt(2) more" in str(irrational)


def test_a_finite_sample_is_explained_point_by_point():
    law = FiniteSample([(0,), (1,), (1,)])
    model = TwoLayer.symbolic(GAUSSIAN, width=1)
    truth = TwoLayer(GAUSSIAN, (), inputs=1)
    found = explain(model, truth, [1, 0, 2, -2], law)
    assert found.differences == ("value at x1 = 1 is -2 + 2*exp(-1) too much",)
    assert explain(model, truth, [0, 0, 2, -2], law).is_true
    with pytest.raises(NoInteriorError, match="support with interior, got a finite sample"):
        representing_measure(truth, Q, law)


def test_cosines_and_sigmoids_absorb_what_reflection_leaves():
    assert canonical_form(TwoLayer(SIGMOID, [Unit(3, (-1,), 2)])).polynomial == 3
    assert canonical_form(TwoLayer(SIGMOID, [Unit(3, (0,), 0)])).polynomial == Rational(3, 2)
    assert canonical_form(TwoLayer(COS, [Unit(3, (-1,), 2)])).units == (Unit(3, (1,), -2),)
    assert canonical_form(TwoLayer(SOFTPLUS, [Unit(1, (0,), 0)])).polynomial == sympy.log(2)
    flat = canonical_form(TwoLayer(ARCTAN, [Unit(1, (0,), Rational(7, 24)), Unit(2, (0,), 1)]))
    assert flat.polynomial == 4 * sympy.atan(Rational(1, 2))


def test_domains_that_do_not_fit_are_refused_by_name():
    net = TwoLayer(RELU, [Unit(1, (1,), 0)])
    with pytest.raises(ValueError, match="dimension 1, got 2"):
        canonical_form(net, StandardNormal(2))
    with pytest.raises(ValueError, match="inputs must be one of StandardNormal"):
        canonical_form(net, "interval")
    with pytest.raises(ValueError, match="model and truth must have the same activation"):
        explain(TwoLayer.symbolic(TANH, width=1), net, [1, 0, 1, 0])
