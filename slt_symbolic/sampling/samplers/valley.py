"""Slice sampling along lines and along curves that stay in a valley of powers of coordinates.

Half of the steps are those of :mod:`.slice`. The others run along

    w_i(t) = c_i + (w_i - c_i) exp(t v_i),

c the prior's centre: straight lines in u_i = log |w_i - c_i|, where a product of powers is a
linear function. With K = f^2/2 the vector grad f = grad K / sqrt(2 K) says which directions leave
the valley f = 0, so v is drawn from the normal law of precision

    Q(u) = I/s^2 + beta/(2 K) q q^T,    q_i = (w_i - c_i) dK/dw_i,

which hardly leaves it. Along x^a = y^b such a curve is the valley itself: one step crosses all of
it, at any beta. For a K that is no square the direction is only another one.

Given v the joint density of u and v along the curve is the posterior times the Jacobian
prod |w_i - c_i| times the normal density of v, which hangs on u through Q; a point of it is drawn
by a slice, in a bracket that shrinks. So the step keeps the posterior exactly, as long as K has no
zero of positive measure. A coordinate at c_i stays there, and signs stay as they are: lines change
both.

References
----------
Neal (2003), Ann. Stat. 31, 705-767; Liu and Sabatti (2000), Biometrika 87, 353-369 (moves along
the orbits of a group).
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
)
from slt_symbolic.sampling.samplers.sampler import Sampler
from slt_symbolic.sampling.samplers.slice import MOST_SHRINKINGS, slice_step

__all__ = ["valley_sampler", "valley_step"]

# The bracket, and the largest s: e^16 covers what a box holds of a power law. The smallest is what
# the curvature of a valley beta^(-1/2) wide allows.
WIDTH = 4.0
LARGEST = 4.0
# In deviations of the prior: beyond, where no normal prior has mass, K may overflow.
FARTHEST = 100.0
# Where K has underflowed and its gradient has not.
STEEPEST = 1e100


@njit
def leaving(beta, k, g, box, gauss, w, s, out):  # type: ignore[no-untyped-def]  # compiled
    """Write s sqrt(beta / (2 K)) q into ``out``; return its square."""
    factor = min(s * math.sqrt(0.5 * beta / k), STEEPEST) if k > 0.0 else 0.0
    total = 0.0
    for i in range(w.shape[0]):
        out[i] = factor * (w[i] - centre_and_precision(box, gauss, i)[0]) * g[i]
        total += out[i] * out[i]
    return total


@njit
def log_density_of(total, z, b):  # type: ignore[no-untyped-def]  # compiled
    """Return the log density of v = s z under Q, up to a constant."""
    dot = 0.0
    for i in range(z.shape[0]):
        dot += z[i] * b[i]
    return 0.5 * math.log1p(total) - 0.5 * dot * dot


@njit
def valley_step(  # type: ignore[no-untyped-def]  # compiled
    potential, energy, beta, box, gauss, scale, basis, stretch, length, settings,
    w, g, h, p, values, scratch, rng,
):  # fmt: skip
    """Make one step in place; return its status."""
    if rng.random() < 0.5:
        return slice_step(
            potential, energy, beta, box, gauss, scale, basis, stretch, length, settings,
            w, g, h, p, values, scratch, rng,
        )  # fmt: skip
    dimension = w.shape[0]
    trial, trial_g, trial_h, z, b = scratch[0], scratch[1], scratch[2], scratch[3], scratch[4]
    s = LARGEST * math.exp(-0.25 * rng.random() * math.log1p(beta))
    total = leaving(beta, values[0], g, box, gauss, w, s, b)
    along = 0.0
    for i in range(dimension):
        z[i] = rng.standard_normal()
        along += z[i] * b[i]
    # (I + b b^T)^(-1/2) shortens what is along b.
    share = along * (1.0 - 1.0 / math.sqrt(1.0 + total)) / total if total > 0.0 else 0.0
    growth = 0.0
    for i in range(dimension):
        z[i] -= share * b[i]
        growth += s * z[i]
    here = log_density_of(total, z, b)
    room = -math.log1p(-rng.random())
    left = -WIDTH * rng.random()
    right = left + WIDTH
    for _ in range(MOST_SHRINKINGS):
        t = left + rng.random() * (right - left)
        far = False
        for i in range(dimension):
            centre, precision = centre_and_precision(box, gauss, i)
            away = (w[i] - centre) * math.exp(t * s * z[i])
            far = far or precision * away * away > FARTHEST * FARTHEST
            trial[i] = centre + away
        if not (far or outside(box, trial)):
            k = potential(trial, trial_g)
            if not (k >= OUTSIDE_K and not math.isinf(k)):
                e = prior_energy(energy, gauss, trial, trial_h)
                if not is_finite(k, e, trial_g, trial_h):
                    return BROKEN
                total = leaving(beta, k, trial_g, box, gauss, trial, s, b)
                gain = log_density_of(total, z, b) - here + t * growth
                if beta * (k - values[0]) + (e - values[1]) - gain < room:
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


def valley_sampler() -> Sampler:
    """Return the sampler along lines and curves, exact, about ten to forty evaluations a step.

    Examples
    --------
    >>> valley_sampler().name, valley_sampler().exact
    ('valley', True)
    """
    return Sampler("valley", valley_step, exact=True)
