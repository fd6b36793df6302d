"""Atoms as products of a monomial and a function of one preactivation."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import sympy

from slt_symbolic.activations import COS, IDENTITY, RELU, SIN, STEP, Activation
from slt_symbolic.fisher.basis import Basis
from slt_symbolic.fisher.derived import derived
from slt_symbolic.fisher.folds import FoldBasis
from slt_symbolic.fisher.jets import JetBasis
from slt_symbolic.fisher.waves import WaveBasis
from slt_symbolic.kernels import Feature, NoClosedFormError


@dataclass(frozen=True)
class AtomFunction:
    """The function x^exponents · φ(⟨w, x⟩ + b).

    Parameters
    ----------
    exponents : tuple of int
        Of the monomial.
    line : tuple of field elements
        w and b; empty for φ = 1.
    activation : Activation or None
        φ, or what φ is the slope of; None for φ = 1.
    slope : bool
        Whether φ is the derivative of ``activation``.
    """

    exponents: tuple[int, ...]
    line: tuple[Any, ...] = ()
    activation: Activation | None = None
    slope: bool = False

    def feature(self, power: int, entries: tuple[sympy.Expr, ...], inputs: int) -> Feature:
        """Return z^power φ(z) of the preactivation z as a feature, with given entries.

        Raises
        ------
        NoClosedFormError
            For a power of a step above 1.
        """
        *weights, bias = entries or (sympy.S.Zero,) * inputs + (sympy.S.One,)
        if self.activation is None:
            return Feature(IDENTITY, tuple(weights), bias)
        if self.activation == STEP:
            if power > 1:
                raise NoClosedFormError("moments of a step above the first have no kernel")
            return Feature(RELU if power else STEP, tuple(weights), bias)
        activation = derived(self.activation, slope=self.slope, power=power)
        return Feature(activation, tuple(weights), bias)


def atom_function(basis: Basis, atom: tuple[Any, ...]) -> AtomFunction:
    """Return the function that an atom of a basis names.

    Raises
    ------
    NoClosedFormError
        If the atom is of a kind that the kernels do not know.
    """
    tag, *rest = atom
    if tag == "monomial":
        return AtomFunction(rest[0])
    n = basis.inputs.dimension
    zero = (0,) * n
    if tag == "fold" and isinstance(basis, FoldBasis):
        return AtomFunction(rest[1], basis.hyperplanes[rest[0]], STEP)
    if isinstance(basis, JetBasis):
        if tag == "value":
            return AtomFunction(zero, basis.units[rest[0]], basis.activation)
        return AtomFunction(rest[1], basis.units[rest[0]], basis.activation, slope=True)
    if isinstance(basis, WaveBasis):
        wave = SIN if tag == "sine" else COS
        return AtomFunction(rest[1], (*basis.frequencies[rest[0]], basis.field.element(
            sympy.S.Zero)), wave)  # fmt: skip
    raise NoClosedFormError(f"no expectation is known for {tag} atoms under {basis.inputs!r}")
