"""Strata of W0 for networks of sines or cosines with biases.

A unit of frequency sω, s = ±1, is a wave: q sin(sωx + b) has the amplitude q(s cos b, sin b) in
terms of sin ωx and cos ωx, and q cos(sωx + b) the amplitude q(cos b, −s sin b) in terms of cos ωx
and sin ωx. Waves of different frequencies ±ω are independent, with 1, as distinct characters. So
a parameter is true exactly when on each frequency of the truth the amplitudes add up to the
truth's, on each other frequency to zero, and the constants agree. On a frequency the equations
are linear in two readouts whose phases differ modulo π; where no two phases differ they leave one
equation, and the phases are fixed, on a frequency of the truth, up to multiples of π.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import product
from typing import Any

import sympy

from slt_symbolic.exact.numbers import RealField
from slt_symbolic.inputs import FiniteSample, InputDistribution, UniformSphere
from slt_symbolic.networks import Point, TwoLayer
from slt_symbolic.true_set.constants import constant_to_sympy
from slt_symbolic.true_set.family import UnsupportedError
from slt_symbolic.true_set.layout import layout
from slt_symbolic.true_set.measure import representing_measure
from slt_symbolic.true_set.types import Place, Role, normal_places, types
from slt_symbolic.true_set.wave_pieces import Waves
from slt_symbolic.true_set.wave_stratum import WaveStratum

__all__ = ["WaveStratum", "has_phases", "wave_strata", "wave_stratum"]


def has_phases(model: TwoLayer) -> bool:
    """Whether units are sines or cosines with biases.

    Examples
    --------
    >>> from slt_symbolic.activations import SIN
    >>> has_phases(TwoLayer.symbolic(SIN, width=1))
    True
    >>> has_phases(TwoLayer.symbolic(SIN, width=1, biases=0))
    False
    """
    return model.activation.name in ("sin", "cos") and any(u.bias != 0 for u in model.units)


def wave_strata(model: TwoLayer, truth: TwoLayer, law: InputDistribution) -> Iterator[WaveStratum]:
    """Yield the strata, with units in every order.

    Raises
    ------
    UnsupportedError
        Unless all entries of the model are parameters of their own, or on a sphere or sample.
    """
    waves = _waves(model, truth, law)
    signs = (1, -1)
    slots = [
        (Place(Role.UNIT, s, j), frozenset({0}))
        for j in range(len(waves.frequencies))
        for s in signs
    ]
    slots += [(Place(r, None), frozenset({0})) for r in (Role.FLAT, Role.SILENT)]
    for kind in types([0] * len(model.units), slots, len(waves.frequencies)):
        for places in kind.orders():
            sizes = [len(m) for m in waves.classes(places).values()]
            for charts in product(*(range(size) for size in sizes)):
                found = waves.stratum(places, charts)
                if found is not None:
                    yield found


def wave_stratum(
    model: TwoLayer, truth: TwoLayer, law: InputDistribution, values: Point
) -> WaveStratum | None:
    """Return the stratum of a true parameter with algebraic entries.

    Notes
    -----
    Algebraic phases that agree modulo π are equal, for π is transcendental.
    """
    waves = _waves(model, truth, law)
    network = model.at(values)
    field = RealField.containing(network.numbers() | truth.numbers())
    known: list[tuple[Any, ...]] = [tuple(map(field.element, w)) for w in waves.frequencies]
    others: list[tuple[Any, ...]] = []
    places = []
    for unit in network.units:
        q, *plane = (field.element(e) for e in unit.entries())
        w = tuple(plane[:-1])
        negative = tuple(-c for c in w)
        if not any(w):
            places.append(Place(Role.FLAT, None))
        elif not q:
            places.append(Place(Role.SILENT, None))
        elif w in known or negative in known:
            sign = 1 if w in known else -1
            places.append(Place(Role.UNIT, sign, known.index(w if sign > 0 else negative)))
        else:
            if w not in others and negative not in others:
                others.append(w)
            sign = 1 if w in others else -1
            places.append(Place(Role.CANCELLING, sign, others.index(w if sign > 0 else negative)))
    placed = normal_places(places)
    charts = []
    for members in waves.classes(placed).values():
        phases = [field.element(network.units[i].bias) * (placed[i].sign or 1) for i in members]
        charts.append(next((k for k, p in enumerate(phases) if p - phases[0]), 0))
    return waves.stratum(placed, tuple(charts))


def _waves(model: TwoLayer, truth: TwoLayer, law: InputDistribution) -> Waves:
    free = layout(model)
    if free is None or not all(map(free.free, _entries(model))):
        raise UnsupportedError(
            f"a model of {model.activation.name} units with biases must have all entries as "
            "parameters of their own for its strata to be found"
        )
    if isinstance(law, UniformSphere | FiniteSample):
        raise UnsupportedError("strata need inputs on R^n, an interval, a box or a polygon")
    if truth.units and truth.activation.name != model.activation.name:
        raise UnsupportedError("model and truth must have one activation")
    if truth.constants:
        raise UnsupportedError(
            f"the truth must be of numbers, got {sorted(map(str, truth.constants))}"
        )
    field = RealField.containing(truth.numbers())
    measure = representing_measure(truth, field, law)
    amplitudes: dict[tuple[sympy.Expr, ...], list[tuple[sympy.Expr, sympy.Expr]]] = {}
    for (*w, b), q in measure.atoms.items():
        key = tuple(map(field.to_sympy, w))
        amplitudes.setdefault(key, []).append((field.to_sympy(q), field.to_sympy(b)))
    constant = constant_to_sympy(measure.constant, measure.values, measure.activation, field)
    return Waves(model, tuple(amplitudes), tuple(amplitudes.values()), constant)


def _entries(model: TwoLayer) -> Sequence[sympy.Expr]:
    return [e for u in model.units for e in u.entries()] + [model.output_bias]
