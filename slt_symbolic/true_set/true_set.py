"""The set W0 of true parameters of a network."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from functools import cached_property
from math import isfinite
from typing import TYPE_CHECKING

import sympy

from slt_symbolic.fisher import FisherInformation
from slt_symbolic.inputs import InputDistribution
from slt_symbolic.kernels.broken import NotDifferentiableError
from slt_symbolic.networks import Point, TwoLayer
from slt_symbolic.true_set.eliminated import EliminatedStratum
from slt_symbolic.true_set.family import UnsupportedError
from slt_symbolic.true_set.general import eliminated_strata, has_elimination
from slt_symbolic.true_set.imposed import imposed_strata
from slt_symbolic.true_set.located import BY_TYPE, Located, NoStrataError
from slt_symbolic.true_set.locating import piece_of, places_at
from slt_symbolic.true_set.membership import explain
from slt_symbolic.true_set.piece import Piece
from slt_symbolic.true_set.setting import Setting, setting
from slt_symbolic.true_set.strata import strata, stratum_of_type
from slt_symbolic.true_set.stratum import Stratum
from slt_symbolic.true_set.types import Type
from slt_symbolic.true_set.view import TrueSetView
from slt_symbolic.true_set.waves import WaveStratum, has_phases, wave_strata

if TYPE_CHECKING:
    from slt_symbolic.true_set.closures import Limit
    from slt_symbolic.true_set.nearest import Nearest


class TrueSet(TrueSetView):
    """W0 = {w : f(·, w) = f0 on the inputs' support}.

    Parameters
    ----------
    model : TwoLayer
        The network, with its parameters.
    truth : TwoLayer
        The true network, without parameters. It need not be minimal.
    inputs : InputDistribution
        The law of the inputs. Only its support matters.

    Raises
    ------
    ValueError
        If the truth has parameters, or the numbers of inputs differ.

    Examples
    --------
    >>> import sympy
    >>> from slt_symbolic.activations import RELU
    >>> from slt_symbolic.inputs import UniformInterval
    >>> from slt_symbolic.networks import Unit
    >>> model = TwoLayer.symbolic(RELU, width=2, biases=0, readouts=1, output_bias=0)
    >>> W0 = TrueSet(model, TwoLayer(RELU, [Unit(1, (1,), 0)]), UniformInterval(-1, 1))
    >>> for stratum in W0.strata:
    ...     print(stratum)
    [fold1+, fold1+] dim 1: w2 = 1 - w1; w1 > 0, 1 - w1 > 0
    [fold1+, flat0] dim 0: w1 = 1, w2 = 0  (2 of them)
    >>> W0.contains((sympy.Rational(1, 4), sympy.Rational(3, 4))), W0.contains((2, -1))
    (True, False)
    >>> print(W0.explain((0, 1)))
    a true parameter, on [flat0, fold1+]
    """

    def __init__(self, model: TwoLayer, truth: TwoLayer, inputs: InputDistribution) -> None:
        if truth.parameters:
            raise ValueError(f"truth must have no parameters, it has {truth.parameters}")
        for name, network in (("model", model), ("truth", truth)):
            if network.inputs != inputs.dimension:
                raise ValueError(
                    f"{name} must have {inputs.dimension} inputs like the law, "
                    f"it has {network.inputs}"
                )
        self.model, self.truth, self.inputs = model, truth, inputs

    @cached_property
    def setting(self) -> Setting | None:
        """The truth in canonical form against the model; None for models of another form.

        Raises
        ------
        ValueError
            If activation or law has no classification.
        """
        return setting(self.model, self.truth, self.inputs)

    @cached_property
    def strata(self) -> tuple[Stratum | EliminatedStratum | WaveStratum, ...]:
        """The strata up to permutations of interchangeable units, the largest first.

        Together with their permutations they are disjoint, with union W0. Models with fixed
        weights or tied entries have their strata listed with units in every order.

        Raises
        ------
        ValueError
            If activation, law or model has no classification.
        UndecidedError
            If a combinatorial type could be neither solved nor excluded.
        """
        if has_phases(self.model):
            return tuple(wave_strata(self.model, self.truth, self.inputs))
        if self.setting is None:
            direct = has_elimination(self.model, self.inputs)
            found = eliminated_strata if direct else imposed_strata
            return tuple(found(self.model, self.truth, self.inputs))
        return tuple(sorted(strata(self.setting), key=lambda s: -s.dimension))

    @cached_property
    def ordered(self) -> tuple[Stratum | EliminatedStratum | WaveStratum, ...]:
        """All strata, with units in every order."""
        if has_phases(self.model) or self.setting is None:
            return self.strata
        found = []
        for s in self.strata:
            if isinstance(s, Stratum):
                copies = (stratum_of_type(self.setting, s.type, p) for p in s.type.orders())
                found += [c for c in copies if c is not None]
        return tuple(found)

    @property
    def reduction(self) -> str:
        """What is left of the truth's units in its canonical form."""
        if has_phases(self.model) or self.setting is None:
            return "the truth as it stands"
        size, left = len(self.truth.units), len(self.setting.planes)
        kind = "fold" if self.setting.family.folded else "unit"
        rest = " and an affine function" if any(self.setting.slope) else ""
        return (
            f"truth with {size} unit{'s' * (size != 1)}, "
            f"in canonical form {left} {kind}{'s' * (left != 1)}{rest}"
        )

    def contains(self, values: Point) -> bool:
        """Decide exactly whether a parameter is true."""
        return explain(self.model, self.truth, values, self.inputs).is_true

    def explain(self, values: Point) -> Located:
        """Decide exactly whether a parameter is true; say on which stratum, or what differs."""
        answer = explain(self.model, self.truth, values, self.inputs)
        stratum: Stratum | EliminatedStratum | WaveStratum | None
        try:
            stratum = self._locate(values) if answer.is_true else None
        except NoStrataError:
            stratum = piece_of(self.model, self.truth, self.inputs, values)
        return Located(answer.is_true, answer.differences, stratum)

    def stratum_of(self, values: Point) -> Stratum | None:
        """Return the stratum of a parameter, its units in the parameter's order.

        Parameters
        ----------
        values : mapping or sequence
            Exact parameter values.

        Returns
        -------
        Stratum or None
            None if the parameter is not true.

        Raises
        ------
        NoStrataError
            If the model's strata are not known by type.
        """
        return self._locate(values) if self.contains(values) else None

    def _locate(self, values: Point) -> Stratum:
        """Return the stratum of a true parameter."""
        try:
            data = self.setting
        except ValueError as error:
            raise NoStrataError(str(error)) from None
        if data is None:
            raise NoStrataError("the model has fixed weights or tied entries")
        places = places_at(data, self.model, self.truth, self.inputs, values)
        kind = Type.of(data.model.kinds, places)
        found = stratum_of_type(data, kind, places)
        if found is None:
            raise ArithmeticError(f"true, but its stratum {kind} is empty: please report this")
        return found

    def nearest(self, values: Mapping[sympy.Symbol | str, float] | Sequence[float]) -> Nearest:
        """Return a true parameter near a floating point one, on a stratum near it.

        Parameters
        ----------
        values : mapping or sequence
            Finite floats, by symbol or name, or in the order of the parameters.

        Returns
        -------
        Nearest
            An exact true parameter, its stratum, and certified bounds: on its distance, and on
            that of all true parameters from below.

        Notes
        -----
        Both bounds are proved, the lower by |f − f0| at points of the support and the Lipschitz
        constant of f; that no other stratum is nearer than the one found is not.

        Examples
        --------
        >>> from slt_symbolic.activations import RELU
        >>> from slt_symbolic.inputs import StandardNormal
        >>> from slt_symbolic.networks import Unit
        >>> model = TwoLayer.symbolic(RELU, width=2, biases=0, readouts=1, output_bias=0)
        >>> W0 = TrueSet(model, TwoLayer(RELU, [Unit(1, (1,), 0)]), StandardNormal())
        >>> print(W0.nearest([0.3, 0.72]))
        within 0.0141 of a true parameter on [fold1+, fold1+], at least 0.0141 from any
        """
        from slt_symbolic.true_set.distance_bounds import distance_at_least
        from slt_symbolic.true_set.nearest import nearest

        data, known = self._typed("nearest points")
        ordered = zip(self.model.parameters, values, strict=False)
        named = dict(values if isinstance(values, Mapping) else ordered)
        given = {str(k): v for k, v in named.items()}
        wanted = [p.name for p in self.model.parameters]
        if sorted(given) != sorted(wanted) or len(values) != len(wanted):
            raise ValueError(f"values must give every one of {wanted} a float, got {values}")
        floats = {p: float(given[p.name]) for p in self.model.parameters}
        for p, v in floats.items():
            if not isfinite(v):
                raise ValueError(f"value of {p} must be finite, got {v}")
        found = nearest(data, known, floats)
        lower = distance_at_least(self.model, self.truth, self.inputs, floats)
        return replace(found, lower=lower)

    def limits(self, stratum: Piece) -> tuple[Limit, ...]:
        """Return curves from a stratum into the others that its closure meets.

        Parameters
        ----------
        stratum : Stratum
            One of ``strata``, known by type.

        Returns
        -------
        tuple of Limit
            One exact curve for each stratum that was reached.

        Raises
        ------
        NoStrataError
            If the stratum is not known by type.
        UnsupportedError
            If the network is not continuous in its parameters: W0 need not be closed then.

        Notes
        -----
        Each is proved by its curve. The closure of one stratum may meet another in a part only:
        units on a fold may cancel there in pairs. This is no stratification in Whitney's sense.
        """
        from slt_symbolic.true_set.closures import limits

        if not isinstance(stratum, Stratum):
            raise NoStrataError(f"limits need strata that are {BY_TYPE}")
        if stratum.system.setting.family.scaling == 0:
            raise UnsupportedError("the network is not continuous in its parameters")
        return tuple(limits(stratum, self._type_of))

    @cached_property
    def adjacency(self) -> dict[Type, tuple[Type, ...]]:
        """The graph of strata: for each type, the types that its stratum's closure meets."""
        _, known = self._typed("adjacency and limits")
        return {s.type: tuple(limit.target for limit in self.limits(s)) for s in known}

    def _typed(self, what: str) -> tuple[Setting, list[Stratum]]:
        """Return the setting and the strata where they are known by type."""
        data = None if has_phases(self.model) else self.setting
        if data is None:
            raise NoStrataError(f"{what} need strata that are {BY_TYPE}")
        return data, [s for s in self.strata if isinstance(s, Stratum)]

    def _type_of(self, values: Point) -> Type | None:
        stratum = self.stratum_of(values)
        return None if stratum is None else stratum.type

    def fisher_rank(self, stratum: Piece, seed: int = 0) -> int | None:
        """Return the Fisher rank at a point of a stratum, with proof.

        Returns
        -------
        int or None
            None where the network is not differentiable in its parameters.
        """
        try:
            return FisherInformation(self.model, self.inputs).rank(stratum.point(seed))
        except NotDifferentiableError:
            return None
