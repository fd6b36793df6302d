"""Which routes come first when there are many variables and Newton polyhedra are dear."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from ..germ import Germ
from .cone import homogeneous_cone
from .dominate import dominate
from .eliminate import eliminate
from .linear import linear_block
from .local import local_coordinates

_MANY = 7


def many_variables(germ: Germ, solve: Callable[[Germ], Any]) -> dict[str, Any] | None:
    """Split off non-degenerate variables, or use homogeneity or linearity, before anything else."""
    if germ.n < _MANY:
        return None
    for route in (dominate, local_coordinates, eliminate, homogeneous_cone, linear_block):
        node = route(germ, solve)
        if node is not None:
            return node
    return None
