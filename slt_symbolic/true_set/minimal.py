"""The smallest network with a given function: its width, proved, and the network itself.

Write f = Σ_j α_j σ(z_j) + g with classes of units z_j = ⟨w_j, x⟩ + b_j, j ≤ r, no two equal up to
the relations of σ, and g affine. Each class needs a unit of its own, so the width is at least r.
If it is r there is exactly one unit per class, in one of two orientations, and
σ(−z) = sσ(z) + mz + k leaves g = Σ_{j ∈ S} sα_j (m z_j + k), S the reversed ones (up to the output
bias, if there is one). A further unit, on its own, is of one of three kinds: it shares a class
(then in the other orientation, with a free share t of its weight, adding t(m z_j + k)); it has
zero weight (a free constant); or, for units with breaks on a bounded domain, it does not break
there (an affine function of one sign). A class of its own would stay in f. So r + 1 means that
one of these fills the gap. With r + 2 units the gap is always filled: if m ≠ 0 then a pair
sσ(z) − σ(−z) = −mz − k on any new hyperplane is any affine function with a slope; if m = 0 then g
is constant, or affine on a bounded domain.

Finding S is a subset sum problem, and any subset sum problem arises from ReLU networks of one
input without biases: minimal width is NP-hard in r.

For a quadratic polynomial, c₂(z + c₁/2c₂)² + const, a network is a sum of signed squares: f with
leading form M and slope 2u is one of rank M squares if u lies in the columns of M, else of
rank M + 2, the least rank of a symmetric matrix with M in the corner and u beside it. Powers of
higher degree with one input are Waring's problem for real binary forms: see
:mod:`slt_symbolic.true_set.binary_forms`.

References
----------
H. J. Sussmann, Uniqueness of the weights for minimal feedforward nets with a given input-output
map, Neural Networks 5 (1992) 589-593, for tanh.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from slt_symbolic.activations import COS, SIN, Activation
from slt_symbolic.exact.chamber import UndecidedError
from slt_symbolic.inputs import InputDistribution
from slt_symbolic.networks import TwoLayer
from slt_symbolic.true_set.evaluation import common_field
from slt_symbolic.true_set.filling import fill_affine, fill_units
from slt_symbolic.true_set.measure import representing_measure
from slt_symbolic.true_set.powers import power_network
from slt_symbolic.true_set.quadratics import quadratic_units
from slt_symbolic.true_set.representation import RepresentingMeasure


@dataclass(frozen=True)
class WidthBounds:
    """Proved bounds on the least width of a function.

    Parameters
    ----------
    lower : int
        No network with fewer units has this function.
    upper : int
        One with as many has.
    network : TwoLayer or None
        One with as many units as the upper bound says; None if its entries are of higher degree
        than quadratic.
    reason : str
        Why so many units are needed.
    """

    lower: int
    upper: int
    network: TwoLayer | None
    reason: str


@dataclass(frozen=True)
class MinimalNetwork:
    """The least width of a function, and a network.

    Parameters
    ----------
    width : int
        Least number of units over the real numbers.
    network : TwoLayer or None
        The smallest network with algebraic entries that was found; None if there is none.
    reason : str
        Why so many units are needed.
    """

    width: int
    network: TwoLayer | None
    reason: str

    @property
    def attained(self) -> bool:
        """Whether the network has the least width."""
        return self.network is not None and len(self.network.units) == self.width


def minimal_network(
    network: TwoLayer, inputs: InputDistribution | None = None, *, output_bias: bool = True
) -> MinimalNetwork | WidthBounds:
    """Return the least width of networks with the function of a given one, and such a network.

    Parameters
    ----------
    network : TwoLayer
        Without parameters and constants.
    inputs : InputDistribution, optional
        Functions are compared on the support of this law; by default on all of R^n.
    output_bias : bool
        Whether the networks have an output bias. If not, constants take a unit of their own.

    Raises
    ------
    ValueError
        For polynomial activations of degree above 2, powers with one input apart, for
        activations with breaks that neither scale nor are constant on both sides, for folds that
        share a point of the circle, or for more than 36 folds whose orientations are tied.

    Notes
    -----
    The answer is bounds for some powers of degree 7 and more, else the least width.

    Entries of networks are algebraic numbers. The least width may only be attained with
    transcendental ones: a constant tanh(1), or sines of one frequency and several phases.

    Examples
    --------
    >>> from slt_symbolic.activations import RELU
    >>> from slt_symbolic.networks import Unit
    >>> absolute = TwoLayer(RELU, [Unit(1, (1,), 0), Unit(1, (-1,), 0), Unit(2, (0,), 3)])
    >>> found = minimal_network(absolute)
    >>> found.width, found.reason
    (2, '1 class of units; the affine rest takes 1 more')
    >>> found.network.units
    (Unit(readout=1, weights=(-1,), bias=0), Unit(readout=1, weights=(1,), bias=0))
    """
    field = common_field([network], inputs)
    measure = representing_measure(network, field, inputs)
    sigma = network.activation
    branches = sigma.branches
    if branches is not None and branches.below == branches.above and len(branches.above) > 2:
        if len(branches.above) > 3 or not output_bias:
            bounds, built = power_network(measure, sigma, output_bias)
            if bounds.lower == bounds.upper:
                return MinimalNetwork(bounds.lower, built, bounds.reason)
            return WidthBounds(bounds.lower, bounds.upper, built, bounds.reason)
        units, constant, reason = quadratic_units(measure, sigma)
        return MinimalNetwork(
            len(units), TwoLayer(sigma, tuple(units), constant, (), network.inputs), reason
        )
    classes, rest = split(measure, sigma)
    affine = fill_affine(classes, rest, sigma, output_bias=output_bias)
    width = len(classes) + affine.extra
    if sigma.name in (SIN.name, COS.name):
        # Σ_j q_j exp(i b_j) ≠ 0 for each frequency (Lindemann–Weierstrass): one real unit does.
        width = len({u[:-1] for u, _ in classes}) + affine.extra
    found = None
    if affine.units is not None:
        units = fill_units(classes, affine, sigma, field, network.inputs)
        bias = field.to_sympy(affine.output_bias)
        found = TwoLayer(sigma, tuple(units), bias, (), network.inputs)
    noun = "class" if len(classes) == 1 else "classes"
    reason = f"{len(classes)} {noun} of units"
    if affine.extra:
        reason += f"; the affine rest takes {affine.extra} more"
    return MinimalNetwork(width, found, reason)


Class = tuple[tuple[Any, ...], Any]
"""A unit's weights and bias, and the readout of the class."""


