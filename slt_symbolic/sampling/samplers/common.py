"""What every step shares: evaluation, the preconditioned drift, walls, and the acceptance rule.

A step is a compiled function

    step(potential, energy, beta, box, gauss, scale, basis, stretch, length, settings,
         w, g, h, p, values, scratch, rng) -> status

that moves one replica in place: ``w`` its parameter, ``g`` the gradient of K, ``h`` the gradient
of the prior's energy E = -log prior, ``p`` its momentum, ``values`` = (K, E); all of shape (d,)
but the last. The density is exp(-U), U = beta K + E, inside the box. Lengths are measured by the
preconditioner L = C (I + V^T diag(a) V): C is diagonal (``scale``), the r rows of V (``basis``)
are orthonormal and a is ``stretch``; with r = 0 it is diagonal. ``scratch`` has shape (7, d) and
its first row holds the last parameter tried, which a caller reports when the status is BROKEN.

A potential may answer ``OUTSIDE_K``, which means density zero there: how regions that are no
boxes are left out. A value that is not finite is never that: it ends the run.
"""

from __future__ import annotations

import math

import numpy as np
from numba import njit, types

from slt_symbolic.compiled.normals import fill_normals
from slt_symbolic.compiled.squared_error import SUM
from slt_symbolic.sampling.potential import VECTOR

__all__ = [
    "BROKEN", "DIVERGED", "OUTSIDE", "OUTSIDE_K", "REJECTED", "SCRATCH_ROWS", "TAKEN",
    "fill_normals", "no_energy", "scratch_for",
]  # fmt: skip

REJECTED, TAKEN, OUTSIDE, DIVERGED, BROKEN = 0, 1, 2, 3, -1
SCRATCH_ROWS = 7
# K at least this large means density zero. It is finite, and beta times it may overflow to
# infinity, of which the acceptance rule makes probability zero.
OUTSIDE_K = 1e300


@njit(**SUM)
def spread(scale, basis, stretch, x, out):  # type: ignore[no-untyped-def]  # compiled
    """Write L x into ``out``."""
    for i in range(x.shape[0]):
        out[i] = x[i]
    for j in range(basis.shape[0]):
        dot = 0.0
        for i in range(x.shape[0]):
            dot += basis[j, i] * x[i]
        dot *= stretch[j]
        for i in range(x.shape[0]):
            out[i] += dot * basis[j, i]
    for i in range(x.shape[0]):
        out[i] *= scale[i]


@njit(**SUM)
def drift_of(beta, g, h, scale, basis, stretch, length, out):  # type: ignore[no-untyped-def]  # compiled
    """Write u = -(length/2) L^T grad U, cut to |u| <= sqrt(d), into ``out``."""
    dimension = g.shape[0]
    for i in range(dimension):
        out[i] = -0.5 * length * scale[i] * (beta * g[i] + h[i])
    for j in range(basis.shape[0]):
        dot = 0.0
        for i in range(dimension):
            dot += basis[j, i] * out[i]
        dot *= stretch[j]
        for i in range(dimension):
            out[i] += dot * basis[j, i]
    square = 0.0
    for i in range(dimension):
        square += out[i] * out[i]
    if square > dimension:
        cut = math.sqrt(dimension / square)
        for i in range(dimension):
            out[i] *= cut


@njit
def prior_energy(energy, gauss, w, h):  # type: ignore[no-untyped-def]  # compiled
    """Return E(w) = sum_i p_i (w_i - c_i)^2 / 2 + energy(w), its gradient written into ``h``."""
    return _gauss_energy(gauss, w, h) + energy(w, h)


@njit(**SUM)
def _gauss_energy(gauss, w, h):  # type: ignore[no-untyped-def]  # compiled
    total = 0.0
    for i in range(w.shape[0]):
        away = w[i] - gauss[0, i]
        h[i] = gauss[1, i] * away
        total += 0.5 * h[i] * away
    return total


@njit(**SUM)
def centre_and_precision(box, gauss, i):  # type: ignore[no-untyped-def]  # compiled
    """Return centre and precision of a Gaussian that is as wide as the prior in coordinate i."""
    # Chosen, not branched to: a loop over the coordinates makes vectors of it.
    low, high, centre, precision = box[0, i], box[1, i], gauss[0, i], gauss[1, i]
    width = high - low
    normal = (precision > 0.0) & (not precision * width * width < 12.0)
    endless = width == math.inf
    of_box = 0.0 if endless else 0.5 * (low + high)
    precision_of_box = 1.0 if endless else 12.0 / (width * width)
    return centre if normal else of_box, precision if normal else precision_of_box


