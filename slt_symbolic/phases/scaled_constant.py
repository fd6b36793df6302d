r"""Leading constants in closed form: isolated points, and one ReLU unit on each fold.

Under a normal prior the scale of each unit integrates to a Bessel function. With v = q (w, b) a
unit of degree 1 depends on v and the sign of q only, and d(w, b) dq = |q|^{−(n+1)} dv dq, so

    ∫₀^∞ φ(v/q) φ(q) q^{−(n+1)} dq = (2πs²)^{−(n+2)/2} |v|^{−n/2} K_{n/2}(|v|/s²)

for n weights and a bias and variance s² (n − 1 in place of n without biases). If each fold has
one unit, f has the derivatives 1[h_i > 0] (x, 1) in the v_i and 1 in the output bias c, whose Gram
matrix is G, and C = (2π)^{r/2} φ(c) Π_i ∫… / √det G.
"""

from __future__ import annotations

import sympy
from sympy.polys.matrices import DomainMatrix

from slt_symbolic.phases.density import NotRegularError, StratumDensity
from slt_symbolic.phases.prior import BoxPrior, GaussianPrior


def scaled_constant(density: StratumDensity) -> sympy.Expr | None:
    """Return C in closed form, None if none is known.

    Examples
    --------
    >>> from slt_symbolic import TrueSet, TwoLayer, UniformInterval, Unit, activation
    >>> from slt_symbolic.phases import GaussianPrior
    >>> relu = activation("relu")
    >>> model = TwoLayer.symbolic(relu, width=1, biases=0, output_bias=0)
    >>> inputs = UniformInterval(-sympy.sqrt(6), sympy.sqrt(6))
    >>> W0 = TrueSet(model, TwoLayer(relu, [Unit(1, (1,), 0)]), inputs)
    >>> scaled_constant(StratumDensity(model, inputs, W0.strata[0], GaussianPrior()))
    sqrt(2)*besselk(0, 1)/(2*sqrt(pi))
    """
    stratum = density.stratum
    if stratum.dimension == 0:
        return _isolated(density)
    data = stratum.system.setting
    indices = [p.index for p in stratum.places]
    if not isinstance(density.prior, GaussianPrior) or data.family.scaling != 1:
        return None
    if any(p.role is not data.true_role for p in stratum.places):
        return None
    if len(set(indices)) < len(indices) or not all(
        data.model.free(u.readout) for u in data.model.units
    ):
        return None
    point, variance = stratum.point(), density.prior.variance
    r, n = density.rank, data.size - 1
    scores = density.fisher.matrix(point)
    # At the point chosen here ∂f/∂(w, b) = q ∂f/∂v: columns for v and c only.
    kept, scale = [], sympy.S.One
    total = (2 * sympy.pi) ** sympy.Rational(r, 2)
    for unit in data.model.units:
        q = point[unit.readout]
        entries = [e for e in (*unit.weights, unit.bias) if data.model.free(e)]
        kept += [density.model.parameters.index(e) for e in entries]
        scale *= q ** (2 * len(entries))
        norm = sympy.sqrt(sum((q * point[e]) ** 2 for e in entries))
        order = sympy.Rational(n, 2)
        total *= (2 * sympy.pi * variance) ** -sympy.Rational(n + 2, 2)
        total *= norm**-order * sympy.besselk(order, norm / variance)
    if data.constant_is_free:
        bias = data.model.output_bias
        kept.append(density.model.parameters.index(bias))
        total *= sympy.exp(-(point[bias] ** 2) / (2 * variance))
        total /= sympy.sqrt(2 * sympy.pi * variance)
    gram = scores.extract(kept, kept)
    return sympy.simplify(total) / sympy.sqrt(_determinant(gram) / scale)


def _isolated(density: StratumDensity) -> sympy.Expr:
    """Return (2π)^{r/2} φ/√det I at an isolated true parameter."""
    point = density.stratum.point()
    prior, r = density.prior, density.rank
    factor = (2 * sympy.pi) ** sympy.Rational(r, 2)
    determinant = _determinant(density.fisher.matrix(point))
    if isinstance(prior, BoxPrior):
        distances = [
            d
            for v, a, b in zip(point.values(), prior.lower, prior.upper, strict=True)
            for d in (v - a, b - v)
        ]
        if any(d == 0 for d in distances):
            raise NotRegularError("the isolated true parameter lies on a wall of the prior's box")
        if not all(d.is_positive for d in distances):
            return sympy.S.Zero
        weight = 1 / sympy.Mul(*(b - a for a, b in zip(prior.lower, prior.upper, strict=True)))
    else:
        square = sympy.Add(*(v**2 for v in point.values()))
        weight = sympy.exp(-square / (2 * prior.variance))
        weight /= (2 * sympy.pi * prior.variance) ** sympy.Rational(r, 2)
    return sympy.simplify(factor * weight / sympy.sqrt(determinant))


def _determinant(matrix: sympy.Matrix) -> sympy.Expr:
    """Return a determinant, by arithmetic in a number field where the entries lie in one."""
    if not all(e.is_algebraic for e in matrix):
        return matrix.det()
    exact = DomainMatrix.from_Matrix(matrix, extension=True).to_field()
    return exact.domain.to_sympy(exact.det())