def split(
    measure: RepresentingMeasure, sigma: Activation
) -> tuple[list[Class], RepresentingMeasure]:
    """Return classes of units with their readouts, and the affine function beside them."""
    rest = RepresentingMeasure(
        {},
        measure.slope,
        measure.constant,
        {},
        measure.values,
        {},
        sigma,
        measure.scalars,
        measure.domain,
    )
    if sigma.branches is None:
        return list(measure.atoms.items()), rest
    low, high = sigma.lines()
    jumps = (high[0] - low[0], high[1] - low[1])
    if not any(jumps):
        return [], rest
    k = sigma.scaling_degree
    if k not in (0, 1) or jumps[1 - k] != 0 or low[1 - k] != 0:
        raise ValueError(
            f"activation must scale to have a minimal width here, {sigma.name} does not"
        )
    measure.require_independent_folds()
    field: Any = measure.scalars
    classes = [(h, fold[k] / field.element(jumps[k])) for h, fold in measure.folds.items()]
    start, gradient = field.element(low[0]), field.element(low[1])
    slope, constant = list(rest.slope), rest.constant
    for h, readout in classes:
        for i, w in enumerate(h[:-1]):
            slope[i] = slope[i] - readout * gradient * w
        constant = constant - readout * (start + gradient * h[-1])
    return classes, RepresentingMeasure(
        {}, tuple(slope), constant, {}, {}, {}, sigma, field, measure.domain
    )


def rank(network: TwoLayer, inputs: InputDistribution | None = None) -> int:
    """Return the rank of a network: its least width, with an output bias.

    Raises
    ------
    UndecidedError
        If only bounds are known, which the message gives.

    Examples
    --------
    >>> from slt_symbolic.activations import TANH
    >>> from slt_symbolic.networks import Unit
    >>> rank(TwoLayer(TANH, [Unit(1, (1,), 2), Unit(1, (-1,), -2), Unit(3, (1,), 0)]))
    1
    """
    found = minimal_network(network, inputs)
    if isinstance(found, WidthBounds):
        raise UndecidedError(f"the rank is between {found.lower} and {found.upper}")
    return found.width
