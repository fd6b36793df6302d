"""How well m functions of x approximate all tanh units of bounded weight at once.

For |w| ≤ W write w = W cos θ. By the Fourier series on the circle

    tanh(wx) = Σ_{k odd} b_k(Wx) T_k(w/W),   b_k(u) = (−1)^{(k−1)/2} 4 Σ_j e^{−ks_j}/√(u² + β_j²),

sinh s_j = β_j/u, β_j = (2j+1)π/2. The first m of the functions x ↦ b_k(Wx) span a subspace that
does not depend on w, and the distance of tanh(wx) from it in L²(N(0,1)) is at most d_m.
"""

from __future__ import annotations

from functools import lru_cache

from flint import arb, ctx, fmpq

_REACH = 32
_CELLS = 8
_BITS = 64
_POLES = 24


@lru_cache(maxsize=4096)
def subspace_distance_square(count: int, weight_max: fmpq) -> arb:
    """Return a proved upper bound of d_m², m = count, for |w| ≤ W = weight_max.

    Notes
    -----
    Summing the series from k = 2m + 1 on for each pole, |T_k| ≤ 1,

        Σ_{k>2m} |b_k(u)| ≤ S_m(u) = Σ_j 2u e^{−2ms_j}/(β_j √(u² + β_j²)),

    and d_m² ≤ E[S_m(WX)²]. It is bounded cell by cell in balls up to u = 32·W. With
    e^{−s_j} ≤ u/(2β_j) the poles from j = J on add at most 2u(u/π)^{2m}(2/π)²Σ(2j+1)^{−2m−2}.
    Beyond, |tanh| ≤ 1 and |b_k| ≤ 4/π give (1 + 4m/π)² times the tail of the normal law.

    Where it stands: −x²/2 − 4m·arcsinh(π/(2Wx)) ≤ −x²/2 − 2πm/(Wx)·(1 + O((Wx)^{−2})) is largest
    near x = (2πm/W)^{1/3}, so that log d_m² ~ −(3/2)(2πm/W)^{2/3}.

    Examples
    --------
    >>> [subspace_distance_square(m, fmpq(1)).str(2, radius=False) for m in (0, 5, 20)]
    ['1.0', '1.1e-6', '2.2e-16']
    """
    if count == 0:
        return arb(1)
    with ctx.workprec(_BITS):
        total = arb(0)
        width = arb(1) / _CELLS
        scale = arb(weight_max)
        density = 1 / (2 * arb.pi()).sqrt()
        for i in range(_REACH * _CELLS):
            x = (i + arb(0.5)) * width + arb(0, width / 2)
            x = x.nonnegative_part()
            value = _remainder(count, (scale * x).upper())
            total += 2 * width * value**2 * density * (-(x.lower() ** 2) / 2).exp()
        end = arb(_REACH)
        tail = 2 * density * (-end * end / 2).exp() / end
        return (total + (1 + 4 * count / arb.pi()) ** 2 * tail).upper().min(arb(1))


def _remainder(count: int, u: arb) -> arb:
    """Bound S_m on [0, u]: every term rises with u."""
    poles = _POLES + int(float(u))
    total = arb(0)
    for j in range(poles):
        beta = (2 * j + 1) * arb.pi() / 2
        root = (u * u + beta * beta).sqrt()
        # e^{−s} = (√(u² + β²) − β)/u = u/(√(u² + β²) + β)
        total += 2 * u / (beta * root) * (u / (root + beta)) ** (2 * count)
    edge = arb(2 * poles + 1)
    power = 2 * count + 1
    tail = edge ** (-power) * (1 / edge + arb(1) / (2 * power))
    total += 2 * u * (2 / arb.pi()) ** 2 * (u / arb.pi()) ** (2 * count) * tail
    return total.upper()
