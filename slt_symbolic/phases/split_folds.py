r"""λ at true parameters where several units share a fold: splitting it costs a cube.

Let all units fold in the domain's interior or not near it, and σ be continuous. With v_i = q_i
(w_i, b_i) a unit depends on v_i alone, up to scaling. For each class j of units on one hyperplane
H_j put V_j = Σ_{i∈j} v_i. Then, identically near the parameter,

    f − f0 = Φ(V, A) + Σ_j g_j,

where Φ has the class's units replaced by one with vector V_j (by 0 if the class cancels), A is
the affine part, and g_j = Σ_{i∈j} unit_i − unit(V_j) is a spike: it vanishes farther from H_j than
the units' hyperplanes lie apart, and is bounded by a multiple of that distance. With ρ ∈ R^r the
coordinates of the linear map (V, A), r the Fisher rank, |Φ| is comparable to |ρ|. Let δ be the
displacements of the units' hyperplanes within their class, that are not moves along W0. Then
|g|² = C(δ) + O(δ⁴), C homogeneous of degree 3, and the mixed term is at most |ρ| ∫|g| = O(|ρ| δ²).
C(δ) = 0 only if at almost every point y of H_j the folds Σ s_i δ(ξ − δ_i(y)) cancel, apart from
one of strength Σ s_i at the truth's place. If no partial sum of strengths in a class vanishes this
needs δ = 0. Hence K is comparable to |ρ|² + |δ|³ and

    λ = r/2 + (number of parameters − r − dimension of W0)/3,   m = 1.

In the count of δ the dimension of W0 is that of the stratum, which is all of W0 nearby.
"""

from __future__ import annotations

from itertools import combinations

import sympy

from slt_symbolic.inputs import StandardNormal, UniformBox, UniformInterval, UniformPolygon
from slt_symbolic.phases.regular import Shape, Values, strictly_inside
from slt_symbolic.rlct.theorems.theorem import Citation, TheoremResult, exactly
from slt_symbolic.true_set import Role, TrueSet
from slt_symbolic.true_set.types import GROUPS

MAX_UNITS = 12
SPIKES = Citation(
    "SplitFolds",
    "Derivation: a fold of strength s split by a distance d costs K of order s**2 d**3; stated "
    "with proof in slt_symbolic.phases.split_folds",
)


def split_folds(true_set: TrueSet, values: Values, shape: Shape) -> TheoremResult | None:
    """Return λ and m at a true parameter whose units share folds, if the hypotheses hold.

    Parameters
    ----------
    true_set : TrueSet
        W0 of a network of continuous, piecewise linear units.
    values : dict
        Exact values of the parameters.
    shape : Shape
        Dimension and Fisher rank there.

    Returns
    -------
    TheoremResult or None
        None if a unit is of another kind, if strengths on a fold cancel in part, or if a silent
        unit has its fold on that of another.
    """
    stratum = shape.stratum
    laws = StandardNormal | UniformInterval | UniformBox | UniformPolygon
    if stratum is None or shape.rank is None or (data := true_set.setting) is None:
        return None
    if not (data.family.folded and data.family.scaling == 1):
        return None
    if not isinstance(true_set.inputs, laws) or not strictly_inside(true_set, stratum, values):
        return None
    if shape.dimension != stratum.dimension:
        return None
    if data.inputs == 1 and not data.model.biased:
        return None
    classes: dict[tuple[Role, int | None], list[sympy.Expr]] = {}
    planes: list[list[sympy.Expr]] = []
    for unit, place in zip(data.model.units, stratum.places, strict=True):
        q, *plane = (e.subs(values) for e in unit.entries())
        norm = next(abs(w) for w in plane[:-1] if w != 0) if any(plane[:-1]) else sympy.S.Zero
        if place.role is data.true_role or place.role in GROUPS:
            key = (place.role, place.index)
            if key not in classes:
                planes.append(plane)
            classes.setdefault(key, []).append(q * norm)
        elif place.role is Role.SILENT and not place.sign:
            planes.append(plane)
        elif place.role not in (Role.ON, Role.OFF):
            return None
    if any(_parallel(g, h) for g, h in combinations(planes, 2)):
        return None
    if any(_cancels(role in GROUPS, found) for (role, _), found in classes.items()):
        return None
    cubes = shape.size - shape.rank - stratum.dimension
    value = sympy.Rational(shape.rank, 2) + sympy.Rational(cubes, 3)
    reason = (
        f"K is comparable to {shape.rank} squares and {cubes} directions in which folds "
        "split, each with a cube"
    )
    return exactly(value, 1, "split folds", reason, SPIKES)


def _parallel(g: list[sympy.Expr], h: list[sympy.Expr]) -> bool:
    """Whether two affine functions have the same zeros."""
    pairs = combinations(zip(g, h, strict=True), 2)
    return all(sympy.expand(a * d - b * c) == 0 for (a, c), (b, d) in pairs)


def _cancels(group: bool, strengths: list[sympy.Expr]) -> bool:
    """Whether a part of the strengths on a fold adds up to zero (a proper part in a group)."""
    if len(strengths) > MAX_UNITS:
        return True
    largest = len(strengths) - int(group)
    return any(
        sympy.expand(sum(part)) == 0
        for k in range(1, largest + 1)
        for part in combinations(strengths, k)
    )
