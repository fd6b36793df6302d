"""Second moments of wedges under laws that rotations do not change, for Numba code.

Let A be where ⟨n_f, x⟩ > d_f for two unit vectors n_f, and let face f be the rest of the
hyperplane ⟨n_f, x⟩ = d_f. Integration by parts gives, for N(0, I_n) and for spheres,

    E[x; A] = Σ_f T_f n_f,      E[xxᵀ; A] = D I + Σ_f n_f (d_f T_f n_f + K_f t_f)ᵀ,

with t_f the unit vector in the span of both normals that points into the face, T_f the face's
mass and K_f its moment along t_f. A law gives T, K, D and the mass of A.
"""

from __future__ import annotations

from typing import Any

import numpy as np
from numba import njit


@njit(error_model="numpy")
def add_wedges(
    reach: float, half: Any, face: Any, wedge: Any, first: np.ndarray, second: np.ndarray,
    out: np.ndarray,
) -> None:  # fmt: skip
    """Add the moments of :func:`~slt_symbolic.fisher.compiled_pairs.pair_gram`.

    Parameters
    ----------
    reach : float
        Radius of the support.
    half : Numba function
        ``half(n, d)`` returns mass, D and T of a half-space.
    face : Numba function
        ``face(n, d, t)`` returns T and K of the face that begins at t.
    wedge : Numba function
        ``wedge(n, d0, d1, t0, t1, cosine, sine)`` returns mass and D, given both distances, the
        places where the faces begin, and the angle between the normals.
    first, second, out : arrays
        Two planes, and where their moments go.
    """
    n = first.size - 1
    # The whole, above the first, above the second, above both.
    areas = np.zeros((4, n + 1, n + 1))
    normals, d, kinds = np.zeros((2, n)), np.zeros(2), np.zeros(2, np.int64)
    mass, spread, _ = half(n, -reach)
    _add(areas, 0, mass, spread)
    for f in range(2):
        kinds[f] = _normal(first if f == 0 else second, reach, normals, d, f)
        if kinds[f] > 0:
            _add(areas, 1 + f, areas[0, n, n], areas[0, 0, 0])
        elif kinds[f] == 0:
            mass, spread, edge = half(n, d[f])
            _add(areas, 1 + f, mass, spread)
            for k in range(n):
                _add_face(areas, 1 + f, k, normals[f, k], 0.0, normals, f, d[f], edge, 0.0)
    if kinds[0] == 0 and kinds[1] == 0:
        _intersect(face, wedge, normals, d, areas)
    elif kinds[0] >= 0 and kinds[1] >= 0:
        _copy(areas, 2 if kinds[0] > 0 else 1, 1.0)
    for k in range(n + 1):
        for m in range(n + 1):
            whole, one, other, both = (
                areas[0, k, m], areas[1, k, m], areas[2, k, m], areas[3, k, m]
            )  # fmt: skip
            out[1, 1, k, m] += both
            out[1, 0, k, m] += one - both
            out[0, 1, k, m] += other - both
            out[0, 0, k, m] += whole - one - other + both


@njit(error_model="numpy")
def _normal(plane: np.ndarray, reach: float, normals: np.ndarray, d: np.ndarray, f: int) -> int:
    """Write unit normal and distance; return 1 or −1 if the support is on one side, else 0."""
    n, square = plane.size - 1, 0.0
    for k in range(n):
        square += plane[k] * plane[k]
    length = np.sqrt(square)
    if length == 0.0 or abs(plane[n]) >= reach * length:
        return 1 if plane[n] > 0.0 else -1
    for k in range(n):
        normals[f, k] = plane[k] / length
    d[f] = -plane[n] / length
    return 0


@njit(error_model="numpy")
def _intersect(
    face: Any, wedge: Any, normals: np.ndarray, d: np.ndarray, areas: np.ndarray
) -> None:
    n, cosine, rest = normals.shape[1], 0.0, 0.0
    for k in range(n):
        cosine += normals[0, k] * normals[1, k]
    turn = 1.0 if cosine >= 0.0 else -1.0
    # With n' = turn·n + difference, 1 - |cos| keeps its digits where the planes nearly agree.
    for k in range(n):
        rest += 0.5 * (normals[1, k] - turn * normals[0, k]) ** 2
    cosine, sine = turn * (1.0 - rest), np.sqrt(max(rest * (2.0 - rest), 0.0))
    if sine < 1e-300:
        if turn > 0.0:
            _copy(areas, 1 if d[0] >= d[1] else 2, 1.0)
        elif d[0] + d[1] < 0.0:
            _copy(areas, 1, 1.0)
            _copy(areas, 2, 1.0)
            _copy(areas, 0, -1.0)
        return
    begin = (d[1] - turn * d[0] + turn * rest * d[0]) / sine
    end = (d[0] - turn * d[1] + turn * rest * d[1]) / sine
    mass, spread = wedge(n, d[0], d[1], begin, end, cosine, sine)
    _add(areas, 3, mass, spread)
    for f in range(2):
        edge, moment = face(n, d[f], begin if f == 0 else end)
        for k in range(n):
            difference = normals[1 - f, k] - turn * normals[f, k]
            along = (difference + turn * rest * normals[f, k]) / sine
            _add_face(areas, 3, k, normals[f, k], along, normals, f, d[f], edge, moment)


@njit(error_model="numpy")
def _copy(areas: np.ndarray, which: int, factor: float) -> None:
    """Add one of the moments to those above both."""
    for k in range(areas.shape[1]):
        for m in range(areas.shape[1]):
            areas[3, k, m] += factor * areas[which, k, m]


@njit(error_model="numpy")
def _add(areas: np.ndarray, which: int, mass: float, spread: float) -> None:
    n = areas.shape[1] - 1
    for k in range(n):
        areas[which, k, k] += spread
    areas[which, n, n] += mass


@njit(error_model="numpy")
def _add_face(
    areas: np.ndarray, which: int, k: int, normal: float, along: float, normals: np.ndarray,
    f: int, d: float, edge: float, moment: float,
) -> None:  # fmt: skip
    """Add column k of what a face gives."""
    n = normals.shape[1]
    areas[which, k, n] += edge * normal
    areas[which, n, k] += edge * normal
    for m in range(n):
        areas[which, m, k] += normals[f, m] * (d * edge * normal + moment * along)
