"""A stratum of W0: a smooth piece with its equations, its dimension and exact points."""

from __future__ import annotations

from collections import Counter
from contextlib import suppress
from dataclasses import dataclass
from functools import cached_property
from itertools import islice
from math import factorial, prod
from random import Random

import sympy

from slt_symbolic.exact.chamber import UndecidedError
from slt_symbolic.true_set.parametrisation import Parametrisation
from slt_symbolic.true_set.piece import Piece, Values
from slt_symbolic.true_set.ranks import dimension, generic_rank
from slt_symbolic.true_set.region import Solution
from slt_symbolic.true_set.sampling import Draw, generic_solution
from slt_symbolic.true_set.system import System
from slt_symbolic.true_set.tidying import tidy_nonzero, tidy_signs
from slt_symbolic.true_set.types import Role, Type

MOST_PARTS = 16  # of a stratum that one point each is drawn from


@dataclass(frozen=True, eq=False, repr=False)
class Stratum(Piece):
    """A smooth piece of W0, the graph of some parameters over free ones.

    Parameters
    ----------
    places : tuple of Place
        What each unit does there.
    type : Type
        The same up to permutations.
    system : System
        Its equations, linear in strengths.
    solution : Solution
        What they leave free.

    Notes
    -----
    Scales of units in cancelling groups may be free parameters beside those of the model; they
    are named a2, a3, … after the unit.
    """

    type: Type
    system: System
    solution: Solution

    @cached_property
    def _map(self) -> Parametrisation:
        return Parametrisation(self.system, self.solution)

    @property
    def orbit(self) -> int:
        """Number of strata that permuting interchangeable units makes of this one."""
        return self.type.orbit

    @property
    def permutations(self) -> int:
        """Number of permutations of interchangeable units that map the stratum to itself."""
        return prod(map(factorial, Counter(self.type.kinds).values())) // self.orbit

    @property
    def scalings(self) -> int:
        """Number of units that can be rescaled, (w, b, q) to (αw, αb, q/α), by free α > 0.

        They act on the stratum by as many independent one-parameter groups.
        """
        data = self.system.setting
        if data.family.scaling != 1:
            return 0
        return sum(
            data.model.free(unit.readout)
            for unit, place in zip(data.model.units, self.places, strict=True)
            if not (place.role is Role.FLAT and place.sign == 0 and self._stays(unit.readout))
        )

    def _stays(self, readout: sympy.Expr) -> bool:
        """Whether a readout is zero all along the stratum."""
        return self.dependent.get(readout) == 0

    @cached_property
    def dependent(self) -> Values:
        """Parameters as expressions in the free ones."""
        return dict(self._map.dependent)

    @cached_property
    def free(self) -> tuple[sympy.Symbol, ...]:
        """Parameters, and scales, that vary freely, subject to the conditions."""
        own = [p for p in self.system.setting.model.parameters if p not in self.dependent]
        scales = {
            a
            for e in (*self._map.scales.values(), *self.dependent.values())
            for a in e.free_symbols
            if a not in self.system.setting.model.parameters
            and a not in self.system.setting.field.constants
        }
        return (*own, *sorted(scales, key=str))

    @property
    def dimension(self) -> int:
        """Dimension of the stratum, the number of its free parameters."""
        return dimension(self.system, self.solution)

    @cached_property
    def positive(self) -> tuple[sympy.Expr, ...]:
        """Conditions p > 0 on the free parameters."""
        return tidy_signs(self._map.positive, strict=True)

    @cached_property
    def nonnegative(self) -> tuple[sympy.Expr, ...]:
        """Conditions p ≥ 0 on the free parameters."""
        return tidy_signs(self._map.nonnegative, strict=False)

    @cached_property
    def nonzero(self) -> tuple[sympy.Expr, ...]:
        """Conditions p ≠ 0 on the free parameters."""
        return tidy_nonzero(self._map.nonzero, self.positive)

    @cached_property
    def fisher_rank(self) -> int | None:
        """Rank of the Fisher information at almost every point, by counting.

        None where the network is not differentiable in its parameters, or where the rank takes
        several values on sets with interior.
        """
        return generic_rank(self.system)

    @property
    def ambient(self) -> int:
        """Number of parameters of the model."""
        return len(self.system.setting.model.parameters)

    def point(self, seed: int = 0) -> Values:
        """Return an exact point of the stratum, random in its free parameters.

        Parameters
        ----------
        seed : int
            Different seeds give different points, the same seed the same one.

        Notes
        -----
        Values are rational if the truth's are, with one exception: a unit of zero weight may have
        to add a constant to an output bias that is fixed, and then its readout holds a value of
        the activation.
        """
        return self._drawn(self.solution, seed)

    def points(self, seed: int = 0) -> tuple[Values, ...]:
        """Return exact points, one in each part that the sides of silent units make.

        :meth:`point` keeps to the first of these parts. At most ``MOST_PARTS`` are looked at.

        Examples
        --------
        >>> from slt_symbolic import TrueSet, TwoLayer, UniformInterval, Unit, activation
        >>> leaky = activation("leaky_relu", slope=sympy.Rational(1, 10))
        >>> model = TwoLayer.symbolic(leaky, width=2, biases=0, output_bias=0)
        >>> W0 = TrueSet(model, TwoLayer(leaky, [Unit(1, (1,), 0)]), UniformInterval(-1, 1))
        >>> [point[model.parameters[2]] for point in W0.strata[1].points()]
        [-8/7, 6/7]
        """
        found = []
        for solution in islice(self.system.region.solutions(), MOST_PARTS):
            with suppress(UndecidedError):
                found.append(self._drawn(solution, seed))
        return tuple(found) or (self.point(seed),)

    def _drawn(self, solution: Solution, seed: int) -> Values:
        rng = Random(seed)  # noqa: S311 - sample points, nothing secret
        values = Draw(self.system, generic_solution(self.system, solution, rng), rng).values
        return {p: values[p] for p in self.system.setting.model.parameters}
