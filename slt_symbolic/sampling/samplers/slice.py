"""Slice sampling along lines, exact and without a length to tune.

A height is drawn under the density at w, a line through w, and a bracket on it around w at random;
points are drawn in the bracket, which shrinks to w at each that lies below the height, until one
lies above (Neal 2003, with a bracket of given width and no stepping out). A bracket as wide as the
prior is halved some forty times before it fits into a valley that is 1e-12 wide, so that one step
serves near a singular point, where the posterior is wide, and far along a valley, where it is
narrow: what a step of one length cannot. Each halving costs one evaluation of K.

The line runs along a coordinate half of the time, else along a normal direction in units of the
preconditioner; the width is drawn independently of w, between the prior's and a tenth of the scale
of the preconditioner. The shrinkage keeps the density whatever the line and the width, as long as
they do not depend on w.

References
----------
Neal (2003), Ann. Stat. 31, 705-767 (figures 5 and 8).
"""

from __future__ import annotations

import math

from numba import njit

from slt_symbolic.sampling.samplers.common import (
    BROKEN,
    OUTSIDE_K,
    REJECTED,
    TAKEN,
    centre_and_precision,
    is_finite,
    outside,
    prior_energy,
    spread,
)
from slt_symbolic.sampling.samplers.sampler import Sampler

__all__ = ["slice_sampler", "slice_step"]

# Shrinkings before the step gives up and stays: 2^-200 of any width is nothing. Giving up depends
# on w and would bend the law, were it ever reached away from rounding.
MOST_SHRINKINGS = 200
# Of the widest bracket in deviations of the prior, and of the narrowest in units of the scale.
WIDEST = 4.0
NARROWEST = 0.1


@njit
def slice_step(  # type: ignore[no-untyped-def]  # compiled
    potential, energy, beta, box, gauss, scale, basis, stretch, length, settings,  # noqa: ARG001  # the protocol's
    w, g, h, p, values, scratch, rng,  # noqa: ARG001  # the protocol's
):  # fmt: skip
    """Make one step in place; return its status."""
    dimension = w.shape[0]
    trial, trial_g, trial_h = scratch[0], scratch[1], scratch[2]
    normal, line = scratch[3], scratch[4]
    widest = NARROWEST
    along = int(rng.random() * dimension) if rng.random() < 0.5 else -1
    for i in range(dimension):
        normal[i] = 0.0 if along >= 0 else rng.standard_normal()
    if along >= 0:
        normal[along] = 1.0
    spread(scale, basis, stretch, normal, line)
    for i in range(dimension):
        if line[i] != 0.0:
            wide = WIDEST / math.sqrt(centre_and_precision(box, gauss, i)[1])
            widest = max(widest, wide / abs(line[i]))
    width = NARROWEST * math.exp(rng.random() * math.log(widest / NARROWEST))
    # log1p(-x) with x in [0, 1): the height is never above the density at w.
    room = -math.log1p(-rng.random())
    left = -width * rng.random()
    right = left + width
    for _ in range(MOST_SHRINKINGS):
        t = left + rng.random() * (right - left)
        for i in range(dimension):
            trial[i] = w[i] + t * line[i]
        if not outside(box, trial):
            k = potential(trial, trial_g)
            if not (k >= OUTSIDE_K and not math.isinf(k)):
                e = prior_energy(energy, gauss, trial, trial_h)
                if not is_finite(k, e, trial_g, trial_h):
                    return BROKEN
                if beta * (k - values[0]) + (e - values[1]) < room:
                    for i in range(dimension):
                        w[i] = trial[i]
                        g[i] = trial_g[i]
                        h[i] = trial_h[i]
                    values[0], values[1] = k, e
                    return TAKEN
        if t < 0.0:
            left = t
        else:
            right = t
    return REJECTED


def slice_sampler() -> Sampler:
    """Return the slice sampler, exact, about ten to forty evaluations of K a step.

    Examples
    --------
    >>> slice_sampler().name, slice_sampler().exact
    ('slice', True)
    """
    return Sampler("slice", slice_step, exact=True)
