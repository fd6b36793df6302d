r"""λ at true parameters where several analytic units coincide: splitting them costs a fourth power.

Let σ have poles (tanh, the logistic function, the arctangent's derivative), so that σ(u), σ′(u)x̃
and σ″(u)x̃x̃ᵀ, x̃ = (x, 1), are independent over distinct units u up to sign, and independent of
affine functions. For a class of units at u_0 + δ_i with strengths s_i,

    Σ s_i σ(u_0 + δ_i) = (Σ s_i) σ + (Σ s_i δ_i)·x̃ σ′ + ½ x̃ᵀ(Σ s_i δ_i δ_iᵀ)x̃ σ″ + O(δ³).

The first two are regular functions of the parameters, ρ ∈ R^r in all with r the Fisher rank. If all
s_i of a class have one sign, the third is comparable to |δ|² on Σ s_i δ_i = 0, and K to
|ρ|² + |δ|⁴. Two units that cancel leave no δ free. So

    λ = r/2 + (number of parameters − r − dimension of W0)/4,   m = 1.
"""

from __future__ import annotations

import sympy

from slt_symbolic.inputs import StandardNormal, UniformBox, UniformInterval, UniformPolygon
from slt_symbolic.phases.regular import Shape, Values
from slt_symbolic.rlct.theorems.theorem import Citation, TheoremResult, exactly
from slt_symbolic.true_set import Role, TrueSet

POLES = ("tanh", "sigmoid", "arctan")
MERGED = Citation(
    "MergedUnits",
    "Derivation: units of equal sign moved apart by a distance d cost K of order d**4; stated "
    "with proof in slt_symbolic.phases.split_units",
)


def split_units(true_set: TrueSet, values: Values, shape: Shape) -> TheoremResult | None:
    """Return λ and m at a true parameter with coinciding units, if the hypotheses hold.

    Parameters
    ----------
    true_set : TrueSet
        W0 of a network of tanh, logistic or arctan units.
    values : dict
        Exact values of the parameters.
    shape : Shape
        Dimension and Fisher rank there.

    Returns
    -------
    TheoremResult or None
        None if strengths that coincide have different signs, if more than two units cancel, or
        if a unit has zero readout or weight.
    """
    stratum = shape.stratum
    laws = StandardNormal | UniformInterval | UniformBox | UniformPolygon
    if stratum is None or shape.rank is None or (data := true_set.setting) is None:
        return None
    if data.activation.name not in POLES or not isinstance(true_set.inputs, laws):
        return None
    classes: dict[tuple[Role, int | None], list[int]] = {}
    for unit, place in zip(data.model.units, stratum.places, strict=True):
        if place.role not in (data.true_role, Role.CANCELLING):
            return None
        factor = data.family.factor[place.sign or 1]
        strength = sympy.sign(unit.readout.subs(values) * factor)
        classes.setdefault((place.role, place.index), []).append(int(strength))
    for (role, _), signs in classes.items():
        if len(signs) > 2 if role is Role.CANCELLING else len(set(signs)) > 1:
            return None
    powers = shape.size - shape.rank - stratum.dimension
    value = sympy.Rational(shape.rank, 2) + sympy.Rational(powers, 4)
    reason = (
        f"K is comparable to {shape.rank} squares and {powers} directions in which units "
        "split, each with a fourth power"
    )
    return exactly(value, 1, "split units", reason, MERGED)
