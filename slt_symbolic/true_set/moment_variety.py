"""W0 of a network of polynomial units: a real algebraic variety, cut up by rank.

Polynomial units span finitely many functions, the monomials of the inputs. A parameter is true
exactly when the coefficients of all monomials, the moments of its units, are the truth's: finitely
many polynomial equations. There is no list of combinatorial types.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from itertools import combinations
from math import comb

import sympy

from slt_symbolic.fisher import FisherInformation
from slt_symbolic.inputs import FiniteSample, InputDistribution, UniformSphere
from slt_symbolic.networks import Point, TwoLayer
from slt_symbolic.true_set.family import UnsupportedError

MAX_MINORS, MAX_TERMS = 2000, 20_000


@dataclass(frozen=True)
class MomentVariety:
    """The equations of W0 for polynomial units, and its parts by rank.

    Parameters
    ----------
    model : TwoLayer
        The network.
    inputs : InputDistribution
        The law of its inputs.
    equations : tuple of sympy.Expr
        Polynomials in the parameters that vanish together exactly on W0: moments minus the
        truth's.

    Notes
    -----
    The Fisher information is JᵀMJ with the equations' Jacobian matrix J and the Gram matrix M of
    the monomials, which is invertible: both ranks agree. Near a true parameter of rank r, W0 lies
    in a manifold of codimension r. It is this manifold if r is the greatest rank.

    Examples
    --------
    >>> from slt_symbolic.activations import polynomial
    >>> from slt_symbolic.inputs import StandardNormal
    >>> from slt_symbolic.networks import Unit
    >>> square = polynomial((0, 0, 1))
    >>> model = TwoLayer.symbolic(square, width=2, biases=0, readouts=1, output_bias=0)
    >>> truth = TwoLayer(square, [Unit(1, (2,), 0)])
    >>> W0 = moment_variety(model, truth, StandardNormal())
    >>> W0.equations, W0.greatest_rank
    ((w1**2 + w2**2 - 4,), 1)
    >>> W0.at_most(0)
    (w1**2 + w2**2 - 4, w1, w2)
    """

    model: TwoLayer
    inputs: InputDistribution
    equations: tuple[sympy.Expr, ...]

    @cached_property
    def jacobian(self) -> sympy.Matrix:
        """Derivatives of the equations by the parameters."""
        return sympy.Matrix(
            len(self.equations),
            len(self.model.parameters),
            lambda i, j: sympy.expand(self.equations[i].diff(self.model.parameters[j])),
        )

    @cached_property
    def greatest_rank(self) -> int:
        """The rank at almost every parameter, true or not, with proof."""
        return FisherInformation(self.model, self.inputs).generic().rank

    def contains(self, values: Point) -> bool:
        """Decide exactly whether a parameter is true."""
        at = self.model.point(values)
        return all(sympy.expand(e.subs(at)).equals(0) for e in self.equations)

    def at_most(self, rank: int) -> tuple[sympy.Expr, ...]:
        """Return equations for the true parameters at which the rank is at most a number.

        Raises
        ------
        ValueError
            If the number is negative.
        UnsupportedError
            If there are too many minors.
        """
        if rank < 0:
            raise ValueError(f"rank must not be negative, got {rank}")
        minors = (_without_content(m) for m in self._minors(rank + 1) if m != 0)
        return (*self.equations, *dict.fromkeys(minors))

    def _minors(self, size: int) -> Iterator[sympy.Expr]:
        rows, columns = self.jacobian.shape
        count = comb(rows, size) * comb(columns, size)
        if count > MAX_MINORS:
            raise UnsupportedError(
                f"rank {size - 1} has {count} minors, more than {MAX_MINORS}: the network is too "
                "large for equations by rank"
            )
        for i in combinations(range(rows), size):
            for j in combinations(range(columns), size):
                yield sympy.expand(self.jacobian.extract(list(i), list(j)).det(method="berkowitz"))


def moment_variety(model: TwoLayer, truth: TwoLayer, inputs: InputDistribution) -> MomentVariety:
    """Return the equations of W0 for a network of polynomial units.

    Parameters
    ----------
    model, truth : TwoLayer
        Networks of polynomial units; the truth without parameters. Entries may be tied.
    inputs : InputDistribution
        A law on R^n, an interval, a box or a polygon.

    Raises
    ------
    UnsupportedError
        If the units are no polynomials, the law is that of a sphere or a sample, or there are too
        many terms.
    """
    if isinstance(inputs, UniformSphere | FiniteSample):
        raise UnsupportedError("equations need inputs on R^n, an interval, a box or a polygon")
    x = sympy.symbols(f"x1:{model.inputs + 1}", cls=sympy.Dummy)
    difference = sympy.S.Zero
    for network, sign in ((model, 1), (truth, -1)):
        branches = network.activation.branches
        if network.units and (branches is None or branches.below != branches.above):
            raise UnsupportedError(f"units must be polynomials, {network.activation.name} is none")
        degree = len(branches.below) - 1 if branches is not None and network.units else 0
        terms = len(network.units) * comb(2 * model.inputs + 1 + degree, degree)
        if terms > MAX_TERMS:
            raise UnsupportedError(f"the network's function has about {terms} terms: too many")
        difference += sign * network(*x)
    coefficients = sympy.Poly(sympy.expand(difference), *x).coeffs()
    return MomentVariety(model, inputs, tuple(dict.fromkeys(c for c in coefficients if c != 0)))


def _without_content(e: sympy.Expr) -> sympy.Expr:
    return e.primitive()[1] if e.is_polynomial() else e
