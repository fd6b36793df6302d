"""Which piece of W0 a true parameter is on."""

from __future__ import annotations

from slt_symbolic.exact.chamber import UndecidedError
from slt_symbolic.exact.entries import irrational_numbers
from slt_symbolic.exact.numbers import RealField
from slt_symbolic.inputs import InputDistribution
from slt_symbolic.networks import Point, TwoLayer
from slt_symbolic.true_set.domains import domain_numbers
from slt_symbolic.true_set.eliminated import EliminatedStratum
from slt_symbolic.true_set.family import UnsupportedError
from slt_symbolic.true_set.general import has_elimination
from slt_symbolic.true_set.imposed import freed_setting, imposed_stratum
from slt_symbolic.true_set.layout import layout
from slt_symbolic.true_set.placing import places_of
from slt_symbolic.true_set.setting import Setting
from slt_symbolic.true_set.types import Place
from slt_symbolic.true_set.wave_stratum import WaveStratum
from slt_symbolic.true_set.waves import has_phases, wave_stratum


def places_at(
    data: Setting, model: TwoLayer, truth: TwoLayer, inputs: InputDistribution, values: Point
) -> tuple[Place, ...]:
    """Return what each unit does at a true parameter."""
    network = model.at(values)
    numbers = network.numbers() | truth.numbers() | irrational_numbers(domain_numbers(inputs))
    return places_of(data, network, inputs, RealField.containing(numbers))


def piece_of(
    model: TwoLayer, truth: TwoLayer, inputs: InputDistribution, values: Point
) -> EliminatedStratum | WaveStratum | None:
    """Return the piece of a true parameter of a model with fixed or tied entries, or of waves.

    Returns
    -------
    EliminatedStratum, WaveStratum or None
        None if the piece is not known; for one input and piecewise linear units, where silent
        units are told apart by sign, it is not looked for.
    """
    try:
        if has_phases(model):
            return wave_stratum(model, truth, inputs, values)
        if layout(model) is not None or has_elimination(model, inputs):
            return None
        data = freed_setting(model, truth, inputs)
        return imposed_stratum(model, data, places_at(data, model, truth, inputs, values))
    except (UnsupportedError, UndecidedError):
        return None
