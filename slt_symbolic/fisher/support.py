"""Where a hyperplane lies with respect to the support of the inputs."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from slt_symbolic.exact.chamber import OrderedField
from slt_symbolic.inputs import (
    InputDistribution,
    StandardNormal,
    UniformBox,
    UniformInterval,
    UniformPolygon,
    UniformSphere,
)


def side_of(
    inputs: InputDistribution, weights: Sequence[Any], bias: Any, field: OrderedField
) -> int | None:
    """Return the sign of ⟨w, x⟩ + b on the support, or None if it takes both signs.

    Parameters
    ----------
    inputs : InputDistribution
        A law with a density on its support: all kinds but finite samples.
    weights, bias : field elements
        w and b.
    field : OrderedField
        Where they live.

    Returns
    -------
    int or None
        0 only if w = 0 and b = 0.
    """
    if not any(weights):
        return field.sign(bias)
    if isinstance(inputs, StandardNormal):
        return None
    if isinstance(inputs, UniformSphere):
        if not bias:
            return None
        square = sum((w * w for w in weights[1:]), weights[0] * weights[0])
        return None if field.sign(square - bias * bias) > 0 else field.sign(bias)
    low, high = _extremes(inputs, weights, bias, field)
    if low >= 0:
        return 1
    return -1 if high <= 0 else None


def _extremes(
    inputs: InputDistribution, weights: Sequence[Any], bias: Any, field: OrderedField
) -> tuple[int, int]:
    """Return the signs of the smallest and the largest value."""
    if isinstance(inputs, UniformPolygon):
        signs = []
        for vertex in inputs.vertices:
            value = bias
            for w, x in zip(weights, vertex, strict=True):
                value = value + w * field.element(x)
            signs.append(field.sign(value))
        return min(signs), max(signs)
    sides = [inputs] if isinstance(inputs, UniformInterval) else _sides(inputs)
    low = high = bias
    for w, side in zip(weights, sides, strict=True):
        if not w:
            continue
        a, b = w * field.element(side.lower), w * field.element(side.upper)
        if len(sides) > 1 and field.sign(w) < 0:
            a, b = b, a
        low, high = low + a, high + b
    ends = field.sign(low), field.sign(high)
    # On an interval the ends are not put in order: the sign of w would be a needless wall.
    return min(ends), max(ends)


def _sides(inputs: InputDistribution) -> tuple[UniformInterval, ...]:
    if isinstance(inputs, UniformBox):
        return inputs.sides
    raise ValueError(f"inputs must be a law of a known kind, got {inputs!r}")
