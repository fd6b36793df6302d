"""The transcendental numbers in which closed Hermite coefficients are written."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Protocol

import sympy
from flint import arb, fmpq

from slt_symbolic.spectra.arguments import as_sympy


class Atom(Protocol):
    """A number known exactly as an expression and as balls of any precision."""

    def expression(self) -> sympy.Expr:
        """Return the exact number."""
        ...

    def ball(self) -> arb:
        """Return a ball around it at the working precision."""
        ...


@dataclass(frozen=True)
class One:
    """The number 1."""

    def expression(self) -> sympy.Expr:
        """Return 1."""
        return sympy.S.One

    def ball(self) -> arb:
        """Return 1."""
        return arb(1)


@dataclass(frozen=True)
class ScaledGaussian:
    """The number exp(−exponent)/√(π·divisor).

    Parameters
    ----------
    exponent, divisor : flint.fmpq
        Rationals, the divisor positive.
    """

    exponent: fmpq
    divisor: fmpq

    def expression(self) -> sympy.Expr:
        """Return the exact number."""
        return sympy.exp(-as_sympy(self.exponent)) / sympy.sqrt(sympy.pi * as_sympy(self.divisor))

    def ball(self) -> arb:
        """Return a ball around it."""
        return (-arb(self.exponent)).exp() / (arb.pi() * arb(self.divisor)).sqrt()


@dataclass(frozen=True)
class ErrorFunction:
    """The number sign·erf(√square).

    Parameters
    ----------
    sign : {1, -1}
        Sign of the argument.
    square : flint.fmpq
        Square of the argument, a non-negative rational.
    """

    sign: int
    square: fmpq

    def expression(self) -> sympy.Expr:
        """Return the exact number."""
        return self.sign * sympy.erf(sympy.sqrt(as_sympy(self.square)))

    def ball(self) -> arb:
        """Return a ball around it."""
        return self.sign * arb(self.square).sqrt().erf()


@dataclass(frozen=True)
class ComplementaryErrorFunction:
    """The number erfc(√square), which balls know far out where 1 − erf cancels.

    Parameters
    ----------
    square : flint.fmpq
        Square of the argument, a non-negative rational.
    """

    square: fmpq

    def expression(self) -> sympy.Expr:
        """Return the exact number."""
        return sympy.erfc(sympy.sqrt(as_sympy(self.square)))

    def ball(self) -> arb:
        """Return a ball around it."""
        return arb(self.square).sqrt().erfc()


@dataclass(frozen=True)
class Exponential:
    """The number exp(exponent)/√divisor.

    Parameters
    ----------
    exponent, divisor : flint.fmpq
        Rationals, the divisor positive.
    """

    exponent: fmpq
    divisor: fmpq

    def expression(self) -> sympy.Expr:
        """Return the exact number."""
        return sympy.exp(as_sympy(self.exponent)) / sympy.sqrt(as_sympy(self.divisor))

    def ball(self) -> arb:
        """Return a ball around it."""
        return arb(self.exponent).exp() * arb(self.divisor).rsqrt()


@dataclass(frozen=True)
class Wave:
    """The number exp(−exponent) sin(angle), or with the cosine.

    Parameters
    ----------
    sine : bool
        Whether it is the sine.
    angle, exponent : flint.fmpq
        Rationals.
    """

    sine: bool
    angle: fmpq
    exponent: fmpq

    def expression(self) -> sympy.Expr:
        """Return the exact number."""
        wave = sympy.sin if self.sine else sympy.cos
        return sympy.exp(-as_sympy(self.exponent)) * wave(as_sympy(self.angle))

    def ball(self) -> arb:
        """Return a ball around it."""
        angle = arb(self.angle)
        return (-arb(self.exponent)).exp() * (angle.sin() if self.sine else angle.cos())


@dataclass(frozen=True)
class ClosedForm:
    """A rational combination of atoms.

    Parameters
    ----------
    terms : tuple of (flint.fmpq, Atom)
        Coefficients and atoms; terms with coefficient zero are left out.
    """

    terms: tuple[tuple[fmpq, Atom], ...]

    @classmethod
    def of(cls, *terms: tuple[fmpq, Atom]) -> ClosedForm:
        """Return the combination with its zero terms dropped.

        Examples
        --------
        >>> ClosedForm.of((fmpq(1, 2), One()), (fmpq(0), ErrorFunction(1, fmpq(2)))).expression()
        1/2
        """
        return cls(tuple((c, atom) for c, atom in terms if c != 0))

    def expression(self) -> sympy.Expr:
        """Return the exact number as a SymPy expression."""
        return sympy.Add(*(as_sympy(c) * atom.expression() for c, atom in self.terms))

    def ball(self) -> arb:
        """Return a ball around it at the working precision."""
        total = arb(0)
        for c, atom in self.terms:
            total += arb(c) * atom.ball()
        return total
