"""Two numbers of a draw that move where K does not: witnesses of what K's own trace cannot show.

Along a valley K hardly changes, so a chain that has not travelled it can have a trace of K that
looks well mixed and a mean of K that is wrong. Two further numbers are kept of every draw:

the spread
    sum_i p_i (w_i - c_i)^2, the squared distance from the prior's centre in units of its widths.
    (Not a coordinate: two valleys that a symmetry exchanges need not both be visited.)
the virial
    v . grad U - div v with U = beta K + E and v_i = (w_i - c_i) q_i(w_i), where q_i = 1 without
    walls and falls from 1 at c_i to 0 at walls. Integrating div(v exp(-U)) over the box gives
    nothing, so the virial's mean is 0, exactly, at every beta and whatever K is, as long as K
    and the prior's density have no jumps inside the box.

In a ball, sampled in d + 2 coordinates u (:mod:`.targets.ball`), these two would be functions of
|u|, which no K moves. There x = (w - w*)/radius and a point b off the centre take their place: the
spread is |x - b|^2 and v = (1 - |x|^2)(x - b), which has no component across the boundary. A draw
confined to one side of a flat direction e has another mean of b.x than the posterior, which both
show; seen from the centre, both sides would look alike.

For K homogeneous of degree k and a standard normal prior the virial is k beta K + |w|^2 - d.

References
----------
Clausius (1870), Ann. Phys. 217, 124-130 (the virial); Gorham and Mackey (2015), Advances in Neural
Information Processing Systems 28 (means that must vanish, as a test of draws).
"""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

from numba import njit

from slt_symbolic.compiled.squared_error import SUM
from slt_symbolic.sampling.samplers.common import centre_and_precision

if TYPE_CHECKING:
    from slt_symbolic.sampling.samplers import Sampler
    from slt_symbolic.sampling.target import Target

__all__ = ["WITNESSES", "virial_is_known", "witness"]

WITNESSES = ("spread", "virial")


@njit
def witness(beta, box, gauss, off_centre, w, g, h, out):  # type: ignore[no-untyped-def]  # compiled
    """Write spread and virial of w into ``out``; g and h are the gradients of K and E.

    ``off_centre`` is empty, or b for w in the d + 2 coordinates of a ball.
    """
    if off_centre.shape[0] > 0:
        _in_ball(beta, off_centre, w, g, out)
    else:
        _in_box(beta, box, gauss, w, g, h, out)


@njit(**SUM)
def _in_box(beta, box, gauss, w, g, h, out):  # type: ignore[no-untyped-def]  # compiled
    spread = virial = 0.0
    for i in range(w.shape[0]):
        low, high = box[0, i], box[1, i]
        centre, precision = centre_and_precision(box, gauss, i)
        middle = 0.5 * (low + high)
        centre = centre if (low < centre) & (centre < high) else middle
        away = w[i] - centre
        open_below, open_above = low == -math.inf, high == math.inf
        per_below = 0.0 if open_below else 1.0 / (centre - low)
        per_above = 0.0 if open_above else 1.0 / (high - centre)
        below = 1.0 if open_below else (w[i] - low) * per_below
        above = 1.0 if open_above else (high - w[i]) * per_above
        q = below * above
        divergence = q + away * (per_below * above - below * per_above)
        spread += precision * away * away
        virial += away * q * (beta * g[i] + h[i]) - divergence
    out[0], out[1] = spread, virial


@njit
def _in_ball(beta, b, u, g, out):  # type: ignore[no-untyped-def]  # compiled
    """Write spread and virial of x = u/|u|, the last two coordinates left out.

    With q the part of u . g in these two, radius (1 - |x|^2) dK/dw_i is
    (1 - |x|^2) |u| g_i - q x_i: K does not depend on |u|, so that u . g = 0.
    """
    d = b.shape[0]
    square = 0.0
    for i in range(d + 2):
        square += u[i] * u[i]
    length = math.sqrt(square)
    rest = (u[d] * u[d] + u[d + 1] * u[d + 1]) / square
    q = u[d] * g[d] + u[d + 1] * g[d + 1]
    spread = virial = along = 0.0
    for i in range(d):
        x = u[i] / length
        away = x - b[i]
        spread += away * away
        virial += beta * away * (rest * length * g[i] - q * x)
        along += x * away
    out[0], out[1] = spread, virial - d * rest + 2.0 * along


def virial_is_known(target: Target, sampler: Sampler) -> bool:
    """Whether the mean of the virial is 0 by theory.

    A region that is no box, a further factor of the density (which may jump or have a pole) and
    a K with jumps leave boundary terms; a random estimate of K has another gradient.

    Examples
    --------
    >>> from slt_symbolic.sampling import Target, UniformBox
    >>> from slt_symbolic.sampling.samplers import mala
    >>> virial_is_known(Target(lambda w, g: 0.0, UniformBox((-1,), (1,))), mala())
    True
    """
    plain = getattr(target.prior, "energy", None) is None
    return plain and sampler.exact and not (target.restricted or target.jumps)
