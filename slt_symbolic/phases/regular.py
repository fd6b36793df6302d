"""What dimension and Fisher rank say about λ at a true parameter.

F: w ↦ f(·, w) is a map into L² of the inputs, and K = ½|F − f0|².

- λ ≥ r/2, if F is C¹ near the parameter and r its rank there: r functions of norm comparable to
  F's are coordinates.
- λ ≤ (number of parameters − dimension)/2 at a point of a stratum of W0, if F is Lipschitz there:
  K is at most a multiple of the squared distance from the stratum.
- If both bounds meet, K is comparable to the squared distance, λ = r/2 and m = 1 (Morse–Bott).

The last holds also where only the closure of a stratum of that dimension contains the parameter:
the volume of {K < ε} is at least what it is near points of the stratum, and at most that near the
manifold of codimension r that contains W0.

A unit with a fold that has neither weight nor bias is not differentiable there. In polar
coordinates of (w, b) it is so, and its derivatives along the other parameters vanish: the first
bound holds with r the rank of the other units.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import sympy

from slt_symbolic.exact.chamber import UndecidedError
from slt_symbolic.fisher import FisherInformation
from slt_symbolic.kernels.broken import NotDifferentiableError
from slt_symbolic.networks import TwoLayer
from slt_symbolic.rlct.theorems.theorem import Citation, TheoremResult, exactly
from slt_symbolic.true_set import NoStrataError, Role, Stratum, TrueSet

Values = dict[sympy.Symbol, sympy.Expr]

MORSE_BOTT = Citation(
    "Watanabe2009",
    "S. Watanabe, Algebraic Geometry and Statistical Learning Theory, Cambridge University Press "
    "2009, chapter 6; R. Bott, Nondegenerate critical manifolds, Ann. of Math. 60 (1954) 248-261",
)


@dataclass(frozen=True)
class Shape:
    """Dimension and Fisher rank at a true parameter.

    Parameters
    ----------
    size : int
        Number of parameters.
    rank : int or None
        Fisher rank, or a proved lower bound on it; that of the other units where one has neither
        weight nor bias; None where f is not differentiable for another reason.
    dimension : int or None
        Of the largest stratum known to contain the parameter in its closure.
    stratum : Stratum or None
        The stratum of the parameter itself.
    lipschitz : bool
        Whether f is Lipschitz in its parameters.
    """

    size: int
    rank: int | None
    dimension: int | None
    stratum: Stratum | None
    lipschitz: bool

    @property
    def lower(self) -> sympy.Rational:
        """Lower bound on λ."""
        return sympy.Rational(self.rank or 0, 2)

    @property
    def upper(self) -> sympy.Rational | None:
        """Upper bound on λ."""
        if self.dimension is None:
            return None
        # Moving a jump by δ costs K of order δ, not δ².
        return sympy.Rational(self.size - self.dimension, 2 if self.lipschitz else 1)

    def regular(self) -> TheoremResult | None:
        """Return λ = r/2, m = 1, if rank and dimension add up to the number of parameters."""
        if self.rank is None or self.dimension is None or not self.lipschitz:
            return None
        if self.rank + self.dimension != self.size:
            return None
        reason = (
            f"Fisher rank {self.rank} and dimension {self.dimension} of W0 add up to "
            f"{self.size} parameters: K is comparable to the squared distance from W0"
        )
        return exactly(self.lower, 1, "Morse-Bott", reason, MORSE_BOTT)

    def bounds(self) -> TheoremResult:
        """Return what rank and dimension alone prove."""
        reason = f"Fisher rank {self.rank or 0} and codimension of the stratum of W0"
        return TheoremResult(
            None, None, self.lower, self.upper, "rank and codimension", reason, MORSE_BOTT
        )


def shape_at(true_set: TrueSet, values: Values) -> Shape:
    """Return dimension and Fisher rank at a true parameter."""
    model, law = true_set.model, true_set.inputs
    fisher = FisherInformation(model, law)
    rank: int | None
    try:
        rank = fisher.rank(values)
    except NotDifferentiableError:
        rank = _rank_of_rest(true_set, values)
    except UndecidedError:
        rank = fisher.rank_proof(values).lower
    lipschitz = model.activation.scaling_degree != 0
    try:
        stratum = true_set.stratum_of(values)
    except NoStrataError:
        return Shape(len(model.parameters), rank, None, None, lipschitz)
    dimensions = [] if stratum is None else [stratum.dimension]
    for near in _moved(true_set, values):
        other = true_set.stratum_of(near)
        dimensions += [] if other is None else [other.dimension]
    return Shape(len(model.parameters), rank, max(dimensions, default=None), stratum, lipschitz)


def _rank_of_rest(true_set: TrueSet, values: Values) -> int | None:
    """Return the Fisher rank of the units that have a weight or a bias."""
    model = true_set.model
    if model.activation.scaling_degree != 1:
        return None
    kept = tuple(u for u in model.units if any(e.subs(values) != 0 for e in (*u.weights, u.bias)))
    network = TwoLayer(model.activation, kept, model.output_bias, (), model.inputs)
    parameters = tuple(p for p in model.parameters if p in network.constants)
    if not parameters:
        return 0
    rest = TwoLayer(model.activation, kept, model.output_bias, parameters, model.inputs)
    try:
        return FisherInformation(rest, true_set.inputs).rank({p: values[p] for p in parameters})
    except (NotDifferentiableError, UndecidedError):
        return None


def _moved(true_set: TrueSet, values: Values) -> Iterator[Values]:
    """Yield true parameters on strata that hold the given one in their closure.

    On a bounded domain a unit of zero weight and non-zero bias does not fold there when its
    weight grows a little. One with neither, if σ is zero on one side, is dead for w = t e_1 and
    b = −t B, B large. All t > 0 up to the parameter yielded give the same type.
    """
    data = true_set.setting
    if data is None or data.corners is None or not data.family.folded:
        return
    moved = dict(values)
    show = data.field.to_sympy
    reach = 1 + 2 * sympy.ceiling(max((abs(show(c[0])) for c in data.corners), default=0))
    for unit in data.model.units:
        if any(values[w] != 0 for w in unit.weights):
            continue
        bias = unit.bias.subs(values)
        if bias != 0:
            moved[unit.weights[0]] = abs(bias) / reach
        elif data.idle_off and unit.bias in values:
            moved[unit.weights[0]], moved[unit.bias] = 1 / reach, -sympy.S.One
    if moved != values and true_set.contains(moved):
        yield moved


def strictly_inside(true_set: TrueSet, stratum: Stratum, values: Values) -> bool:
    """Whether no unit that is on or off throughout touches the domain with its fold."""
    data = true_set.setting
    if data is None or data.corners is None:
        return True
    for unit, place in zip(data.model.units, stratum.places, strict=True):
        if place.role in (Role.ON, Role.OFF) or (place.role is Role.SILENT and place.sign):
            for corner in data.corners:
                at = unit.preactivation(*map(data.field.to_sympy, corner)).subs(values)
                if at == 0:
                    return False
    return True
