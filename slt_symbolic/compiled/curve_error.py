"""Half the weighted squared error of many units along a weight curve, with its gradient, compiled.

See :mod:`.weight_curve`. No activation is evaluated: each unit adds q_j (1, t, ..., t^15) to the
moments of its interval; what the moments of all intervals that hold units make of the coefficients
is the network; the same coefficients turn what is left of it into one polynomial for each of these
intervals, and that and its derivative, at each unit's t, are the gradient. For h units, r
dimensions and s intervals in use this costs 64 h + 32 r s multiplications, whatever the number of
points.

One array holds all numbers of a call, and functions are told where theirs begin: a slice would
cost as much as eight units.
"""

from __future__ import annotations

import numpy as np
from numba import njit

from slt_symbolic.compiled.curve_pieces import TERMS
from slt_symbolic.compiled.eights import (
    EIGHT,
    load,
    multiply,
    multiply_add,
    powers,
    repeated,
    store,
    sum_of,
)
from slt_symbolic.compiled.elementary import BIAS, COMPILE
from slt_symbolic.compiled.vectors import bits_of, from_bits, wide_vectors

__all__ = ["OUTSIDE_OF_CURVE", "curve_error"]

# K is never negative.
OUTSIDE_OF_CURVE = -1.0
# The bits of a number up to the first of its fraction count half octaves.
HALF_OCTAVE = 51
# Units of a block: a constant, so that the rows of a block are seen not to overlap.
LANES = 64
# The rows. FLIP is the sign of what a unit adds; READOUT is FLIP times the readout.
T, PER_HALF, FLIP, READOUT, WEIGHT, G_READOUT, G_WEIGHT, BLOCK = (
    0, LANES, 2 * LANES, 3 * LANES, 4 * LANES, 5 * LANES, 6 * LANES, 7 * LANES,
)  # fmt: skip
# 1, ..., 15, 0: from coefficients 1 to 15 to those of the derivative.
DEGREES = np.append(np.arange(1.0, TERMS), 0.0)


