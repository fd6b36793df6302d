"""Constants of the asymptotic laws: the volume near the zeros of K, and the free energy."""

from __future__ import annotations

import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from math import log
from typing import Any

import sympy
from flint import arb, fmpq, fmpq_mat

from .checker.algebra import hessian_at_origin
from .checker.germ import Germ
from .constants_amount import Amount, rational
from .constants_box import box_law
from .constants_walk import follow
from .errors import ConstantsError
from .polynomials import to_fmpq, to_polynomial
from .problem import Problem
from .routes import ROUTES
from .strategy import Search, judged

#: Routes whose proofs keep the constant, where they lead to no other step.
KEEPING = tuple(
    (name, route)
    for name, route in ROUTES
    if name
    in (
        "newton",
        "regular",
        "regular factors",
        "straighten",
        "redundant",
        "disjoint sum",
        "complete the square",
        "shear",
    )
)


@dataclass(frozen=True)
class AsymptoticLaw:
    """``Z(beta) = integral of exp(-beta K) ~ B beta**(-lambda) log(beta)**(m - 1)``.

    Attributes
    ----------
    value : sympy.Rational
        lambda.
    multiplicity : int
        m.
    partition : Amount
        B, exactly where its integral is known in Gamma functions, and as a ball.
    shift : sympy.Expr or None
        c in ``E[beta K] = lambda - (m - 1) / (log(beta) + c) + O(log(beta)**-3)``; None
        where m = 1 or the problem is stated near a point only.
    shift_ball : flint.arb or None
        An enclosure of c.

    Examples
    --------
    >>> from sympy.abc import x
    >>> law = asymptotic_law(Problem(x**2, (x,), (0,)))
    >>> law.partition.expr, law.volume.expr
    (sqrt(pi), 2)
    """

    value: sympy.Rational
    multiplicity: int
    partition: Amount
    shift: sympy.Expr | None = None
    shift_ball: arb | None = None

    @property
    def volume(self) -> Amount:
        """C in ``V(e) ~ C e**lambda (-log e)**(m - 1)``, the volume of K <= e.

        C = B / Gamma(1 + lambda).

        Examples
        --------
        >>> from sympy.abc import x, y
        >>> asymptotic_law(Problem(x**2 + y**2, (x, y), (0, 0))).volume.expr
        pi
        """
        order = fmpq(int(self.value.p), int(self.value.q)) + 1
        return self.partition * Amount.gamma(order).power(fmpq(-1))

    def free_energy(self, beta: float) -> float:
        """Return the first terms of -log Z: lambda log beta - (m - 1) log log beta - log B.

        With a known `shift` c, log(log(beta) + c) takes the place of log(log(beta)), which leaves
        an error of order log(beta)**-2 instead of log(beta)**-1.
        """
        logarithm = _log(beta) + (0.0 if self.shift_ball is None else float(self.shift_ball.mid()))
        if self.multiplicity > 1 and logarithm <= 0:
            raise ValueError("beta is too small for the law: log(beta) + c must be positive")
        rest = (self.multiplicity - 1) * log(logarithm) if self.multiplicity > 1 else 0.0
        return float(self.value) * _log(beta) - rest - log(float(self.partition.ball.mid()))

    def energy(self, beta: float) -> float:
        """Return the prediction lambda - (m - 1) / (log beta + c) for the mean of beta K.

        Raises
        ------
        ConstantsError
            If m > 1 and c is not known.
        """
        if self.multiplicity == 1:
            return float(self.value)
        if self.shift_ball is None:
            raise ConstantsError("the shift c depends on the extent of the region: state a box")
        return float(self.value) - (self.multiplicity - 1) / (
            _log(beta) + float(self.shift_ball.mid())
        )


def _log(beta: float) -> float:
    if not beta > 0:
        raise ValueError(f"beta must be positive, not {beta!r}")
    return log(beta)


