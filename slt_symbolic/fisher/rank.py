"""The rank of the scores with a proof from both sides, and all their linear relations."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from math import gcd, lcm
from typing import Any

import sympy
from flint import arb, arb_mat, ctx

from slt_symbolic.exact import balls
from slt_symbolic.exact.chamber import Chamber, ChamberField, UndecidedError
from slt_symbolic.fisher.elimination import relations
from slt_symbolic.fisher.polynomials import Terms, accumulate, dense
from slt_symbolic.fisher.scores import Scores
from slt_symbolic.fisher.transcendental import without_tangents

MAX_MINOR_BITS = 1 << 13


@dataclass(frozen=True)
class RankProof:
    """A rank, or bounds on it, with what proves either side.

    Parameters
    ----------
    lower, upper : int
        Bounds on the rank.
    size : int
        Number of parameters.
    lower_by : str
        What proves the lower bound.
    upper_by : str
        What proves the upper bound.
    minor : tuple of int
        Indices of parameters whose scores are linearly independent; there are ``lower`` of them.

    Examples
    --------
    >>> proof = RankProof(2, 2, 3, "an exact minor", "one relation", (0, 1))
    >>> proof.value, proof.known, str(proof)
    (2, 'proved', 'rank 2 of 3')
    """

    lower: int
    upper: int
    size: int
    lower_by: str
    upper_by: str
    minor: tuple[int, ...] = ()

    @property
    def known(self) -> str:
        """``"proved"`` if the bounds agree, else ``"bounds"``."""
        return "proved" if self.lower == self.upper else "bounds"

    @property
    def value(self) -> int:
        """The rank.

        Raises
        ------
        UndecidedError
            If only bounds are known.
        """
        if self.lower != self.upper:
            raise UndecidedError(
                f"the rank is between {self.lower} ({self.lower_by}) and {self.upper} "
                f"({self.upper_by})"
            )
        return self.lower

    def __str__(self) -> str:
        if self.lower == self.upper:
            return f"rank {self.lower} of {self.size}"
        return f"rank between {self.lower} and {self.upper} of {self.size}"


@dataclass(frozen=True)
class NullRelations:
    """Linear relations Σ_j v_j ∂_j f = 0 at a point, or as vector fields around it.

    Parameters
    ----------
    parameters : tuple of sympy.Symbol
        The parameters w_j, in order.
    fields : tuple of tuple of sympy.Expr
        Independent relations that hold for every input: for each, the coefficients v_j. They are
        a basis of all relations if ``missing`` is 0.
    proof : RankProof
        The rank of the Fisher information, and what proves it.
    chamber : Chamber or None
        Where the vector fields are valid; None for relations at one point.
    candidates : tuple of int
        Indices of the parameters that no relation expresses by earlier ones.
    """

    parameters: tuple[sympy.Symbol, ...]
    fields: tuple[tuple[sympy.Expr, ...], ...]
    proof: RankProof
    chamber: Chamber | None = None
    candidates: tuple[int, ...] = ()

    @property
    def rank(self) -> int:
        """Rank of the Fisher information; of vector fields, that at almost every point."""
        return self.proof.value

    @property
    def missing(self) -> int:
        """How many more relations there are that hold on a finite sample only.

        Analytic units on fewer points than there are scores: Cramer's rule gives these relations,
        with determinants of the values of σ and σ′ as coefficients, which are not written down.
        """
        return len(self.parameters) - len(self.fields) - self.proof.upper

    def __str__(self) -> str:
        relations = [
            " + ".join(f"({v})*d/d{p}" for v, p in zip(f, self.parameters, strict=True) if v != 0)
            for f in self.fields
        ]
        parts = [f"{r} = 0" for r in relations]
        if self.missing:
            parts.append(f"{self.missing} more on this finite sample alone, not listed")
        return f"{self.proof}; " + ("; ".join(parts) or "no null relation")


def null_relations(scores: Scores) -> NullRelations:
    """Return all relations among the scores, and the rank with its proof.

    Notes
    -----
    The scores are rows of coefficients C over independent atoms. Every vector of the left kernel
    of C is checked to be a relation by substitution, which bounds the rank from above, whether or
    not the atoms are independent. As many other rows as remain have a minor of C that is shown
    not to vanish; together with the independence of the atoms this bounds it from below.
    """
    size = len(scores.parameters)
    _, rows = dense(scores.rows, scores.field.element(sympy.S.Zero))
    kernel = relations(rows, scores.field)
    for vector in kernel:
        _verify(vector, scores.rows)
    dependent = {max(k for k, v in enumerate(vector) if v) for vector in kernel}
    minor = tuple(k for k in range(size) if k not in dependent)
    fields = tuple(_primitive([scores.field.to_sympy(v) for v in vector]) for vector in kernel)
    restored = tuple(tuple(map(scores.numbers.restored, f)) for f in fields)
    upper = size - len(kernel)
    upper_by = f"{len(kernel)} relation(s), each verified as an identity in the inputs"
    proof = RankProof(0, upper, size, "nothing", upper_by)
    if scores.independence is not None:
        how = _nonvanishing([rows[k] for k in minor], scores)
        if how is not None:
            reason = f"{how}, over atoms that are independent: {scores.independence}"
            proof = RankProof(upper, upper, size, reason, upper_by, minor)
    return NullRelations(scores.parameters, restored, proof, scores.chamber, minor)


def _verify(vector: Sequence[Any], rows: Sequence[Terms]) -> None:
    """Substitute a relation, atom by atom."""
    total: Terms = {}
    for v, row in zip(vector, rows, strict=True):
        if v:
            accumulate(total, row, v)
    if total:
        raise ArithmeticError(f"a relation of the elimination does not hold: {vector}")


def _nonvanishing(rows: list[list[Any]], scores: Scores) -> str | None:
    """Return how a minor of independent rows is known not to vanish, or None if that is not known.

    Over a field of numbers or of rational functions the elimination's pivots show it. Symbols
    that stand for transcendental numbers take their values, in balls.
    """
    numbers = scores.numbers.symbols
    if not numbers or not rows:
        return "an exact minor of the coefficients that is not zero"
    columns = [list(c) for c in zip(*rows, strict=True)]
    dependent = {max(k for k, v in enumerate(u) if v) for u in relations(columns, scores.field)}
    kept = [c for k, c in enumerate(columns) if k not in dependent]
    symbols = set().union(*(e.free_symbols for e in numbers.values()))
    field = scores.field
    sample = dict(field.sample) if isinstance(field, ChamberField) else {}
    point = {s: sample[s] for s in symbols if s in sample}
    values = {s: without_tangents(e.xreplace(point)) for s, e in numbers.items()}
    rest = {s: v for s, v in sample.items() if s not in values}
    entries = [[field.to_sympy(e).xreplace(rest) for e in row] for row in kept]
    determinant = nonzero_determinant(
        lambda: [[balls.ball(e, values) for e in row] for row in entries]
    )
    if determinant is None:
        return None
    return f"a minor of the coefficients enclosed away from zero, {determinant.str(5)}"


def nonzero_determinant(entries: Any, *, bits: int = MAX_MINOR_BITS) -> arb | None:
    """Return a ball around a determinant that excludes zero, or None if none does.

    Parameters
    ----------
    entries : callable
        Returns the matrix in balls of the working precision.
    bits : int
        The highest precision to try.
    """
    precision = 64
    while precision <= bits:
        with ctx.workprec(precision):
            determinant = arb_mat(entries()).det()
            if determinant.is_finite() and not determinant.contains(0):
                return determinant
        precision *= 2
    return None


def _primitive(vector: list[sympy.Expr]) -> tuple[sympy.Expr, ...]:
    """Clear denominators and common factors, with a positive leading sign."""
    if all(v.is_Rational for v in vector):
        scale = sympy.Rational(lcm(*(int(v.q) for v in vector)), gcd(*(int(v.p) for v in vector)))
        # That is the least common denominator over the numerators' common factor.
        leading = next(v for v in vector if v != 0)
        return tuple(v * (scale if leading > 0 else -scale) for v in vector)
    common = sympy.lcm_list([sympy.fraction(sympy.together(v))[1] for v in vector])
    cleared = [sympy.cancel(v * common) for v in vector]
    divisor = sympy.gcd_list([v for v in cleared if v != 0])
    result = [sympy.cancel(v / divisor) for v in cleared]
    first = next(v for v in result if v != 0)
    if first.could_extract_minus_sign():
        result = [-v for v in result]
    return tuple(result)
