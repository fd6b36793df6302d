r"""Leading constants of strata whose units share folds, for one input.

In v_i = q_i (w_i, b_i) and the output bias c the scales of units drop out (see
:mod:`slt_symbolic.phases.unit_scale`), W0 is an affine space of strengths p, v_i = ±p_i h_j, and
f − f0 = (linear, with Gram matrix G) + spikes (see :mod:`slt_symbolic.phases.split_folds`). At
distance n^(−1/2) in the range of G and n^(−1/3) in its kernel, where folds split by ξ, the mixed
term of nK is of order n^(−1/6), so

    n^λ Z → (2π)^{r/2} / √pdet G  ∫ dvol(p) Π_i B_i(v_i) φ(c) D(p),   D = ∫ exp(−C(δ)/2) dδ,

δ in the kernel of G normal to W0, with k dimensions, and λ = r/2 + k/3. A function with compact
support and second derivative Σ s_a δ(ξ − ξ_a) has the square Σ s_a s_b |ξ_a − ξ_b|³ / 12, so C is
that, times the inputs' density at the fold, with the truth's fold −Σ s_i at 0. It has degree 3:
D = 2 Γ(4/3) (C(e)/2)^{−1/3} for k = 1, with a unit vector e.

Where the strength p of one of the units goes to 0 in n inputs, B_i ~ |p|^{−n}, dvol ~ |p|^n and
D ~ |p|^{−2/3} for each of the n dimensions by which that unit alone splits off: finite for n = 1
only. Under a fixed readout B_i is finite, and so is the integral for n ≤ 4.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import combinations
from typing import Any

import sympy

from slt_symbolic.fisher import FisherInformation
from slt_symbolic.inputs import InputDistribution, StandardNormal, UniformInterval
from slt_symbolic.networks import TwoLayer
from slt_symbolic.phases.density import NotRegularError
from slt_symbolic.phases.prior import BoxPrior, Prior
from slt_symbolic.phases.unit_scale import unit_density
from slt_symbolic.true_set import Stratum

Weight = tuple[sympy.Expr, ...]
Number = Callable[[sympy.Expr], Any]


@dataclass(frozen=True)
class SharedFolds:
    """A stratum of units on the truth's folds, several of them on one, with its prior.

    Parameters
    ----------
    model : TwoLayer
        ReLU-like units with biases.
    inputs : InputDistribution
        The law of the inputs.
    stratum : Stratum
        Every unit is on a fold of the truth.
    prior : Prior
        Of the parameters.
    noise_variance : sympy.Expr
        σ², by which K is divided.

    Raises
    ------
    NotRegularError
        If a unit is elsewhere, or units have no biases.
    """

    model: TwoLayer
    inputs: InputDistribution
    stratum: Stratum
    prior: Prior
    noise_variance: sympy.Expr = sympy.S.One

    def __post_init__(self) -> None:
        data = self.stratum.system.setting
        if data.family.scaling != 1 or not data.model.biased:
            raise NotRegularError("shared folds need units of degree 1 with biases")
        if any(p.role is not data.true_role for p in self.stratum.places):
            raise NotRegularError(f"a unit of {self.stratum.type} is on no fold of the truth")

    @cached_property
    def planes(self) -> tuple[Weight, ...]:
        """±h_j for each unit: v_i = p_i times this."""
        data = self.stratum.system.setting
        found = []
        for place in self.stratum.places:
            plane = data.planes[place.index or 0]
            found.append(tuple((place.sign or 1) * data.field.to_sympy(e) for e in plane))
        return tuple(found)

    @cached_property
    def classes(self) -> tuple[tuple[int, ...], ...]:
        """The units on each fold."""
        found: dict[int | None, list[int]] = {}
        for i, place in enumerate(self.stratum.places):
            found.setdefault(place.index, []).append(i)
        return tuple(map(tuple, found.values()))

    @cached_property
    def strengths(self) -> tuple[sympy.Expr, ...]:
        """The p_i of one point."""
        point = self.stratum.point()
        found = []
        for unit, plane in zip(self.model.units, self.planes, strict=True):
            k = next(k for k, e in enumerate(plane) if e != 0)
            found.append(unit.readout.subs(point) * unit.weights[k].subs(point) / plane[k])
        return tuple(found)

    @property
    def output_bias(self) -> sympy.Expr:
        """The c of that point."""
        return self.model.output_bias.subs(self.stratum.point())

    @property
    def _bias_is_free(self) -> bool:
        return self.stratum.system.setting.constant_is_free

    @cached_property
    def gram(self) -> sympy.Matrix:
        """G, for the v_i and, if it is a parameter, c."""
        point = self.stratum.point()
        fisher = FisherInformation(self.model, self.inputs, noise_variance=self.noise_variance)
        kept, scales = [], []
        for unit in self.model.units:
            for e in (*unit.weights, unit.bias):
                kept.append(self.model.parameters.index(e))
                scales.append(unit.readout.subs(point))
        if self._bias_is_free:
            kept.append(self.model.parameters.index(self.model.output_bias))
            scales.append(sympy.S.One)
        found = fisher.matrix(point).extract(kept, kept)
        return sympy.Matrix(
            len(scales), len(scales), lambda i, j: found[i, j] / (scales[i] * scales[j])
        )

    @cached_property
    def moments(self) -> sympy.Matrix:
        """The linear map of which f is a function: what each fold adds, and the affine part.

        On its class a unit is a fold o v, and affine(o) o v beside it: see
        :mod:`slt_symbolic.true_set.family`.
        """
        data = self.stratum.system.setting
        size, places = self.model.inputs + 1, self.stratum.places
        columns = size * len(places) + self._bias_is_free
        found = sympy.zeros(size * (len(self.classes) + 1), columns)
        for j, members in enumerate(self.classes):
            for i in members:
                sign = places[i].sign or 1
                for k in range(size):
                    found[size * j + k, size * i + k] = sign
                    found[found.rows - size + k, size * i + k] = sign * data.family.affine[sign]
        if self._bias_is_free:
            found[found.rows - 1, columns - 1] = 1
        return found

    @cached_property
    def kernel(self) -> tuple[sympy.Matrix, ...]:
        """A basis of the kernel of that map, which is the kernel of G."""
        return tuple(self.moments.nullspace())

    @cached_property
    def determinant(self) -> sympy.Expr:
        """The product of the positive eigenvalues of G."""
        basis = sympy.Matrix.vstack(*self.moments.rowspace())
        return (basis * self.gram * basis.T).det() / (basis * basis.T).det()

    @cached_property
    def directions(self) -> tuple[sympy.Matrix, ...]:
        """A basis of the strengths, and c, that stay on W0: those of the kernel on the rays."""
        rays = sympy.zeros(self.moments.cols, len(self.planes) + self._bias_is_free)
        size = self.model.inputs + 1
        for i, plane in enumerate(self.planes):
            for k, e in enumerate(plane):
                rays[i * size + k, i] = e
        if self._bias_is_free:
            rays[rays.rows - 1, rays.cols - 1] = 1
        return tuple((self.moments * rays).nullspace())

    def on_rays(self, direction: sympy.Matrix) -> sympy.Matrix:
        """Return changes of strengths and c as one of the v_i and c."""
        entries = [direction[i] * e for i, plane in enumerate(self.planes) for e in plane]
        return sympy.Matrix([*entries, *([direction[-1]] if self._bias_is_free else [])])

    @cached_property
    def splits(self) -> tuple[sympy.Matrix, ...]:
        """A basis of the kernel of G normal to W0."""
        tangent = [self.on_rays(d).T for d in self.directions]
        if not tangent:
            return self.kernel
        basis = sympy.Matrix.hstack(*self.kernel)
        normal = (sympy.Matrix.vstack(*tangent) * basis).nullspace()
        return tuple(basis * a for a in normal)

    @property
    def rank(self) -> int:
        """Rank r of G, the Fisher rank."""
        return self.moments.cols - len(self.kernel)

    @property
    def value(self) -> sympy.Rational:
        """λ = r/2 + k/3."""
        return sympy.Rational(self.rank, 2) + sympy.Rational(len(self.splits), 3)

    def input_density(self, point: sympy.Expr) -> sympy.Expr:
        """Return the density of the only input at a point.

        Raises
        ------
        NotRegularError
            For other laws than the normal one and intervals.
        """
        if isinstance(self.inputs, StandardNormal) and self.inputs.dimension == 1:
            return sympy.exp(-(point**2) / 2) / sympy.sqrt(2 * sympy.pi)
        if isinstance(self.inputs, UniformInterval):
            return 1 / (self.inputs.upper - self.inputs.lower)
        raise NotRegularError("the constant of shared folds is computed for one input only")

    @cached_property
    def folds(self) -> tuple[sympy.Expr, ...]:
        """The inputs' density over σ² at each class, times the square of σ's jump."""
        jump = self.stratum.system.setting.family.jump
        points = (-self.planes[c[0]][1] / self.planes[c[0]][0] for c in self.classes)
        return tuple(self.input_density(x) * jump**2 / self.noise_variance for x in points)

    def cube(self, strengths: Sequence[Any], split: Any, number: Number) -> Any:
        """Return C of one displacement, for some strengths.

        Parameters
        ----------
        strengths : sequence
            Numbers of any kind.
        split : sympy.Matrix
            The displacement of the v_i, in the kernel of G.
        number : callable
            Makes an exact number one of that kind.
        """
        total = number(sympy.S.Zero)
        for members, weight in zip(self.classes, self.folds, strict=True):
            masses, places = [], []
            for i in members:
                w, b = self.planes[i]
                # The fold of v_i + η: to first order −(η_w x + η_b) / (p_i w) from x = −b/w.
                shift = -(split[2 * i] * (-b / w) + split[2 * i + 1]) / w
                masses.append(strengths[i] * number(abs(w)))
                places.append(number(shift) / strengths[i])
            masses.append(-sum(masses))
            places.append(number(sympy.S.Zero))
            pairs = combinations(zip(masses, places, strict=True), 2)
            total += number(weight) * sum(s * t * abs(x - y) ** 3 for (s, x), (t, y) in pairs) / 6
        return total

    def prior_density(self, i: int, strength: sympy.Expr) -> sympy.Expr:
        """Return B_i at a strength."""
        v = [strength * e for e in self.planes[i]]
        sign = 1 if strength.is_positive else -1
        return unit_density(self.model.units[i], v, sign, self.prior, self.model.parameters)

    def bias_density(self, bias: sympy.Expr) -> sympy.Expr:
        """Return the prior density of the output bias, 1 if it is no parameter."""
        if not self._bias_is_free:
            return sympy.S.One
        if not isinstance(self.prior, BoxPrior):
            v = self.prior.variance
            return sympy.exp(-(bias**2) / (2 * v)) / sympy.sqrt(2 * sympy.pi * v)
        k = self.model.parameters.index(self.model.output_bias)
        a, b = self.prior.lower[k], self.prior.upper[k]
        return 1 / (b - a) if a <= bias <= b else sympy.S.Zero

    def walls(self, i: int | None) -> list[sympy.Expr]:
        """Return where the prior density of a unit's v_i, or of c, is not smooth, in each entry."""
        if not isinstance(self.prior, BoxPrior):
            return []
        lower, upper = self.prior.lower, self.prior.upper

        def of(e: sympy.Expr) -> tuple[sympy.Expr, ...]:
            if e not in self.model.parameters:
                return (e,)
            k = self.model.parameters.index(e)
            return (lower[k], upper[k])

        if i is None:
            return list(of(self.model.output_bias))
        unit = self.model.units[i]
        entries = (*unit.weights, unit.bias)
        return [a * q for e in entries for a in of(e) for q in of(unit.readout)]