@njit(**COMPILE)
def curve_error(  # type: ignore[no-untyped-def]  # compiled
    lowest, intervals, sign, coefficients, constant, target, rest,
    place, scale, fixed, w, g,
):  # fmt: skip
    """Return K of the parameters w and write its gradient into g.

    The first seven are those of a :class:`~slt_symbolic.compiled.weight_curve.WeightCurve`, its
    coefficients flat; ``place``, ``scale`` and ``fixed`` are of the
    :class:`~slt_symbolic.compiled.layout.Layout` of a network of one input without biases. Where
    a weight lies beyond the intervals, or an entry is not finite, the answer is
    :data:`OUTSIDE_OF_CURVE`, and g is as it was.
    """
    h, r = (place.shape[0] - 1) // 3, target.shape[0]
    blocks = (h + LANES - 1) // LANES
    size = TERMS * (coefficients.shape[0] // (TERMS * r))
    # Behind the units: their powers of t; by intervals, moments, polynomials and derivatives; what
    # is left of the network.
    at_powers = blocks * BLOCK
    at_moments = at_powers + TERMS * h
    at_values = at_moments + size
    at_slopes = at_values + size + EIGHT
    at_left = at_slopes + size
    space = np.empty(at_left + r)
    # The interval of each unit; the intervals that hold units.
    which = np.empty(blocks * LANES + 2 * (size // TERMS), np.int64)
    last = 3 * h
    c = fixed[last] if scale[last] == 0.0 else fixed[last] + scale[last] * w[place[last]]
    _gather(place, scale, fixed, w, space)
    if _locate(lowest, intervals, sign, blocks, space, which) > 0 or not abs(c) < np.inf:
        return OUTSIDE_OF_CURVE
    some = _held(h, which, blocks * LANES)
    _add_up(h, which, some, space, at_powers, at_moments)
    for k in range(r):
        space[at_left + k] = c * constant[k] - target[k]
    _go_forward(some, coefficients, space, at_moments, at_left)
    total, total_c = 0.0, 0.0
    for k in range(r):
        left = space[at_left + k]
        total += left * left
        total_c += left * constant[k]
    _go_backward(some, coefficients, space, at_left, at_values, at_slopes)
    _read_off(h, which, space, at_powers, at_values, at_slopes)
    _scatter(place, scale, space, g)
    if scale[last] != 0.0:
        g[place[last]] += scale[last] * total_c
    return 0.5 * total + rest


@njit(**COMPILE)
def _gather(place, scale, fixed, w, units):  # type: ignore[no-untyped-def]  # compiled
    """Write weights and readouts, 0 for units that fill the last block."""
    h = (place.shape[0] - 1) // 3
    for j in range(h):
        unit = (j // LANES) * BLOCK + j % LANES
        # Where no parameter stands the scale is 0; what 0 times an infinite w makes is not served.
        units[unit + WEIGHT] = fixed[j] + scale[j] * w[place[j]]
        units[unit + READOUT] = fixed[2 * h + j] + scale[2 * h + j] * w[place[2 * h + j]]
    for j in range(h, h + -h % LANES):
        unit = (j // LANES) * BLOCK + j % LANES
        units[unit + WEIGHT] = 0.0
        units[unit + READOUT] = 0.0


@njit(**COMPILE)
def _locate(lowest, intervals, sign, blocks, units, which):  # type: ignore[no-untyped-def]  # compiled
    """Find interval and t of each unit; return how many have none."""
    wide_vectors()
    first = ((BIAS + lowest) << 1) - 1
    least = from_bits((BIAS + lowest) << 52)
    per_least = from_bits((BIAS - lowest) << 52)
    most = from_bits((first + intervals) << HALF_OCTAVE)
    further = intervals if sign == 0 else 0
    odd = -1.0 if sign < 0 else 1.0
    beyond = 0
    for b in range(blocks):
        for lane in range(LANES):
            unit = b * BLOCK + lane
            weight, readout = units[unit + WEIGHT], units[unit + READOUT]
            size = abs(weight)
            bits = bits_of(size)
            # The interval [low, low + 2^e/2), and 4/2^e.
            half_octave = bits >> HALF_OCTAVE
            low = from_bits(half_octave << HALF_OCTAVE)
            per_half = from_bits((2 * BIAS + 2 - (bits >> 52)) << 52)
            near, negative = size < least, weight < 0.0
            beyond += 0 if size < most and abs(readout) < np.inf else 1
            which[b * LANES + lane] = (0 if near else half_octave - first) + (
                further if negative else 0
            )
            per_half = per_least if near else per_half
            flip = odd if negative else 1.0
            units[unit + T] = size * per_least if near else (size - low) * per_half - 1.0
            units[unit + PER_HALF] = (-flip if negative else flip) * per_half * readout
            units[unit + FLIP] = flip
            units[unit + READOUT] = flip * readout
    return beyond


@njit(**COMPILE)
def _held(h, which, end):  # type: ignore[no-untyped-def]  # compiled
    """Return the intervals that hold units."""
    pieces = (which.shape[0] - end) // 2
    seen = end + pieces
    for i in range(pieces):
        which[seen + i] = 0
    for j in range(h):
        which[seen + which[j]] = 1
    count = 0
    for i in range(pieces):
        which[end + count] = i
        count += which[seen + i]
    return which[end : end + count]


@njit(**COMPILE)
def _add_up(h, which, some, space, at_powers, at_moments):  # type: ignore[no-untyped-def]  # compiled
    """Add q (1, t, ..., t^15) of each unit to the moments of its interval."""
    wide_vectors()
    for i in some:
        store(space, at_moments + TERMS * i, repeated(0.0))
        store(space, at_moments + TERMS * i + EIGHT, repeated(0.0))
    for j in range(h):
        unit = (j // LANES) * BLOCK + j % LANES
        t = space[unit + T]
        t2 = t * t
        t4 = t2 * t2
        low = powers(t, t2, t4)
        high = multiply(low, repeated(t4 * t4))
        o, m = at_powers + TERMS * j, at_moments + TERMS * which[j]
        store(space, o, low)
        store(space, o + EIGHT, high)
        q = repeated(space[unit + READOUT])
        store(space, m, multiply_add(q, low, load(space, m)))
        store(space, m + EIGHT, multiply_add(q, high, load(space, m + EIGHT)))


@njit(**COMPILE)
def _go_forward(some, coefficients, space, at_moments, at_left):  # type: ignore[no-untyped-def]  # compiled
    """Add what moments and coefficients make, two coordinates at a time."""
    wide_vectors()
    r = space.shape[0] - at_left
    one = repeated(1.0)
    for k in range(0, r, 2):
        # Four sums, none of which waits for another.
        a, b, c, d = repeated(0.0), repeated(0.0), repeated(0.0), repeated(0.0)
        for i in some:
            m = at_moments + i * TERMS
            low, high = load(space, m), load(space, m + EIGHT)
            o = (i * r + k) * TERMS
            a = multiply_add(low, load(coefficients, o), a)
            b = multiply_add(high, load(coefficients, o + EIGHT), b)
            c = multiply_add(low, load(coefficients, o + 2 * EIGHT), c)
            d = multiply_add(high, load(coefficients, o + 3 * EIGHT), d)
        space[at_left + k] += sum_of(multiply_add(one, a, b))
        space[at_left + k + 1] += sum_of(multiply_add(one, c, d))


@njit(**COMPILE)
def _go_backward(some, coefficients, space, at_left, at_values, at_slopes):  # type: ignore[no-untyped-def]  # compiled
    """Write the polynomial of each interval in use, and its derivative."""
    wide_vectors()
    r = space.shape[0] - at_left
    one = repeated(1.0)
    for i in some:
        a, b, c, d = repeated(0.0), repeated(0.0), repeated(0.0), repeated(0.0)
        o = i * TERMS * r
        for k in range(at_left, at_left + r, 2):
            x, y = repeated(space[k]), repeated(space[k + 1])
            a = multiply_add(x, load(coefficients, o), a)
            b = multiply_add(x, load(coefficients, o + EIGHT), b)
            c = multiply_add(y, load(coefficients, o + 2 * EIGHT), c)
            d = multiply_add(y, load(coefficients, o + 3 * EIGHT), d)
            o += 4 * EIGHT
        v = at_values + i * TERMS
        store(space, v, multiply_add(one, a, c))
        store(space, v + EIGHT, multiply_add(one, b, d))
        # A derivative reads one number more and multiplies it by 0. If the next interval is in use
        # its own comes here.
        space[v + TERMS] = 0.0
    low, high = load(DEGREES, 0), load(DEGREES, EIGHT)
    for i in some:
        v, s = at_values + i * TERMS, at_slopes + i * TERMS
        store(space, s, multiply(low, load(space, v + 1)))
        store(space, s + EIGHT, multiply(high, load(space, v + EIGHT + 1)))


@njit(**COMPILE)
def _read_off(h, which, space, at_powers, at_values, at_slopes):  # type: ignore[no-untyped-def]  # compiled
    """Write the gradient by readouts and weights."""
    wide_vectors()
    for j in range(h):
        o, i = at_powers + TERMS * j, TERMS * which[j]
        low, high = load(space, o), load(space, o + EIGHT)
        v, s = at_values + i, at_slopes + i
        value = multiply_add(low, load(space, v), multiply(high, load(space, v + EIGHT)))
        slope = multiply_add(low, load(space, s), multiply(high, load(space, s + EIGHT)))
        unit = (j // LANES) * BLOCK + j % LANES
        space[unit + G_READOUT] = space[unit + FLIP] * sum_of(value)
        space[unit + G_WEIGHT] = space[unit + PER_HALF] * sum_of(slope)


@njit(**COMPILE)
def _scatter(place, scale, units, g):  # type: ignore[no-untyped-def]  # compiled
    """Write the gradient by parameters."""
    h = (place.shape[0] - 1) // 3
    for i in range(g.shape[0]):
        g[i] = 0.0
    for j in range(h):
        unit = (j // LANES) * BLOCK + j % LANES
        if scale[j] != 0.0:
            g[place[j]] += scale[j] * units[unit + G_WEIGHT]
        if scale[2 * h + j] != 0.0:
            g[place[2 * h + j]] += scale[2 * h + j] * units[unit + G_READOUT]
