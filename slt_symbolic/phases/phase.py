"""Phases: a partition of W0's strata, each with its learning coefficient and leading constant."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass

import numpy as np
import sympy

from slt_symbolic.divergence import KLDivergence
from slt_symbolic.networks import TwoLayer
from slt_symbolic.phases.answer import LocalCoefficient
from slt_symbolic.phases.constant import LeadingConstant, leading_constant
from slt_symbolic.phases.density import NotRegularError, StratumDensity
from slt_symbolic.phases.local import local_learning_coefficient
from slt_symbolic.phases.prior import BoxPrior, Prior
from slt_symbolic.phases.shared_folds import SharedFolds
from slt_symbolic.true_set import NoStrataError, Stratum, TrueSet
from slt_symbolic.true_set.located import BY_TYPE


@dataclass(frozen=True)
class PhasePiece:
    """One stratum of a phase.

    Parameters
    ----------
    stratum : Stratum
        The stratum; ``stratum.orbit`` such, by permutations of units.
    coefficient : LocalCoefficient
        λ and m at its generic points.
    density : StratumDensity, SharedFolds or None
        What the leading constant integrates, with a prior, and where K is Morse–Bott or all units
        are on the truth's folds.
    """

    stratum: Stratum
    coefficient: LocalCoefficient
    density: StratumDensity | SharedFolds | None


@dataclass(frozen=True)
class Phase:
    """The strata of W0 that have one label.

    Parameters
    ----------
    label : str
        Their label.
    pieces : tuple of PhasePiece
        The strata, up to permutations of units.
    """

    label: str
    pieces: tuple[PhasePiece, ...]

    @property
    def dimension(self) -> int:
        """The largest dimension of its strata."""
        return max(p.stratum.dimension for p in self.pieces)

    @property
    def lower(self) -> sympy.Rational:
        """Lower bound on λ at generic points of its strata."""
        return min(p.coefficient.lower for p in self.pieces)

    @property
    def value(self) -> sympy.Rational | None:
        """The least λ at generic points of its strata, if it is known."""
        values = [p.coefficient.value for p in self.pieces]
        known = [v for v in values if v is not None]
        return self.lower if self.lower in known else None

    @property
    def multiplicity(self) -> int | None:
        """The largest m among those, if it is known."""
        if self.value is None:
            return None
        orders = [p.coefficient.multiplicity for p in self._leading]
        found = [m for m in orders if m is not None]
        return max(found) if len(found) == len(orders) else None

    @property
    def _leading(self) -> list[PhasePiece]:
        return [p for p in self.pieces if p.coefficient.value == self.lower]

    def constant(self, *, points: int = 2048, seed: int = 0) -> LeadingConstant:
        """Return the C of Z ≈ C n^(−λ), all permutations of its strata together.

        Raises
        ------
        ValueError
            If there is no prior, or a leading stratum is of neither kind.
        DivergentConstantError
            If the integral is proved to be infinite.
        """
        total: LeadingConstant | None = None
        for piece in self._leading:
            if piece.density is None:
                raise ValueError(
                    f"phase {self.label} has no leading constant: no prior was given, or K is "
                    f"neither Morse-Bott nor known to split folds along {piece.stratum.type}"
                )
            found = leading_constant(piece.density, points=points, seed=seed)
            found = found.times(piece.stratum.orbit)
            total = found if total is None else total + found
        if total is None:
            raise ValueError(f"phase {self.label}: its learning coefficient is not known")
        return total

    def log_evidence(self, n: float) -> float:
        """Return log Z ≈ −λ log n + log C, to leading order in 1/n."""
        value = self.value
        if value is None:
            raise ValueError(f"phase {self.label}: its learning coefficient is not known")
        return float(np.log(self.constant().value) - float(value) * np.log(n))

    def __str__(self) -> str:
        value = self.value
        if value is None:
            shown = f"lambda >= {self.lower}"
        else:
            order = self.multiplicity
            shown = f"lambda = {value}" + ("" if order is None else f", m = {order}")
        count = sum(p.stratum.orbit for p in self.pieces)
        strata = "stratum" if count == 1 else "strata"
        return f"{self.label}: {count} {strata} of dimension <= {self.dimension}, {shown}"


def phases(
    divergence: KLDivergence,
    label: Callable[[Stratum], str],
    prior: Prior | None = None,
    *,
    budget: float = 20.0,
) -> tuple[Phase, ...]:
    """Return the phases of W0, the one of least λ first.

    Parameters
    ----------
    divergence : KLDivergence
        Model, truth and inputs.
    label : callable
        Returns the label of a stratum: see :mod:`slt_symbolic.phases.labels`.
    prior : GaussianPrior or BoxPrior, optional
        Needed for leading constants.
    budget : float
        Seconds for the search at each stratum.

    Returns
    -------
    tuple of Phase
        With the least λ of generic points of each stratum, one in each of the parts that the
        sides of silent units make (at most 16). At special points λ may be smaller:
        :func:`local_learning_coefficient` answers there. Where it is smaller, or where it is
        equal with larger m, the leading constant is infinite.

    Raises
    ------
    NoStrataError, ValueError
        If the strata of W0 are not known by type, or the prior's walls differ from unit to unit.

    Examples
    --------
    >>> from slt_symbolic import KLDivergence, TwoLayer, UniformBox, Unit, activation
    >>> from slt_symbolic.phases import active_units
    >>> relu = activation("relu")
    >>> model = TwoLayer.symbolic(relu, inputs=2, width=2)
    >>> truth = TwoLayer(relu, [Unit(2, (0, 1), -sympy.Rational(1, 3))])
    >>> K = KLDivergence(model, truth, UniformBox([-1, -1], [1, 1]))
    >>> for phase in phases(K, active_units):
    ...     print(phase)
    1 active: 16 strata of dimension <= 5, lambda = 2, m = 1
    2 active: 1 stratum of dimension <= 3, lambda = 8/3, m = 1
    """
    true_set = TrueSet(divergence.model, divergence.truth, divergence.inputs)
    if isinstance(prior, BoxPrior):
        _require_exchangeable(prior, divergence.model)
    found: dict[str, list[PhasePiece]] = {}
    for stratum in true_set.strata:
        if not isinstance(stratum, Stratum):
            raise NoStrataError(f"phases need strata that are {BY_TYPE}")
        parts = [local_learning_coefficient(divergence, p, budget=budget) for p in stratum.points()]
        coefficient = min(parts, key=lambda part: (part.lower, -(part.multiplicity or 0)))
        density = None
        # Where parts differ, one of them lies in the closure of a larger stratum.
        if prior is not None and len({(p.lower, p.upper, p.multiplicity) for p in parts}) == 1:
            density = _density(divergence, stratum, coefficient, prior)
        found.setdefault(label(stratum), []).append(PhasePiece(stratum, coefficient, density))
    listed = [Phase(name, tuple(pieces)) for name, pieces in found.items()]
    return tuple(sorted(listed, key=lambda p: p.lower))


def _density(
    divergence: KLDivergence, stratum: Stratum, coefficient: LocalCoefficient, prior: Prior
) -> StratumDensity | SharedFolds | None:
    """Return what the leading constant of a stratum integrates, None where that is not known."""
    data = (divergence.model, divergence.inputs, stratum, prior, divergence.noise_variance)
    if stratum.is_manifold_there:
        return StratumDensity(*data)
    with suppress(NotRegularError):
        found = SharedFolds(*data)
        if coefficient.value == found.value and coefficient.multiplicity == 1:
            return found
    return None


def _require_exchangeable(prior: BoxPrior, model: TwoLayer) -> None:
    """Raise unless permutations of units, by which strata are counted, keep the prior."""
    walls = {p: prior.side(k) for k, p in enumerate(model.parameters)}
    for entries in zip(*(u.entries() for u in model.units), strict=True):
        if len({walls.get(e, (e, e)) for e in entries}) > 1:
            raise ValueError(
                f"prior must have the same walls for {', '.join(map(str, entries))}: strata are "
                "counted up to permutations of units"
            )
