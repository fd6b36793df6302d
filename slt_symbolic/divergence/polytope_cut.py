"""Convex polytopes cut by the hyperplanes on which units switch, for Numba code.

A polytope is a list of vertices, each with the set of hyperplanes that it lies on, as bits. Two
vertices span an edge if no third one lies on all the hyperplanes that they share, and a cut puts a
new vertex on every edge along which the preactivation changes sign (Motzkin, Raiffa, Thompson and
Thrall). A polytope is a pyramid over each facet that misses its first vertex, and so are the
facets in turn (Cohen and Hickey): chains of faces give simplices that make it up.

References
----------
T. S. Motzkin, H. Raiffa, G. L. Thompson and R. M. Thrall (1953), The double description method,
Contributions to the Theory of Games 2, 51-73.
J. Cohen and T. Hickey (1979), Two algorithms for determining volumes of convex polyhedra,
J. ACM 26, 401-414.
"""

from __future__ import annotations

from itertools import product
from math import comb

import numpy as np
from numba import njit

from slt_symbolic.inputs import UniformBox

WORD = 62
"""Hyperplanes in one word of bits."""
DIVIDED, NO_ROOM = 2, 3
_MOST_VERTICES = 1000


def box_polytope(law: UniformBox, units: int) -> tuple[np.ndarray, np.ndarray]:
    """Return the vertices of a box and their bits, with room for those of some units.

    The first 2n hyperplanes are the sides of the box.

    Examples
    --------
    >>> vertices, on = box_polytope(UniformBox((0, 0), (1, 2)), 3)
    >>> vertices.tolist(), [f"{bits:04b}" for bits in on[:, 0]]
    ([[0.0, 0.0], [0.0, 2.0], [1.0, 0.0], [1.0, 2.0]], ['0101', '1001', '0110', '1010'])
    """
    n = law.dimension
    ends = [(float(low), float(high)) for low, high in zip(law.lower, law.upper, strict=True)]
    choices = list(product(range(2), repeat=n))
    on = np.zeros((len(choices), (2 * n + units) // WORD + 1), dtype=np.int64)
    on[:, 0] = [sum(1 << (2 * k + c) for k, c in enumerate(choice)) for choice in choices]
    corners = [[ends[k][c] for k, c in enumerate(choice)] for choice in choices]
    return np.array(corners), on


def most_vertices(n: int, facets: int) -> int:
    """Return how many vertices a polytope can have (McMullen), at most 1000.

    Examples
    --------
    >>> most_vertices(2, 7), most_vertices(3, 6), most_vertices(4, 8)
    (7, 8, 20)
    """
    bound = comb(facets - (n + 1) // 2, n // 2) + comb(facets - n // 2 - 1, (n + 1) // 2 - 1)
    return min(bound, _MOST_VERTICES)


@njit
def _is_edge(on: np.ndarray, size: int, u: int, v: int, n: int) -> bool:
    shared = 0
    for k in range(on.shape[1]):
        both = on[u, k] & on[v, k]
        while both and shared < n - 1:
            both &= both - 1
            shared += 1
    if shared < n - 1:
        return False
    for t in range(size):
        inside = t != u and t != v
        for k in range(on.shape[1]):
            if not inside:
                break
            both = on[u, k] & on[v, k]
            inside = on[t, k] & both == both
        if inside:
            return False
    return True


@njit
def cut(
    vertices: np.ndarray,
    on: np.ndarray,
    sizes: np.ndarray,
    top: int,
    heights: np.ndarray,
    plane: int,
) -> int:
    """Cut the polytope at ``top`` by a hyperplane, with the preactivation at its vertices.

    Parameters
    ----------
    vertices, on, sizes : np.ndarray
        A stack of polytopes: vertices, their bits, and the numbers of vertices.
    top : int
        Which one.
    heights : np.ndarray
        The preactivation at its vertices.
    plane : int
        The hyperplane's number.

    Returns
    -------
    int
        0 or 1 if the polytope lies below or above; DIVIDED if it was cut: the part below then
        lies at ``top`` and the part above one higher; NO_ROOM if a part has too many vertices.

    Examples
    --------
    >>> vertices, on = np.zeros((2, 6, 2)), np.zeros((2, 6, 1), dtype=np.int64)
    >>> vertices[0, :4], on[0, :4] = box_polytope(UniformBox((0, 0), (1, 2)), 1)
    >>> sizes = np.array([4, 0])
    >>> cut(vertices, on, sizes, 0, vertices[0, :, 1] - 0.5, 4), sizes.tolist()
    (2, [4, 4])
    >>> sorted(vertices[0, :4].tolist())
    [[0.0, 0.0], [0.0, 0.5], [1.0, 0.0], [1.0, 0.5]]
    """
    n, words, size, room = vertices.shape[2], on.shape[2], sizes[top], vertices.shape[1]
    word, bit = plane // WORD, 1 << (plane % WORD)
    above, below, level = 0, 0, 0
    for v in range(size):
        if heights[v] > 0.0:
            above += 1
        elif heights[v] < 0.0:
            below += 1
        else:
            level += 1
    if above == 0 or below == 0:
        return 1 if above > 0 else 0
    new = top + 1
    count = 0
    for v in range(size):
        if not heights[v] < 0.0:
            for k in range(n):
                vertices[new, count, k] = vertices[top, v, k]
            for k in range(words):
                on[new, count, k] = on[top, v, k]
            if not heights[v] > 0.0:
                on[new, count, word] |= bit
            count += 1
    for u in range(size):
        if not heights[u] > 0.0:
            continue
        for v in range(size):
            if not heights[v] < 0.0 or not _is_edge(on[top], size, u, v, n):
                continue
            if count == room or below + level + count - above - level == room:
                return NO_ROOM
            part = heights[u] / (heights[u] - heights[v])
            for k in range(n):
                start = vertices[top, u, k]
                vertices[new, count, k] = start + part * (vertices[top, v, k] - start)
            for k in range(words):
                on[new, count, k] = on[top, u, k] & on[top, v, k]
            on[new, count, word] |= bit
            count += 1
    kept = 0
    for v in range(size):
        if not heights[v] > 0.0:
            for k in range(n):
                vertices[top, kept, k] = vertices[top, v, k]
            for k in range(words):
                on[top, kept, k] = on[top, v, k]
            if not heights[v] < 0.0:
                on[top, kept, word] |= bit
            kept += 1
    for v in range(above + level, count):
        for k in range(n):
            vertices[top, kept, k] = vertices[new, v, k]
        for k in range(words):
            on[top, kept, k] = on[new, v, k]
        kept += 1
    sizes[top], sizes[new] = kept, count
    return DIVIDED


@njit
def _enter(
    vertices: np.ndarray, on: np.ndarray, faces: np.ndarray, sizes: np.ndarray,
    pending: np.ndarray, rows: np.ndarray, columns: np.ndarray, depth: int,
) -> float:  # fmt: skip
    """Note the facets of a face that miss its first vertex; return the factor of the volume."""
    n, apex = vertices.shape[1], faces[depth, 0]
    for k in range(on.shape[1]):
        bits = 0
        for m in range(sizes[depth]):
            bits |= on[faces[depth, m], k]
        pending[depth, k] = bits & ~on[apex, k]
    if depth == 0:
        return 1.0
    row = rows[depth]
    for c in range(n):
        row[c] = vertices[apex, c] - vertices[faces[0, 0], c]
    for j in range(1, depth):
        factor = row[columns[j]] / rows[j, columns[j]]
        for c in range(n):
            row[c] -= factor * rows[j, c]
        row[columns[j]] = 0.0
    columns[depth] = 0
    for c in range(n):
        if abs(row[c]) > abs(row[columns[depth]]):
            columns[depth] = c
    return abs(row[columns[depth]])


@njit
def add_simplices(
    vertices: np.ndarray, on: np.ndarray, size: int, values: np.ndarray, weights: np.ndarray
) -> float:
    """Return n! times a polytope's volume, and add up what integrates a function over it.

    For every simplex of volume V/n!, with vertices v, ``weights[v]`` grows by V·(D_v + Σ D).

    Parameters
    ----------
    vertices, on : np.ndarray
        The polytope.
    size : int
        The number of its vertices.
    values : np.ndarray
        D, an affine function, at the vertices.
    weights : np.ndarray
        One number for each vertex.

    Examples
    --------
    >>> vertices, on = box_polytope(UniformBox((0, 0), (1, 2)), 1)
    >>> weights = np.zeros(4)
    >>> add_simplices(vertices, on, 4, np.ones(4), weights), float(weights.sum())
    (4.0, 48.0)
    """
    n, words = vertices.shape[1], on.shape[1]
    faces, sizes = np.empty((n + 1, size), dtype=np.int64), np.zeros(n + 1, dtype=np.int64)
    pending = np.empty((n + 1, words), dtype=np.int64)
    rows, columns = np.empty((n + 1, n)), np.zeros(n + 1, dtype=np.int64)
    volumes, sums = np.empty(n + 1), np.empty(n + 1)
    for v in range(size):
        faces[0, v] = v
    sizes[0] = size
    total, depth = 0.0, np.int64(0)
    volumes[0] = _enter(vertices, on, faces, sizes, pending, rows, columns, depth)
    sums[0] = values[0]
    while depth >= 0:
        if depth == n:
            for k in range(n + 1):
                v = faces[k, 0]
                weights[v] += volumes[n] * (values[v] + sums[n])
            total += float(volumes[n])
            depth -= 1
            continue
        word = 0
        while word < words and pending[depth, word] == 0:
            word += 1
        if word == words:
            depth -= 1
            continue
        bit = pending[depth, word] & -pending[depth, word]
        pending[depth, word] ^= bit
        found = 0
        for m in range(sizes[depth]):
            v = faces[depth, m]
            if on[v, word] & bit:
                faces[depth + 1, found] = v
                found += 1
        if found < n - depth:
            continue
        # If all of it lies on another hyperplane, that one has this facet, or a larger one.
        repeated = False
        for k in range(word + 1):
            shared = ~on[faces[depth, 0], k]
            for m in range(found):
                shared &= on[faces[depth + 1, m], k]
            if k == word:
                shared &= bit - 1
            repeated = repeated or shared != 0
        if repeated:
            continue
        sizes[depth + 1] = found
        factor = _enter(vertices, on, faces, sizes, pending, rows, columns, depth + 1)
        if factor != 0.0:
            depth += 1
            volumes[depth] = volumes[depth - 1] * factor
            sums[depth] = sums[depth - 1] + values[faces[depth, 0]]
    return total
