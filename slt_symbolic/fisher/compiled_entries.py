"""A network's entries and their derivatives by the parameters, for Numba code."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
from numba import njit

from slt_symbolic.divergence.expression_tape import tape_of
from slt_symbolic.divergence.tape_interpreter import run_tape
from slt_symbolic.networks import TwoLayer

Chain = tuple[np.ndarray, np.ndarray, np.ndarray]
"""For each entry e its parameters' indices columns[starts[e]:starts[e + 1]], and changes[...]."""


def entry_pattern(model: TwoLayer) -> tuple[np.ndarray, np.ndarray]:
    """Return which parameters each entry depends on, as starts and columns.

    Entries are readout, weights and bias of each unit in a row, and the output bias at the end.

    Examples
    --------
    >>> from slt_symbolic.activations import RELU
    >>> starts, columns = entry_pattern(TwoLayer.symbolic(RELU, width=1, biases=2))
    >>> starts.tolist(), columns.tolist()
    ([0, 1, 2, 2, 3], [1, 0, 2])
    """
    position = {p: j for j, p in enumerate(model.parameters)}
    starts, columns = [0], []
    for e in _entries(model):
        columns += sorted(position[s] for s in e.free_symbols)
        starts.append(len(columns))
    return np.array(starts, dtype=np.int64), np.array(columns, dtype=np.int64)


def entry_function(model: TwoLayer) -> Callable[..., None]:
    """Return ``fill(w, entries, changes)``, a Numba function that writes both.

    ``changes`` are the derivatives in the order of the pattern's columns.
    """
    entries = _entries(model)
    position = {p: j for j, p in enumerate(model.parameters)}
    if all(e.is_number or e in position for e in entries):
        index = np.array([position.get(e, -1) for e in entries], dtype=np.int64)
        value = np.array([0.0 if e in position else float(e) for e in entries])

        @njit
        def fill(w: np.ndarray, entries: np.ndarray, changes: np.ndarray) -> None:
            for k in range(index.size):
                entries[k] = w[index[k]] if index[k] >= 0 else value[k]
            for k in range(changes.size):
                changes[k] = 1.0

        return fill
    return _by_tapes(model)


def _by_tapes(model: TwoLayer) -> Callable[..., None]:
    tapes = [tape_of(e, model.parameters) for e in _entries(model)]
    code = [(t.batches(), t.code[:, 1], t.code[:, 2], t.constants) for t in tapes]
    ends = np.array([[0] * 3] + [[len(b), len(left), len(c)] for b, left, _, c in code]).cumsum(0)
    batches, left, right, constants = (np.concatenate(part) for part in zip(*code, strict=True))
    starts, columns = entry_pattern(model)
    run: Any = run_tape

    @njit(error_model="numpy")
    def fill(w: np.ndarray, entries: np.ndarray, changes: np.ndarray) -> None:
        gradient = np.empty(w.size)
        for k in range(entries.size):
            (a, b, c), (d, e, f) = ends[k], ends[k + 1]
            entries[k] = run(batches[a:d], left[b:e], right[b:e], constants[c:f], w, gradient)
            for m in range(starts[k], starts[k + 1]):
                changes[m] = gradient[columns[m]]

    return fill


def _entries(model: TwoLayer) -> list[Any]:
    return [e for u in model.units for e in u.entries()] + [model.output_bias]
