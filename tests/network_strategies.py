"""Random rational networks for Hypothesis, and the changes of a network that keep its function."""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction as Q

import sympy
from core_reference import fraction, rational
from hypothesis import strategies as st

from slt_symbolic.activations import Activation
from slt_symbolic.networks import TwoLayer
from slt_symbolic.networks import Unit as PackageUnit

# A small pool makes breaks coincide, weights vanish and units repeat; the wide one is generic.
SMALL = st.sampled_from([Q(k, d) for d in (1, 2, 3) for k in range(-3, 4)])
WIDE = st.builds(Q, st.integers(-40, 40), st.integers(1, 12))
NUMBER = st.one_of(SMALL, WIDE)
NONZERO = NUMBER.filter(bool)
POSITIVE = st.sampled_from([Q(1, 3), Q(1, 2), Q(2), Q(5)])


@dataclass(frozen=True)
class Unit:
    """q·σ(⟨w, x⟩ + b) in Fractions."""

    weights: tuple[Q, ...]
    bias: Q
    readout: Q

    def along(self, factor: Q, readout: Q) -> Unit:
        """The unit with (w, b) times a factor, and another readout."""
        return Unit(tuple(factor * w for w in self.weights), factor * self.bias, readout)


@dataclass(frozen=True)
class Network:
    """Units and an output bias in Fractions."""

    inputs: int
    units: tuple[Unit, ...]
    constant: Q = Q(0)

    def with_units(self, units: list[Unit] | tuple[Unit, ...], added: Q = Q(0)) -> Network:
        return Network(self.inputs, tuple(units), self.constant + added)

    def package(self, sigma: Activation) -> TwoLayer:
        units = [
            PackageUnit(rational(u.readout), tuple(map(rational, u.weights)), rational(u.bias))
            for u in self.units
        ]
        return TwoLayer(sigma, units, rational(self.constant), (), self.inputs)


def units(inputs: int, number: st.SearchStrategy[Q] = NUMBER) -> st.SearchStrategy[Unit]:
    return st.builds(Unit, st.tuples(*[number] * inputs), number, number)


def networks(
    inputs: int, least: int = 0, most: int = 3, number: st.SearchStrategy[Q] = NUMBER
) -> st.SearchStrategy[Network]:
    # The size first: lists of Hypothesis's own choice are mostly short.
    some = st.integers(least, most).flatmap(lambda d: st.tuples(*[units(inputs, number)] * d))
    return st.builds(Network, st.just(inputs), some, number)


def moves(sigma: Activation) -> list[str]:
    """The names of the changes of :func:`moved` that σ has."""
    names = ["permuted", "unchanged"]
    r, k = sigma.reflection, sigma.scaling_degree
    if k is not None:
        names += ["scaled", "null pair"]
    if r is not None and (r.slope == 0 or k == 1):
        names.append("reflected")
    if r is not None and r.sign == 1 and r.slope != 0 and r.constant == 0 and k == 1:
        names.append("annihilated")
    return names


@st.composite
def moved(draw: st.DrawFn, network: Network, sigma: Activation, name: str) -> Network:
    """Another network with the same function, by one of the relations of its activation."""
    made = list(network.units)
    if name == "unchanged":  # split one unit and pad with one that is switched off
        if made:
            share = draw(SMALL)
            u = made.pop()
            made += [u.along(Q(1), share * u.readout), u.along(Q(1), (1 - share) * u.readout)]
        off = draw(units(network.inputs))
        return network.with_units([*made, off.along(Q(1), Q(0))])
    if name == "permuted":
        return network.with_units(draw(st.permutations(made)))
    if name == "null pair":
        u, alpha = draw(units(network.inputs)), draw(POSITIVE)
        opposite = u.along(alpha, -u.readout / alpha**sigma.scaling_degree)
        return network.with_units(draw(st.permutations([*made, u, opposite])))
    if not made:
        return network
    u = made.pop(draw(st.integers(0, len(made) - 1)))
    q = u.readout
    if name == "scaled":
        alpha = draw(POSITIVE)
        return network.with_units([*made, u.along(alpha, q / alpha**sigma.scaling_degree)])
    # q σ(z) = q sign σ(−z) − q slope z + q constant
    r = sigma.reflection
    made.append(u.along(Q(-1), q * r.sign))
    if r.slope != 0:  # −slope z = (σ(2z) − σ(−2z))/2 in degree 1, of sign +1
        made += [u.along(Q(2), q / 2), u.along(Q(-2), -q / 2)]
    return network.with_units(made, q * fraction(r.constant))


@st.composite
def annihilating(draw: st.DrawFn, inputs: int) -> tuple[list[Unit], list[Unit]]:
    """Three units with Σ q (w, b) = 0, and all of them reversed: one function, by σ(z) − σ(−z)."""
    first, second = draw(units(inputs)), draw(units(inputs))
    q = draw(NONZERO)
    sums = [
        -(first.readout * a + second.readout * b) / q
        for a, b in zip((*first.weights, first.bias), (*second.weights, second.bias), strict=True)
    ]
    three = [first, second, Unit(tuple(sums[:-1]), sums[-1], q)]
    return three, [u.along(Q(-1), u.readout) for u in three]


def rotated(network: Network) -> Network:
    """The network after an orthogonal map of its two inputs."""

    def turn(u: Unit) -> Unit:
        a, b = u.weights
        return Unit(((3 * a - 4 * b) / 5, (4 * a + 3 * b) / 5), u.bias, u.readout)

    return network.with_units([turn(u) for u in network.units])


def sympy_number(x: object) -> sympy.Expr:
    """A Fraction, or an element of a quadratic field, for the package."""
    return x.sympy() if hasattr(x, "sympy") else rational(x)
