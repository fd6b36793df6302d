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

from slt_symbolic.sampling.samplers.common import centre_and_precision

if TYPE_CHECKING:
    from slt_symbolic.sampling.samplers import Sampler
    from slt_symbolic.sampling.target import Target

__all__ = ["WITNESSES", "virial_is_known", "witness"]

WITNESSES = ("spread", "virial")


@njit
def witness(beta, box, gauss, w, g, h, out):  # type: ignore[no-untyped-def]  # compiled
    """Write spread and virial of w into ``out``; g and h are the gradients of K and E."""
    spread = virial = 0.0
    for i in range(w.shape[0]):
        low, high = box[0, i], box[1, i]
        centre, precision = centre_and_precision(box, gauss, i)
        if not low < centre < high:
            centre = 0.5 * (low + high)
        away = w[i] - centre
        below, above, below_slope, above_slope = 1.0, 1.0, 0.0, 0.0
        if low > -math.inf:
            below, below_slope = (w[i] - low) / (centre - low), 1.0 / (centre - low)
        if high < math.inf:
            above, above_slope = (high - w[i]) / (high - centre), -1.0 / (high - centre)
        q = below * above
        divergence = q + away * (below_slope * above + below * above_slope)
        spread += precision * away * away
        virial += away * q * (beta * g[i] + h[i]) - divergence
    out[0], out[1] = spread, virial


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
