"""The decay under standard normal inputs of kinks, jumps, erf, GELU and the Gaussian, exactly.

All these squares are a Wallis number W_m = C(2m, m)/4^m times an elementary factor, and

    (π(m + ½))^{−1/2} < W_m < (π(m + ¼))^{−1/2},  m ≥ 1   (Kazarinoff).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

import sympy
from flint import arb, ctx, fmpq

from slt_symbolic.activations import Activation
from slt_symbolic.spectra.arguments import (
    MAX_ORDER,
    as_sympy,
    checked_activation,
    checked_integer,
    exact_rational,
)

Kind = Literal["kink", "jump", "erf", "gelu", "gaussian"]
_FIRST: dict[Kind, int] = {"kink": 2, "jump": 3, "erf": 3, "gelu": 4, "gaussian": 2}


def wallis(m: int) -> arb:
    """Enclose W_m = C(2m, m)/4^m.

    Examples
    --------
    >>> wallis(2)
    [0.375000000000000 +/- ...]
    """
    return ((arb(m) + arb(0.5)).lgamma() - arb(m + 1).lgamma()).exp() / arb.pi().sqrt()


@dataclass(frozen=True)
class WallisDecay:
    """The decay of c_k² where it is a Wallis number times an elementary factor.

    Parameters
    ----------
    kind : {"kink", "jump", "erf", "gelu", "gaussian"}
        ``"kink"``: even orders of piecewise linear σ(wx), by the change of slope at 0, as for
        ReLU and |z|; ``"jump"``: odd orders of σ(wx), by its jump at 0, as for the step; erf(wx);
        GELU(wx); exp(−(wx)²).
    weight : int, fractions.Fraction, flint.fmpq or sympy.Rational
        The exact w, not zero.
    size : int, fractions.Fraction, flint.fmpq or sympy.Rational
        Change of slope, or jump; 1 for the others.
    bits : int
        Working precision of the balls returned.

    Notes
    -----
    With r = 2w²/(1 + 2w²) and q = w²/(1 + w²), exactly

    * kink s: c_k² = s²w² W_{k/2}/(2π(k−1)²) ~ s²w²(2π³)^{−1/2} k^{−5/2}, k even;
    * jump s: c_k² = s² W_{(k−1)/2}/(2πk) ~ s²(2π³)^{−1/2} k^{−3/2}, k odd;
    * erf: c_k² = 2W_{(k−1)/2}r^k/(πk) ~ (2/π)^{3/2} k^{−3/2} r^k, k odd;
    * GELU: c_k² = w²W_{k/2−1}q^{k−1}(k − (k−1)q)²/(2πk(k−1)) ~
      ¼w²(1−q)²(2/π)^{3/2} k^{−1/2} q^{k−1}, k even;
    * Gaussian: c_k² = W_{k/2}r^k/(1 + 2w²) ~ (2/π)^{1/2}k^{−1/2}r^k/(1 + 2w²), k even.

    References
    ----------
    D. K. Kazarinoff (1956), On Wallis' formula, Edinburgh Mathematical Notes 40, 19-21.

    Examples
    --------
    >>> from slt_symbolic.spectra.coefficients import hermite_coefficient
    >>> decay = WallisDecay.of("relu", 2)
    >>> low, high = decay.bounds(100)
    >>> low <= hermite_coefficient("relu", 100, 2).square <= high
    True
    """

    kind: Kind
    weight: sympy.Rational | fmpq | int = 1
    size: sympy.Rational | fmpq | int = 1
    bits: int = 128

    def __post_init__(self) -> None:
        if self.kind not in _FIRST:
            raise ValueError(f"kind must be one of {', '.join(_FIRST)}; got {self.kind!r}")
        for name in ("weight", "size"):
            if exact_rational(getattr(self, name), name) == 0:
                raise ValueError(f"{name} must not be zero: the coefficients vanish")
        checked_integer(self.bits, "bits", 16, 1 << 20)

    @classmethod
    def of(cls, activation: Activation | str, weight: object = 1, bits: int = 128) -> WallisDecay:
        """Return the slowest decay of an activation: that of its jump, else of its kink.

        Raises
        ------
        ValueError
            For activations of another kind.
        """
        sigma = checked_activation(activation)
        w = exact_rational(weight, "weight")
        if sigma.branches is not None:
            (low, below), (high, above) = sigma.lines()
            if high != low:
                return cls("jump", w, high - low, bits)
            if above != below:
                return cls("kink", w, above - below, bits)
        for kind in ("erf", "gelu", "gaussian"):
            if sigma.name == kind:
                return cls(kind, w, 1, bits)
        raise ValueError(f"no Wallis law for {sigma.name}")

    @property
    def orders(self) -> range:
        """The orders that the law speaks of."""
        return range(_FIRST[self.kind], MAX_ORDER**2, 2)

    @property
    def latex(self) -> str:
        """LaTeX of the law."""
        laws = {
            "kink": r"s^2w^2(2\pi^3)^{-1/2} k^{-5/2}",
            "jump": r"s^2(2\pi^3)^{-1/2} k^{-3/2}",
            "erf": r"(2/\pi)^{3/2} k^{-3/2} \left(\tfrac{2w^2}{1+2w^2}\right)^k",
            "gelu": r"\tfrac{w^2}{4(1+w^2)^2}(2/\pi)^{3/2} k^{-1/2}"
            r"\left(\tfrac{w^2}{1+w^2}\right)^{k-1}",
            "gaussian": r"\tfrac{(2/\pi)^{1/2}}{1+2w^2} k^{-1/2}"
            r"\left(\tfrac{2w^2}{1+2w^2}\right)^k",
        }
        names = [("w", self.weight)] + ([("s", self.size)] if self.kind in ("kink", "jump") else [])
        values = ", ".join(
            rf"{name} = {sympy.latex(as_sympy(exact_rational(value, name)))}"
            for name, value in names
        )
        return rf"c_k^2 \sim {laws[self.kind]},\ {values}"

    def law(self, order: int) -> arb:
        """Return the leading law."""
        k = self._order(order)
        with ctx.workprec(self.bits):
            return self._elementary(k, limit=True) * (2 / (arb.pi() * k)).sqrt()

    def bounds(self, order: int) -> tuple[arb, arb]:
        """Return proved lower and upper bounds of c_k²: the ends of a ball around it."""
        k = self._order(order)
        # lgamma at large k loses about log2(k log k) bits.
        with ctx.workprec(self.bits + 2 * k.bit_length()):
            value = self._elementary(k, limit=False) * wallis(self._index(k))
        with ctx.workprec(self.bits):
            return value.lower(), value.upper()

    def law_bounds(self, order: int) -> tuple[arb, arb]:
        """Return proved bounds of log(c_j²/law) for this and every later order, exact numbers.

        W_m(πk/2)^{1/2} lies between (k/(2m+1))^{1/2} and (k/(2m+½))^{1/2}, k − 2m fixed, and the
        elementary factors of kinks and GELU are above their limits and fall to them: each
        logarithm is monotone, and only those of the right sign are added.
        """
        k = self._order(order)
        with ctx.workprec(self.bits):
            m = self._index(k)
            low = min((arb(k) / (2 * m + 1)).log() / 2, arb(0), key=lambda v: v.mid())
            high = max((arb(k) / (2 * m + arb(0.5))).log() / 2, arb(0), key=lambda v: v.mid())
            if self.kind in ("kink", "gelu"):
                high += (self._elementary(k, limit=False) / self._elementary(k, limit=True)).log()
            return low.lower(), high.upper()

    def _order(self, order: int) -> int:
        first = _FIRST[self.kind]
        k = checked_integer(order, "order", first, MAX_ORDER**2)
        if (k - first) % 2:
            raise ValueError(f"order must be {'odd' if first % 2 else 'even'}, got {k}")
        return k

    def _index(self, k: int) -> int:
        return {"kink": k // 2, "gaussian": k // 2, "gelu": k // 2 - 1}.get(self.kind, (k - 1) // 2)

    def _elementary(self, k: int, *, limit: bool) -> arb:
        w, s = exact_rational(self.weight, "weight"), exact_rational(self.size, "size")
        square, pi = w * w, arb.pi()
        r, q = 2 * square / (1 + 2 * square), square / (1 + square)
        if self.kind == "kink":
            return arb(s * s * square) / (2 * pi * arb(k if limit else k - 1) ** 2)
        if self.kind == "jump":
            return arb(s * s) / (2 * pi * k)
        if self.kind == "erf":
            return 2 * arb(r) ** k / (pi * k)
        if self.kind == "gaussian":
            return arb(r) ** k / arb(1 + 2 * square)
        scale = arb(square) / (2 * pi) * arb(q) ** (k - 1)
        if limit:
            return scale * arb(1 - q) ** 2
        return scale * arb(k - (k - 1) * q) ** 2 / (arb(k) * (k - 1))