def asymptotic_law(
    problem: Problem,
    *,
    density: Any = 1,
    box: Sequence[tuple[Any, Any]] | Mapping[sympy.Symbol, tuple[Any, Any]] | None = None,
    budget: float = 30.0,
) -> AsymptoticLaw:
    """Return lambda, m and the constant of the law of Z(beta), exact or enclosed.

    Parameters
    ----------
    problem : Problem
        K, region and prior near a point. The prior is taken as the density itself, not up to
        positive factors.
    density : optional
        A positive number, or a polynomial that is positive on the box: a factor of the density.
        Without a box only its value at the point matters.
    box : optional
        Bounds for each variable. Needed where the constant depends on the extent of the region:
        K must then be a monomial around the point, times a polynomial without zeros on the box.
    budget : float, optional
        Seconds for the search.

    Returns
    -------
    AsymptoticLaw

    Raises
    ------
    ConstantsError
        If the proof of lambda and m does not determine the constant.

    Notes
    -----
    The certificate leads to the constant: sums, split squares, automorphisms and units keep track
    of it, and a Newton leaf whose face around the diagonal is compact has it as an integral over
    that face. E[beta K] at inverse temperature beta is ``-d log Z / d log beta``.

    References
    ----------
    S. Watanabe, Algebraic Geometry and Statistical Learning Theory, 2009.
    A. N. Varchenko, Newton polyhedra and estimation of oscillating integrals, 1976.

    Examples
    --------
    >>> from sympy.abc import x, y
    >>> asymptotic_law(Problem((x**2 - y**3)**2, (x, y), (0, 0))).value
    5/12
    >>> law = asymptotic_law(Problem(x**2 * y**2, (x, y), (0, 0)), box=[(0, 1), (0, 1)])
    >>> law.partition.expr, law.shift
    (sqrt(pi)/4, EulerGamma + 2*log(2))
    """
    if not isinstance(problem, Problem):
        raise TypeError("problem must be a Problem: K near a point")
    if box is not None:
        names = list(problem.variables)
        bounds = [box[v] for v in names] if isinstance(box, Mapping) else list(box)
        found = box_law(
            problem, density, [(to_fmpq(a, "box"), to_fmpq(b, "box")) for a, b in bounds]
        )
        return AsymptoticLaw(rational(found.value), found.order, found.B, *found.shift)
    point = problem.stated.point
    factor = to_polynomial(density, tuple(problem.variables), "density")(*point)
    if not factor > 0:
        raise ConstantsError("density must be positive at the point")
    (piece,) = problem.stated.pieces
    moved = piece.at(point)
    # The prior's factors that do not vanish at the point belong to the density.
    scale = Amount.of(factor)
    for p, s in piece.prior:
        at = p(*point)
        if at != 0:
            scale = scale * Amount.of(abs(at)).power(s)
    germ = Germ(moved.ring, moved.K, moved.region, moved.prior)
    hessian = fmpq_mat(hessian_at_origin(moved.K))
    if not moved.conditions() and _definite(hessian):
        # Laplace's method.
        scale = scale * (Amount.of(2) * Amount.pi()).power(fmpq(moved.n, 2))
        B = scale * Amount.of(fmpq(hessian.det())).power(fmpq(-1, 2))
        return AsymptoticLaw(sympy.Rational(moved.n, 2), 1, B)
    proof = Search(time.monotonic() + budget, routes=KEEPING).solve(moved)
    verdict = judged(moved, proof)
    if verdict is None or verdict.lower != verdict.upper or verdict.multiplicity is None:
        raise ConstantsError("no proof of lambda and m was found that determines the constant")
    law = follow(germ.local(), proof)
    if (law.value, law.order) != (verdict.lower, verdict.multiplicity):
        raise ConstantsError("zeros of K away from the point have a part in the constant")
    return AsymptoticLaw(rational(law.value), law.order, law.B * scale)


def _definite(matrix: fmpq_mat) -> bool:
    """Say whether a symmetric matrix is positive definite, by its leading minors."""
    rows = matrix.tolist()
    return all(fmpq_mat([r[:k] for r in rows[:k]]).det() > 0 for k in range(1, len(rows) + 1))
