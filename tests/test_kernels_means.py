"""E[σ] and E[σ x_k]: enclosures against closed forms, certified integrals and exact values."""

import pytest
from flint import acb, arb, ctx, fmpq
from sympy import Rational, sqrt

from slt_symbolic.activations import ABSOLUTE, COS, ERF, RELU, SIGMOID, STEP, TANH
from slt_symbolic.inputs import StandardNormal, UniformBox, UniformInterval
from slt_symbolic.kernels import NeuronKernel, NoClosedFormError

UNITS = [(1, 0), (Rational(-7, 3), Rational(1, 2)), (0, 2), (40, -9)]


def ball(x):
    return arb(fmpq(int(x.p), int(x.q))) if hasattr(x, "p") else arb(x)


def tight(value, digits):
    return value.is_exact() or value.rad() < arb(10) ** (2 - digits)


@pytest.mark.parametrize("u", [u for u in UNITS if u[0]])
def test_the_mean_of_tanh_on_an_interval_is_a_difference_of_log_cosh(u):
    value = NeuronKernel(TANH, UniformInterval(-1, 2)).mean_enclosure(u, digits=40)
    with ctx.workdps(60):
        w, b = map(ball, u)
        ends = [(w * x + b).cosh().log() for x in (2, -1)]
        assert value.overlaps((ends[0] - ends[1]) / (3 * w))
    assert tight(value, 40)


@pytest.mark.parametrize("power", [0, 1])
@pytest.mark.parametrize("u", UNITS)
@pytest.mark.parametrize("law", [UniformInterval(-1, 2), StandardNormal(1)], ids=repr)
def test_tanh_against_an_adaptive_integral(law, u, power):
    k = NeuronKernel(TANH, law)
    value = k.mean_times_input_enclosure(u) if power else k.mean_enclosure(u)
    with ctx.workdps(50):
        w, b = map(ball, u)

    def integrand(x, _):
        density = (-x * x / 2).exp() / (2 * arb.pi()).sqrt() if normal else acb(1) / 3
        return (w * x + b).tanh() * x**power * density

    normal = isinstance(law, StandardNormal)
    with ctx.workdps(40):
        # Beyond ±15 the normal tails weigh less than 1e-45.
        expected = acb.integral(integrand, *((-15, 15) if normal else (-1, 2))).real
        assert value.overlaps(expected + arb(0, 1e-45))
        assert expected.rad() < 1e-30
    assert tight(value, 30)


def test_a_mean_of_two_normal_inputs_has_that_of_the_norm():
    plane, line = (NeuronKernel(TANH, StandardNormal(n)) for n in (2, 1))
    assert plane.mean_enclosure((3, 4, 1)).overlaps(line.mean_enclosure((5, 1)))
    for k, share in ((0, Rational(3, 5)), (1, Rational(4, 5))):
        value = plane.mean_times_input_enclosure((3, 4, 1), k)
        assert value.overlaps(line.mean_times_input_enclosure((5, 1)) * ball(share))
        assert tight(value, 28)


def test_symmetry_gives_the_mean_of_a_sigmoid():
    value = NeuronKernel(SIGMOID, StandardNormal(1)).mean_enclosure((3, 0), digits=25)
    assert value.contains(arb(1) / 2)
    assert tight(value, 25)


@pytest.mark.parametrize(
    ("sigma", "law", "u"),
    [
        (RELU, UniformInterval(-1, 2), (3, -1)),
        (ABSOLUTE, UniformInterval(-sqrt(2), 2), (3, -1)),
        (STEP, UniformBox((-1, 0), (1, 3)), (2, 1, -1)),
        (RELU, StandardNormal(2), (2, 1, -1)),
        (ERF, StandardNormal(1), (2, 1)),
        (COS, UniformInterval(-1, 2), (2, 1)),
    ],
)
def test_an_enclosure_holds_the_exact_value(sigma, law, u):
    k = NeuronKernel(sigma, law)
    pairs = [(k.mean(u), k.mean_enclosure(u, digits=25))]
    for i in range(law.dimension):
        exact = k.mean_times_input(u, i)
        pairs.append((exact, k.mean_times_input_enclosure(u, i, digits=25)))
    for exact, value in pairs:
        with ctx.workdps(40):
            assert value.overlaps(arb(str(exact.evalf(40)), 1e-30))
        assert tight(value, 24)


def test_tanh_has_no_exact_mean():
    k = NeuronKernel(TANH, StandardNormal(1))
    with pytest.raises(NoClosedFormError):
        k.mean((1, 1))
    with pytest.raises(NoClosedFormError):
        k.mean_times_input((1, 0))


@pytest.mark.parametrize("index", [-1, 1, 0.0, True, None])
def test_an_input_is_counted_from_zero(index):
    k = NeuronKernel(RELU, UniformInterval(-1, 1))
    for call in (k.mean_times_input, k.mean_times_input_enclosure):
        with pytest.raises(ValueError, match=r"k must be an int in 0\.\.0"):
            call((1, 0), index)
