"""Proved upper bounds of λ̂(β) for learning zero with f(x) = Σ a_i tanh(w_i x), K = ½E[f²].

Given the weights w, K = ½aᵀGa with G_ij = E[tanh(w_i x)tanh(w_j x)], and with readouts
a ~ N(0, σ²1): Z(β|w) = det(1 + βσ²G)^{−½}, λ̂(β|w) = βE[K|w] = ½ tr g(βσ²G), g(x) = x/(1+x). The
posterior's λ̂(β) = βE[K] is the mean of λ̂(β|w) over the posterior of w, so a bound for every w
with |w_i| ≤ W bounds it for every prior of w on [−W, W]^h.

The non-zero eigenvalues of βσ²G are those of A = βσ² Σ_i tanh(w_i·) ⊗ tanh(w_i·) on L²(N(0,1)).
As g is concave with g(0) = 0, Jensen's inequality for the spectral measure of each unit vector
gives ⟨e, g(A)e⟩ ≤ g(⟨e, Ae⟩), and for every orthonormal basis (Peierls; Bogoliubov)

    tr g(A) ≤ Σ_k g(⟨e_k, Ae_k⟩).

* Hermite basis: ⟨h_k, Ah_k⟩ = βσ² Σ_i c_k(w_i)² ≤ βσ²h c_k(W)², since |c_k(w)| rises with |w|: in
  c_k = (1/√k!)∫ t^k e^{−t²/2} v/sinh(πtv/2) dt, v = 1/w, v/sinh(πtv/2) falls with v.
* A basis through a subspace of dimension m: g ≤ 1 inside, g(x) ≤ x outside:
  tr g(A) ≤ m + βσ² Σ_i dist(tanh(w_i·), V)² ≤ m + βσ²h d_m².
* tr g(A) ≤ h, the rank.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass

import sympy
from flint import arb, ctx, fmpq

from slt_symbolic.spectra.arguments import as_sympy, checked_integer, exact_rational
from slt_symbolic.spectra.circle_subspace import subspace_distance_square
from slt_symbolic.spectra.gram_spectrum import GramSpectrum
from slt_symbolic.spectra.mode_squares import mode_square, modes_beyond

_BITS = 128
_MAX_INDEX = 200_000


@dataclass(frozen=True, eq=False)
class ModeBounds:
    """Upper bounds of λ̂(β) for h tanh units with |w_i| ≤ W, each proved for every such w.

    Parameters
    ----------
    beta : sympy.Rational
        Inverse temperature, the number n of data in the source.
    width : int
        Number h of units.
    hermite : flint.arb
        Encloses ½Σ_{k odd} g(βσ²h c_k(W)²), the mode-counting bound.
    visible : int
        Number of odd k with βσ²h c_k(W)² ≥ 1; half of it is the crude count.
    subspace : flint.arb
        ½ min_m (m + βσ²h d_m²), by functions shared by all units.
    dimension : int
        The m at which it is attained.
    """

    beta: sympy.Rational
    width: int
    hermite: arb
    visible: int
    subspace: arb
    dimension: int

    @property
    def best(self) -> arb:
        """The least of the bounds, h/2 included."""
        with ctx.workprec(_BITS):
            return self.hermite.min(self.subspace).min(arb(self.width) / 2)

    @property
    def half_count(self) -> sympy.Rational:
        """Half the number of visible modes; a bound for W = 1 if not 0 (claim C6)."""
        return sympy.Rational(self.visible, 2)

    def __repr__(self) -> str:
        return (
            f"<bounds of lambda-hat at beta = {self.beta}, h = {self.width}: modes "
            f"{self.hermite.str(6)}, subspace {self.subspace.str(6)} (m = {self.dimension}), "
            f"h/2 = {self.width / 2:g}>"
        )


def mode_bounds(
    beta: object, width: int = 128, weight_max: object = 1, readout_variance: object = 1
) -> ModeBounds:
    """Return proved upper bounds of λ̂(β) under Gaussian readouts.

    Parameters
    ----------
    beta : int, fractions.Fraction, flint.fmpq or sympy.Rational
        Exact β > 0 that multiplies K = ½E[f²]; against the loss E[f²] with weight n, β = 2n.
    width : int
        Number h of units.
    weight_max : exact rational
        W > 0.
    readout_variance : exact rational
        σ² > 0.

    Returns
    -------
    ModeBounds
        Bounds that hold for every w in [−W, W]^h, hence for the posterior under every prior of
        the weights there.

    Notes
    -----
    The Hermite sum runs until its tail, at most βσ²hΣc_k(W)², is below 10^−6 of it.

    Examples
    --------
    >>> bounds = mode_bounds(10**8)
    >>> bounds.hermite.str(4, radius=False), bounds.subspace.str(3, radius=False), bounds.visible
    ('14.59', '5.78', 29)
    """
    b, h, w, variance = _checked(beta, width, weight_max, readout_variance)
    with ctx.workprec(_BITS):
        scale = arb(b * variance * h)
        hermite, visible = _hermite_sum(scale, w, lambda x: x / (1 + x))
        best, at = arb.pos_inf(), 0
        for m in range(h + 1):
            if not arb(m) < best:
                break
            value = m + scale * subspace_distance_square(m, w)
            if value.upper() < best:
                best, at = value.upper(), m
    return ModeBounds(as_sympy(b), h, hermite / 2, visible, best / 2, at)


def bounded_readout_bound(
    beta: object, width: int = 128, weight_max: object = 1, readout_max: object = 1
) -> arb:
    """Return a proved upper bound of λ̂(β) for bounded readouts: ½Σ min(1, βR²h²c_k(W)²).

    Parameters
    ----------
    beta, width, weight_max
        As in :func:`mode_bounds`.
    readout_max : exact rational
        R > 0: the prior of the readouts is any log-concave law on [−R, R]^h that is symmetric
        under a ↦ −a, uniform for instance.

    Notes
    -----
    λ̂(β|w) = ½β Σ_k E[ℓ_k²], ℓ_k = Σ_i a_i c_k(w_i). The tempered law of a is log-concave with a
    density e^{−βℓ_k²/2} times a log-concave one; by Brascamp and Lieb Var ℓ_k ≤ 1/β, and E[ℓ_k] =
    0 by symmetry. And |ℓ_k| ≤ R Σ_i|c_k(w_i)| ≤ Rh|c_k(W)|.

    References
    ----------
    H. J. Brascamp and E. H. Lieb (1976), Journal of Functional Analysis 22, 366-389, theorem 4.1.

    Examples
    --------
    >>> bounded_readout_bound(10**8).str(4, radius=False)
    '22.24'
    """
    b, h, w, r = _checked(beta, width, weight_max, readout_max)
    with ctx.workprec(_BITS):
        scale = arb(b * r * r * h * h)
        total, _ = _hermite_sum(scale, w, lambda x: x.min(arb(1)))
        return (total / 2).min(arb(h) / 2)


def truncation_change(
    beta: object,
    order: int,
    width: int = 128,
    weight_max: object = 1,
    readout_variance: object = 1,
) -> arb:
    """Return a proved upper bound of what all modes above an odd order k add to λ̂(β|w).

    Notes
    -----
    Let A′ be A with those modes projected out of f. With R ≥ 0 the difference of the Gram matrices,
    tr g(A′ + R) − tr g(A′) = ∫_0^1 tr[g′(A′ + sR)R]ds lies between 0 and tr R, as 0 ≤ g′ ≤ 1. So

        0 ≤ λ̂(β|w) − λ̂_{≤k}(β|w) ≤ ½βσ²Σ_{j>k}Σ_i c_j(w_i)² ≤ ½βσ²h Σ_{j>k} c_j(W)²,

    the last by the proved decay: the modes above k are invisible while this is small.

    Examples
    --------
    >>> bool(truncation_change(10**6, 151) < 1 / arb(1000))
    True
    """
    b, h, w, variance = _checked(beta, width, weight_max, readout_variance)
    k = checked_integer(order, "order", 1, 2 * _MAX_INDEX)
    if k % 2 == 0:
        raise ValueError(f"order must be odd, got {k}")
    with ctx.workprec(_BITS):
        return (arb(b * variance * h) * modes_beyond((k + 1) // 2, w) / 2).upper()


def typical_bound(
    spectrum: GramSpectrum, beta: object, width: int = 128, readout_variance: object = 1
) -> arb:
    """Return an upper bound of the mean of λ̂(β|w) over independent weights from their PRIOR.

    Parameters
    ----------
    spectrum : GramSpectrum
        Of the Gram operator T of the prior of one weight.
    beta, width, readout_variance
        As in :func:`mode_bounds`.

    Notes
    -----
    A ↦ tr g(A) is concave and E[A] = βσ²hT, so E tr g(A) ≤ tr g(βσ²hT): half the degrees of
    freedom of the operator. It says nothing about the posterior's own weights.

    Examples
    --------
    >>> from slt_symbolic.spectra.gram_factor import UniformWeights
    >>> from slt_symbolic.spectra.gram_spectrum import gram_spectrum
    >>> typical_bound(gram_spectrum(UniformWeights(1), 16), 10**8).str(5, radius=False)
    '2.7016'
    """
    h = checked_integer(width, "width", 1, 10**6)
    scale = exact_rational(readout_variance, "readout_variance") * h
    return spectrum.degrees_of_freedom(beta, scale) / 2


def free_energy_bound(
    spectrum: GramSpectrum, beta: object, width: int = 128, readout_variance: object = 1
) -> arb:
    """Return an upper bound of F(β) = −log Z(β) = ∫_0^β λ̂(b)db/b, the posterior's own.

    Notes
    -----
    −log E_w[Z(β|w)] ≤ ½E_w[log det(1 + A)] ≤ ½ log det(1 + βσ²hT): Jensen for the logarithm, and
    the concavity of log det.

    Examples
    --------
    >>> from slt_symbolic.spectra.gram_factor import UniformWeights
    >>> from slt_symbolic.spectra.gram_spectrum import gram_spectrum
    >>> free_energy_bound(gram_spectrum(UniformWeights(1), 16), 10**8).str(5, radius=False)
    '30.421'
    """
    h = checked_integer(width, "width", 1, 10**6)
    scale = exact_rational(readout_variance, "readout_variance") * h
    return spectrum.log_determinant(beta, scale) / 2


def bound_table(
    betas: Iterable[object], width: int = 128, weight_max: object = 1, readout_variance: object = 1
) -> tuple[ModeBounds, ...]:
    """Return the bounds for several β; see :func:`mode_bounds`.

    Examples
    --------
    >>> [row.visible for row in bound_table([1, 10**4])]
    [2, 12]
    """
    return tuple(mode_bounds(beta, width, weight_max, readout_variance) for beta in betas)


def _hermite_sum(scale: arb, weight: fmpq, share: Callable[[arb], arb]) -> tuple[arb, int]:
    total, visible = arb(0), 0
    for index in range(_MAX_INDEX):
        x = scale * mode_square(index, weight)
        # The shares are monotone: evaluate at both ends.
        total += share(x.lower()).union(share(x.upper()))
        visible += bool(x >= 1)
        tail = scale * modes_beyond(index + 1, weight)
        if tail < total / 10**6:
            return total + arb(0).union(tail), visible
    raise ArithmeticError(f"the bound needs more than {_MAX_INDEX} modes")


def _checked(
    beta: object, width: int, weight_max: object, spread: object
) -> tuple[fmpq, int, fmpq, fmpq]:
    b, w = exact_rational(beta, "beta"), exact_rational(weight_max, "weight_max")
    s = exact_rational(spread, "readout spread")
    if not (b > 0 and w > 0 and s > 0):
        raise ValueError("beta, weight_max and the readouts' spread must be positive")
    return b, checked_integer(width, "width", 1, 10**6), w, s
