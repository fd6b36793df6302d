"""What every crossing answers: partition function, free energy, energy, and its regimes."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Callable
from dataclasses import dataclass
from fractions import Fraction

import sympy
from flint import arb, ctx, fmpq

BITS_PER_DIGIT = 3.3219280948873626
MAX_DIGITS = 1000
_MAX_BITS = 1 << 17


@dataclass(frozen=True)
class Regime:
    """What n E[K - min K] tends to for large n, where a condition on the controls holds.

    Attributes
    ----------
    where : str
        The condition, LaTeX.
    value : sympy.Rational
        The learning coefficient lambda; multiplicity 1.
    """

    where: str
    value: sympy.Rational


@dataclass(frozen=True)
class Moments:
    """Two integrals, of a ball each, over the region of a scaled potential q.

    Attributes
    ----------
    partition : flint.arb
        Integral of exp(-q).
    energy : flint.arb
        Integral of (q - min q) exp(-q), over `partition`.
    """

    partition: arb
    energy: arb


class Crossing(ABC):
    """A family K(x; controls) of potentials of one variable, quasi-homogeneous.

    With x = n**(-1/p) y the integral of exp(-n K) is n**(-1/p) times a function of the scaled
    controls alone.
    """

    name: str
    latex: str
    #: p, the order of the singularity at the origin of the controls: lambda = 1/p there.
    order: int
    #: Exponent of n in each scaled control.
    scaling: tuple[fmpq, ...]
    regimes: tuple[Regime, ...]

    @property
    @abstractmethod
    def expr(self) -> sympy.Expr:
        """The partition function in special functions, of the symbols n, t (and s)."""

    @abstractmethod
    def special(self, *scaled: arb) -> Moments:
        """Return the moments at scaled controls from special functions."""

    @abstractmethod
    def integrated(self, *scaled: arb) -> Moments:
        """Return the moments at scaled controls by verified quadrature, without `special`."""

    def partition(self, n: object, *controls: object, digits: int = 30) -> arb:
        """Enclose Z(n) = integral of exp(-n K).

        Parameters
        ----------
        n : int, Fraction or sympy.Rational
            Positive.
        controls : int, Fraction or sympy.Rational
            The control parameters, as many as `scaling` has entries.
        digits : int
            Correct relative digits of the ball, 1 to 1000.

        Raises
        ------
        TypeError
            If a number is not an exact rational, or the number of controls is wrong.
        ValueError
            If n is not positive, or digits out of range.

        Examples
        --------
        >>> from slt_symbolic.crossings import CUBIC_EDGE
        >>> CUBIC_EDGE.partition(1000, 0, digits=10).str(10, radius=False)
        '0.1287899...'
        """
        size = _positive(n)
        root = fmpq(1, self.order)

        def value() -> arb:
            scaled = self._scaled(size, controls)
            return self.special(*scaled).partition * arb(size) ** (-arb(root))

        return _refined(value, digits)

    def free_energy(self, n: object, *controls: object, digits: int = 30) -> arb:
        """Enclose F(n) = -log Z(n); parameters as for `partition`.

        Examples
        --------
        >>> from slt_symbolic.crossings import QUARTIC
        >>> QUARTIC.free_energy(10**8, 1, 0, digits=6).str(6, radius=False)
        '8.29140'
        """
        size = _positive(n)

        def value() -> arb:
            scaled = self._scaled(size, controls)
            return -self.special(*scaled).partition.log() + arb(size).log() / self.order

        return _refined(value, digits)

    def coefficient(self, n: object, *controls: object, digits: int = 30) -> arb:
        """Enclose n E[K - min K] under exp(-n K): the estimate of lambda at this n.

        Parameters are those of `partition`.

        Examples
        --------
        >>> from fractions import Fraction
        >>> from slt_symbolic.crossings import CUBIC_EDGE
        >>> for t in (1, 0, -1):
        ...     print(CUBIC_EDGE.coefficient(10**6, t, digits=4).str(4, radius=False))
        1.000
        0.3333
        0.5000
        """
        size = _positive(n)
        return _refined(lambda: self.special(*self._scaled(size, controls)).energy, digits)

    def _scaled(self, n: fmpq, controls: tuple[object, ...]) -> tuple[arb, ...]:
        if len(controls) != len(self.scaling):
            raise TypeError(f"{self.name} has {len(self.scaling)} controls, got {len(controls)}")
        exact = [rational(c, "controls") for c in controls]
        return tuple(arb(c) * arb(n) ** arb(e) for c, e in zip(exact, self.scaling, strict=True))


def rational(value: object, name: str) -> fmpq:
    """Return an exact rational, or raise an error that names the argument."""
    if isinstance(value, int | Fraction | sympy.Rational) and not isinstance(value, bool):
        return fmpq(int(value.numerator), int(value.denominator))
    if isinstance(value, fmpq):
        return value
    raise TypeError(f"{name} must be an exact rational (int, Fraction, Rational), got {value!r}")


def _positive(n: object) -> fmpq:
    size = rational(n, "n")
    if not size > 0:
        raise ValueError(f"n must be positive, got {size}")
    return size


def _refined(value: Callable[[], arb], digits: int) -> arb:
    """Evaluate with more and more bits, until the ball has the digits."""
    if isinstance(digits, bool) or not isinstance(digits, int) or not 1 <= digits <= MAX_DIGITS:
        raise ValueError(f"digits must be an integer from 1 to {MAX_DIGITS}, got {digits!r}")
    wanted = int(digits * BITS_PER_DIGIT) + 2
    bits = wanted + 64
    while bits <= _MAX_BITS:
        with ctx.workprec(bits):
            ball = value()
        if ball.is_finite() and ball.rel_accuracy_bits() >= wanted:
            return ball
        bits *= 2
    raise ArithmeticError(f"{digits} digits need more than {_MAX_BITS} bits")
