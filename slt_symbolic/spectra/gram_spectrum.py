"""Eigenvalues of the Gram operator of tanh units, far below rounding, and degrees of freedom."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from flint import arb, arb_mat, ctx, fmpq

from slt_symbolic.spectra.arguments import BITS_PER_DIGIT, checked_integer, exact_rational
from slt_symbolic.spectra.graded_eigenvalues import graded_eigenvalues
from slt_symbolic.spectra.gram_factor import GivenWeights, WeightLaw, gaussian_nodes

_MAX_SIZE = 4000


@dataclass(frozen=True, eq=False)
class GramSpectrum:
    """The largest eigenvalues of a positive trace-class operator, enclosed, and what is left.

    Parameters
    ----------
    eigenvalues : tuple of flint.arb
        Balls around the largest eigenvalues, falling.
    rest : flint.arb
        Upper bound of the sum of all other eigenvalues.
    bits : int
        Working precision of what is computed from them.
    """

    eigenvalues: tuple[arb, ...]
    rest: arb
    bits: int

    def degrees_of_freedom(self, beta: object, scale: object = 1) -> arb:
        """Enclose N(β) = Σ βsμ_i/(1 + βsμ_i), s = scale.

        Parameters
        ----------
        beta, scale : int, fractions.Fraction, flint.fmpq or sympy.Rational
            Exact, not negative.

        Notes
        -----
        With K = ½E[f²] and readouts N(0, σ_a²) given the weights, λ̂(β) = ½N(β), s = σ_a².
        """
        factor = _factor(beta, scale)
        with ctx.workprec(self.bits):
            total = arb(0)
            for value in self.eigenvalues:
                x = factor * value.nonnegative_part()
                # Monotone: between the values at the ends.
                total += (x.lower() / (1 + x.lower())).union(x.upper() / (1 + x.upper()))
            return total + arb(0).union(factor * self.rest)

    def log_determinant(self, beta: object, scale: object = 1) -> arb:
        """Enclose log det(1 + βsT) = Σ log(1 + βsμ_i)."""
        factor = _factor(beta, scale)
        with ctx.workprec(self.bits):
            total = arb(0)
            for value in self.eigenvalues:
                x = factor * value.nonnegative_part()
                total += x.lower().log1p().union(x.upper().log1p())
            return total + arb(0).union(factor * self.rest)

    def __repr__(self) -> str:
        shown = ", ".join(str(value.str(6)) for value in self.eigenvalues[:4])
        return (
            f"<Gram spectrum: {len(self.eigenvalues)} eigenvalues [{shown}, ...], "
            f"the others sum to at most {self.rest.str(3)}>"
        )


def gram_spectrum(law: WeightLaw, digits: int = 40) -> GramSpectrum:
    """Enclose the Gram operator's eigenvalues down to 10^−digits, absolutely.

    Parameters
    ----------
    law : UniformWeights, NormalWeights or GivenWeights
        The law of the weights; given weights carry mass 1 each, so that the operator is the
        Gram matrix G_ij = E[tanh(w_i x)tanh(w_j x)] of these units.
    digits : int
        Eigenvalues above 10^−digits are enclosed, each to a few digits at least; for the others
        an upper bound of their sum is given.

    Raises
    ------
    ValueError
        If the rules need more than 4000 nodes: normal weights at high accuracy.

    Notes
    -----
    The rule in x changes k(w, w') by at most ε for all w and w', hence T by at most ε times the
    mass of the law in norm, and its trace by as much; likewise the rule in w. By Weyl eigenvalues
    move by no more. Those of the matrix are enclosed by
    :func:`~slt_symbolic.spectra.graded_eigenvalues.graded_eigenvalues`.

    Examples
    --------
    >>> from slt_symbolic.spectra.gram_factor import UniformWeights
    >>> spectrum = gram_spectrum(UniformWeights(1), digits=12)
    >>> [value.str(6, radius=False) for value in spectrum.eigenvalues[:3]]
    ['0.177264', '0.000728898', '8.84128e-6']
    """
    wanted = checked_integer(digits, "digits", 4, 400)
    bits = int((wanted + 12) * BITS_PER_DIGIT)
    with ctx.workprec(bits + 80):
        nodes, masses, error = gaussian_nodes(law.largest(bits), bits)
        (points, weights), further = law.rule(nodes[-1], bits)
        if max(len(nodes), len(points)) > _MAX_SIZE:
            raise ValueError(
                f"digits must be smaller: {len(nodes)} x {len(points)} nodes are more than "
                f"{_MAX_SIZE}"
            )
        rows = [[(x * w).tanh() for w in points] for x in nodes]
        left, right = [q.sqrt() for q in masses], [p.sqrt() for p in weights]
        factor = arb_mat(
            len(nodes),
            len(points),
            [v * q * p for row, q in zip(rows, left, strict=True)
             for v, p in zip(row, right, strict=True)],
        )  # fmt: skip
        transposed = factor.transpose()
        small = len(points) < len(nodes)
        matrix = transposed * factor if small else factor * transposed
        found, rest = graded_eigenvalues(matrix, arb(10) ** -wanted)
        # Mass of the law: 1, or the number of given weights; Σq ≤ 1 for the rule in w.
        mass = sum(weights, arb(0)).upper().max(arb(1))
        shift = (error * mass + further * sum(masses, arb(0)).upper()).upper()
        values = [v + arb(0, shift) for v in found]
        # Traces differ by at most the same shift.
        rest = (rest + (len(values) + 1) * shift).upper()
    return GramSpectrum(tuple(values), rest, bits)


def unit_gram_spectrum(weights: Iterable[object], digits: int = 40) -> GramSpectrum:
    """Enclose the eigenvalues of G_ij = E[tanh(w_i x)tanh(w_j x)] for given exact weights.

    Examples
    --------
    >>> spectrum = unit_gram_spectrum([1, -1], digits=10)
    >>> spectrum.eigenvalues[0].str(8, radius=False)  # 2·E[tanh(x)²]
    '0.78858898'
    """
    return gram_spectrum(GivenWeights(tuple(weights)), digits)


def _factor(beta: object, scale: object) -> arb:
    values: list[fmpq] = [exact_rational(beta, "beta"), exact_rational(scale, "scale")]
    if any(value < 0 for value in values):
        raise ValueError("beta and scale must not be negative")
    return arb(values[0]) * arb(values[1])


def mode_count(spectrum: GramSpectrum, beta: object, scale: object = 1) -> int:
    """Return how many enclosed eigenvalues have βsμ ≥ 1 with certainty.

    Examples
    --------
    >>> mode_count(unit_gram_spectrum([1, 2], digits=10), 1000)
    2
    """
    factor = _factor(beta, scale)
    return sum(1 for value in spectrum.eigenvalues if factor * value >= 1)
