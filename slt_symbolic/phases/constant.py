"""Leading constants: log Z ≈ −λ log n + log C along manifold pieces of W0."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise

import numpy as np
import sympy

from slt_symbolic.phases.density import Array, StratumDensity
from slt_symbolic.phases.prior import GaussianPrior
from slt_symbolic.phases.shared_folds import SharedFolds

NEAR = 1e-3
REPLICATES = 8


class DivergentConstantError(ValueError):
    """The integral over the stratum is infinite: Z has another leading term than n^(-r/2)."""


@dataclass(frozen=True)
class LeadingConstant:
    """The C of Z ≈ C n^(−λ), for one stratum.

    Parameters
    ----------
    value : float
        C.
    error : float
        ``known`` says what it bounds.
    known : str
        ``"exact"``: ``expression`` is C, and ``error`` its rounding. ``"quadrature"``: adaptive
        quadrature, with its own error estimate. ``"sampling"``: randomised quasi-Monte Carlo,
        with its standard error.
    expression : sympy.Expr or None
        C in closed form.
    """

    value: float
    error: float
    known: str
    expression: sympy.Expr | None = None

    def __add__(self, other: LeadingConstant) -> LeadingConstant:
        """Return the constant of two disjoint pieces together."""
        kinds = ("exact", "quadrature", "sampling")
        known = max(self.known, other.known, key=kinds.index)
        error = (
            float(np.hypot(self.error, other.error))
            if known == "sampling"
            else self.error + other.error
        )
        both = (self.expression, other.expression)
        expression = None if None in both else sympy.Add(*both)
        return LeadingConstant(self.value + other.value, error, known, expression)

    def times(self, count: int) -> LeadingConstant:
        """Return the constant of so many congruent pieces."""
        expression = None if self.expression is None else count * self.expression
        return LeadingConstant(count * self.value, count * self.error, self.known, expression)

    def __str__(self) -> str:
        return f"{self.value:.6g} +/- {self.error:.1g} ({self.known})"


def leading_constant(
    density: StratumDensity | SharedFolds, *, points: int = 2048, seed: int = 0
) -> LeadingConstant:
    """Return (2π)^{r/2} ∫ φ/√det⊥ I dvol over a stratum, or its like where folds are shared.

    Parameters
    ----------
    density : StratumDensity or SharedFolds
        The stratum with its prior.
    points : int
        Samples of each of eight replicates, where the integral is sampled; a power of two.
    seed : int
        Of the samples.

    Returns
    -------
    LeadingConstant
        Exact for isolated points, for one unit on each fold under a normal prior, and where units
        share a fold and their strengths are fixed; by quadrature along curves and in one strength;
        sampled else.

    Raises
    ------
    DivergentConstantError
        If the integral along a curve is infinite, or units share folds in several inputs and
        the strength of one may vanish. On other surfaces this is not decided.
    NotRegularError
        If folds are shared, and split in several ways or with several free strengths.

    Examples
    --------
    The valley w q = 1 between w = 1/2 and w = 2:

    >>> from slt_symbolic import TrueSet, TwoLayer, UniformInterval, Unit, activation
    >>> from slt_symbolic.phases import BoxPrior, StratumDensity
    >>> relu = activation("relu")
    >>> model = TwoLayer.symbolic(relu, width=1, biases=0, output_bias=0)
    >>> inputs = UniformInterval(-sympy.sqrt(6), sympy.sqrt(6))
    >>> W0 = TrueSet(model, TwoLayer(relu, [Unit(1, (1,), 0)]), inputs)
    >>> half = sympy.Rational(1, 2)
    >>> prior = BoxPrior([half, half], [2, 2])
    >>> print(leading_constant(StratumDensity(model, inputs, W0.strata[0], prior)))
    1.54441 +/- ... (quadrature)
    """
    from slt_symbolic.phases.scaled_constant import scaled_constant

    if isinstance(density, SharedFolds):
        return _of_shared(density)
    closed = scaled_constant(density)
    if closed is not None:
        value = float(closed)
        return LeadingConstant(value, abs(value) * 1e-14, "exact", closed)
    factor = (2 * np.pi) ** (density.rank / 2)
    free = density.stratum.free
    if len(free) == 1:
        value, error = _along_curve(density)
        return LeadingConstant(factor * value, factor * error, "quadrature")
    value, error = _sampled(density, points, seed)
    return LeadingConstant(factor * value, factor * error, "sampling")


def _of_shared(shared: SharedFolds) -> LeadingConstant:
    from slt_symbolic.phases.shared_constant import (
        closed_constant,
        integrated_constant,
        scales_are_infinite,
    )

    if scales_are_infinite(shared):
        raise DivergentConstantError(
            f"the strength of a unit of {shared.stratum.type} goes to zero, where the integrand "
            f"is like its power -{2 * shared.model.inputs}/3: its integral is infinite"
        )
    closed = closed_constant(shared)
    if closed is not None:
        value = float(closed)
        return LeadingConstant(value, abs(value) * 1e-14, "exact", closed)
    return LeadingConstant(*integrated_constant(shared), "quadrature")


def _along_curve(density: StratumDensity) -> tuple[float, float]:
    """Integrate over the one free coordinate, between the roots of all conditions."""
    from scipy.integrate import quad

    (u,) = density.stratum.free
    low, high = density.prior.side(density.model.parameters.index(u))
    cuts = {0.0}
    s = density.stratum
    for expr in (*s.positive, *s.nonnegative, *s.nonzero):
        cuts |= _roots(expr, u)
    for k, expr in enumerate(density.coordinates):
        cuts |= _roots(sympy.fraction(sympy.cancel(expr))[1], u)
        for wall in density.prior.side(k):
            if np.isfinite(wall):
                cuts |= _roots(expr - sympy.nsimplify(wall, rational=True), u)
    ends = sorted({low, high, *(c for c in cuts if low < c < high)})
    total, error = 0.0, 0.0
    for a, b in pairwise(ends):
        _require_finite(density, a, b)
        found = quad(lambda t: density.at(np.array([t])), a, b, epsabs=0, epsrel=1e-10, limit=400)
        total, error = total + found[0], error + found[1]
    return total, error


def _roots(expr: sympy.Expr, u: sympy.Symbol) -> set[float]:
    top = sympy.fraction(sympy.cancel(expr))[0]
    if not top.has(u):
        return set()
    poly = sympy.Poly(top, u)
    found = np.roots([float(c) for c in poly.all_coeffs()])
    return {float(z.real) for z in found if abs(z.imag) < 1e-9 * (1 + abs(z))}


def _require_finite(density: StratumDensity, a: float, b: float) -> None:
    """Raise if the density is not integrable at an end of an interval.

    It is algebraic times the prior's, so near an end it is a power of the distance, or falls
    faster: the exponent is read off at two distances.
    """
    for end, other in ((a, b), (b, a)):
        if np.isfinite(end):
            side = np.sign(other - end) * min(1.0, abs(other - end))
            places, limit = [end + side * 2.0**-k for k in (36, 40)], -1
        else:
            places, limit = [np.sign(end) * 2.0**k for k in (36, 40)], 1
        first, second = (density.at(np.array([x])) for x in places)
        if min(first, second) <= 0:
            continue
        # The distance shrinks, or grows, 16 times.
        exponent = limit * float(np.log(second / first) / np.log(16.0))
        if exponent <= -1 + NEAR if limit < 0 else exponent >= -1 - NEAR:
            raise DivergentConstantError(
                f"the density on {density.stratum.type} is like distance**{exponent:.3g} at "
                f"{end:g}: its integral is infinite"
            )


def _sampled(density: StratumDensity, points: int, seed: int) -> tuple[float, float]:
    """Integrate by randomised quasi-Monte Carlo, over a box or under a normal law."""
    from scipy.stats import norm, qmc

    free = density.stratum.free
    parameters = density.model.parameters
    means = []
    for replicate in range(REPLICATES):
        sobol = qmc.Sobol(len(free), seed=np.random.default_rng([seed, replicate]))
        sample = np.clip(sobol.random(points), 1e-12, 1 - 1e-12)
        columns, weights = [], np.ones(points)
        for column, u in zip(sample.T, free, strict=True):
            if u not in parameters:  # a scale: positive, of order one
                columns.append(np.exp(norm.ppf(column)))
                weights /= norm.pdf(np.log(columns[-1])) / columns[-1]
            elif isinstance(density.prior, GaussianPrior):
                deviation = float(sympy.sqrt(density.prior.variance))
                columns.append(deviation * norm.ppf(column))
                weights /= norm.pdf(columns[-1] / deviation) / deviation
            else:
                a, b = density.prior.side(parameters.index(u))
                columns.append(a + (b - a) * column)
                weights *= b - a
        at = np.array(columns).T
        values = np.array([density.at(row) for row in at])
        means.append(float(np.mean(values * weights)))
    found: Array = np.array(means)
    return float(found.mean()), float(found.std(ddof=1) / np.sqrt(REPLICATES))
