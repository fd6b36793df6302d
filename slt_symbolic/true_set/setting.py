"""The data of one classification: what the truth consists of, and where functions are compared."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import product
from typing import Any

import sympy

from slt_symbolic.activations import Activation
from slt_symbolic.exact.chamber import ChamberField
from slt_symbolic.exact.entries import irrational_numbers, sample_constants
from slt_symbolic.inputs import (
    InputDistribution,
    UniformBox,
    UniformInterval,
    UniformPolygon,
    UniformSphere,
)
from slt_symbolic.networks import TwoLayer
from slt_symbolic.true_set.constants import constant_to_sympy
from slt_symbolic.true_set.domains import domain_numbers
from slt_symbolic.true_set.family import Family, UnsupportedError, family
from slt_symbolic.true_set.layout import Layout, layout
from slt_symbolic.true_set.measure import representing_measure
from slt_symbolic.true_set.types import Place, Role

MAX_CORNERS = 64


@dataclass(frozen=True)
class Setting:
    """A model against a truth on a domain.

    Parameters
    ----------
    model : Layout
        Which entries are free.
    activation, family
        The units' σ and its relations.
    field : OrderedField
        Where numbers live.
    planes, strengths : tuple
        The truth's folds or units, as affine functions (weights, bias), with their strengths.
    slope, constant : field elements
        The truth's affine part.
    remainder : sympy.Expr
        The rest of the truth's constant, transcendental.
    corners : tuple of tuples, or None
        Corners of the domain; None for R^n.
    """

    model: Layout
    activation: Activation
    family: Family
    field: ChamberField
    planes: tuple[tuple[Any, ...], ...]
    strengths: tuple[Any, ...]
    slope: tuple[Any, ...]
    constant: Any
    remainder: sympy.Expr
    corners: tuple[tuple[Any, ...], ...] | None

    @property
    def inputs(self) -> int:
        """Number of inputs."""
        return len(self.slope)

    @property
    def true_role(self) -> Role:
        """What units of the truth are called."""
        return Role.FOLD if self.family.folded else Role.UNIT

    @property
    def constant_is_free(self) -> bool:
        """Whether the output bias is a parameter."""
        return self.model.free(self.model.output_bias)

    @property
    def size(self) -> int:
        """Number of free entries of a unit's affine function."""
        return self.inputs + self.model.biased

    @property
    def idle_off(self) -> bool:
        """Whether units that are off are zero."""
        return not any(self.family.low)

    def slots(self) -> list[tuple[Place, frozenset[int]]]:
        """Return the places outside cancelling groups, and which kinds of units may take them."""
        every = frozenset(self.model.kinds)
        loose = frozenset(
            k
            for k, u in zip(self.model.kinds, self.model.units, strict=True)
            if self.model.free(u.readout)
        )
        signs = (1, -1)[: self.family.orientations]
        fits = [self.model.biased or not plane[-1] for plane in self.planes]
        found = [
            (Place(self.true_role, s, j), every) for j, fit in enumerate(fits) if fit for s in signs
        ]
        found += [(Place(Role.FLAT, s), every) for s in self._flat_signs()]
        if self.corners is None:
            return [*found, (Place(Role.SILENT, None), loose)]
        found += [(Place(Role.SILENT, s), loose) for s in (0, 1)]
        if not self.idle_off:
            found.append((Place(Role.SILENT, -1), loose))
        for role, branch in ((Role.OFF, self.family.low), (Role.ON, self.family.high)):
            if not branch[1]:
                found.append((Place(role, None), every))
            else:
                found += [(Place(role, s), self._of_sign(s)) for s in (1, -1)]
        return found

    def _of_sign(self, sign: int) -> frozenset[int]:
        """Return the kinds of units whose readout may have a sign."""
        return frozenset(
            k
            for k, u in zip(self.model.kinds, self.model.units, strict=True)
            if self.model.free(u.readout) or (u.readout.is_positive is (sign > 0))
        )

    def _flat_signs(self) -> tuple[int | None, ...]:
        if self.family.folded:
            return (1, -1, 0) if self.model.biased else (0,)
        if not self.model.biased:
            return (0,)
        if self.constant_is_free or self.activation(sympy.S.Zero) != 0:
            return (None,)
        return (None, 0)


def corners(law: InputDistribution, field: ChamberField) -> tuple[tuple[Any, ...], ...] | None:
    """Return the corners of a law's support, None if it is all of R^n.

    Raises
    ------
    UnsupportedError
        If the support is not a polytope, or has too many corners.
    """
    if isinstance(law, UniformInterval):
        points: list[tuple[sympy.Expr, ...]] = [(law.lower,), (law.upper,)]
    elif isinstance(law, UniformBox):
        if 2**law.dimension > MAX_CORNERS:
            raise UnsupportedError(f"a box must have at most {MAX_CORNERS} corners")
        points = list(product(*zip(law.lower, law.upper, strict=True)))
    elif isinstance(law, UniformPolygon):
        points = [tuple(v) for v in law.vertices]
    else:
        return None
    return tuple(tuple(field.element(c) for c in p) for p in points)


def setting(model: TwoLayer, truth: TwoLayer, law: InputDistribution) -> Setting | None:
    """Return the data of a classification, None if the model's entries are not of the usual form.

    Raises
    ------
    UnsupportedError
        If the activation or the law has no classification.
    """
    free = layout(model)
    biased = any(u.bias != 0 for network in (model, truth) for u in network.units)
    relations = family(model.activation, biased=biased)
    if isinstance(law, UniformSphere):
        raise UnsupportedError(
            "strata need inputs on R^n, an interval, a box or a polygon; where all units are "
            "homogeneous and there are no biases, W0 on a sphere is that of the normal law"
        )
    if free is None:
        return None
    if model.activation.name != truth.activation.name and truth.units:
        raise UnsupportedError(
            "model and truth must have one activation, got "
            f"{model.activation.name} and {truth.activation.name}"
        )
    rest = domain_numbers(law)
    constants = sample_constants([*truth.constants, *model.constants, *rest])
    numbers = truth.numbers() | model.numbers() | irrational_numbers(rest)
    field = ChamberField((), tuple(constants), constants, numbers)
    vertices = corners(law, field) if relations.folded else None
    measure = representing_measure(truth, field, law)
    jump = field.element(relations.jump)
    if relations.folded:
        classes = {h: jumps[relations.scaling or 0] / jump for h, jumps in measure.folds.items()}
    else:
        classes = dict(measure.atoms)
    remainder = constant_to_sympy(
        field.element(sympy.S.Zero), measure.values, measure.activation, field
    )
    return Setting(
        free,
        model.activation,
        relations,
        field,
        tuple(classes),
        tuple(classes.values()),
        tuple(measure.slope),
        measure.constant,
        remainder,
        vertices,
    )