@njit
def is_finite(k, e, g, h):  # type: ignore[no-untyped-def]  # compiled
    """Whether K, E and both gradients are finite."""
    # Counted to the end, without a way out of the loop, which makes vectors of it.
    bad = 0
    for i in range(g.shape[0]):
        bad += not (abs(g[i]) < math.inf and abs(h[i]) < math.inf)
    return bad == 0 and math.isfinite(k) and math.isfinite(e)


@njit
def outside(box, w):  # type: ignore[no-untyped-def]  # compiled
    """Whether w lies outside the box."""
    beyond = 0
    for i in range(w.shape[0]):
        beyond += w[i] < box[0, i] or w[i] > box[1, i]
    return beyond > 0


@njit
def folded(x, low, high):  # type: ignore[no-untyped-def]  # compiled
    """Return x reflected into [low, high] as often as needed, and the sign of its velocity."""
    if low <= x <= high:
        return x, 1.0
    if math.isinf(low):
        return 2.0 * high - x, -1.0
    if math.isinf(high):
        return 2.0 * low - x, -1.0
    width = high - low
    turned = (x - low) % (2.0 * width)
    if turned > width:
        return low + (2.0 * width - turned), -1.0
    return low + turned, 1.0


@njit
def move_freely(box, scale, basis, stretch, length, w, p, velocity):  # type: ignore[no-untyped-def]  # compiled
    """Move w by length L p, the momentum reflected at walls; return False if w left the box.

    With a diagonal L the billiard between walls is the exact free motion, reversible and
    volume-preserving. With a low-rank L a coordinate's reflection would change |p|: the move
    is reported as outside instead, and w is left there.
    """
    spread(scale, basis, stretch, p, velocity)
    for i in range(w.shape[0]):
        w[i] += length * velocity[i]
    if basis.shape[0] > 0:
        return not outside(box, w)
    for i in range(w.shape[0]):
        w[i], sign = folded(w[i], box[0, i], box[1, i])
        p[i] *= sign
    return True


@njit(**SUM)
def kinetic(p):  # type: ignore[no-untyped-def]  # compiled
    """Return |p|^2/2."""
    total = 0.0
    for i in range(p.shape[0]):
        total += 0.5 * p[i] * p[i]
    return total


@njit(**SUM)
def log_way_back(drift, noise, back):  # type: ignore[no-untyped-def]  # compiled
    """Return the log density of the noise that would lead back less that of the noise drawn.

    ``back`` is the drift at the other end.
    """
    total = 0.0
    for i in range(noise.shape[0]):
        reverse = drift[i] + noise[i] + back[i]
        total += 0.5 * (noise[i] * noise[i] - reverse * reverse)
    return total


@njit
def accepted(log_ratio, rng):  # type: ignore[no-untyped-def]  # compiled
    """Decide with probability min(1, exp(log_ratio))."""
    # log1p(-x) with x in [0, 1): never the logarithm of zero.
    return math.log1p(-rng.random()) < log_ratio


@njit
def jittered(length, spread_of_log, rng):  # type: ignore[no-untyped-def]  # compiled
    """Return the length times a random factor drawn independently of everything else.

    A mixture of kernels that all keep the same law, which helps where the posterior is narrow
    in one place and wide in another.
    """
    return length * math.exp(spread_of_log * (2.0 * rng.random() - 1.0))


@njit(types.float64(VECTOR, VECTOR), nogil=True)
def no_energy(w, h):  # type: ignore[no-untyped-def]  # noqa: ARG001  # compiled; the protocol's
    """Add nothing: the energy of a prior that is no more than a box and a Gaussian."""
    return 0.0


def scratch_for(dimension: int) -> np.ndarray[tuple[int, int], np.dtype[np.float64]]:
    """Return the workspace of a step for d parameters.

    Examples
    --------
    >>> scratch_for(3).shape
    (7, 3)
    """
    return np.zeros((SCRATCH_ROWS, dimension))
