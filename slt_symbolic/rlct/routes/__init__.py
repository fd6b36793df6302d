"""Routes of the search: each proposes a proof tree for a germ, or declines.

A route is a function ``route(germ, solve) -> node | None``, in a file of its own. ``solve``
returns a proof tree for a smaller germ. A route need not be sure: the checker judges every
proposal, and a rejected one costs time, never correctness. The order is from cheap to dear.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from ..germ import Germ
from .blocks import separate_product, separate_sum
from .blowup import blow_up
from .cone import homogeneous_cone
from .dominate import dominate
from .eliminate import complete_square, eliminate
from .linear import linear_block
from .local import local_coordinates
from .many import many_variables
from .newton import newton
from .plane import resolve_plane
from .reduce import reduce_generators
from .redundant import drop_redundant
from .regular import regular_factors, regular_powers, regular_squares
from .resolve import resolve
from .shear import shear
from .sphere import sphere
from .straighten import straighten
from .system import transversal_system
from .unshear import unshear

Node = dict[str, Any]
Solve = Callable[[Germ], Node]
Route = Callable[[Germ, Solve], Node | None]

ROUTES: tuple[tuple[str, Route], ...] = (
    ("regular", regular_squares),
    ("many variables", many_variables),
    ("dominate", dominate),
    ("newton", newton),
    ("regular factors", regular_factors),
    ("regular powers", regular_powers),
    ("straighten", straighten),
    ("redundant", drop_redundant),
    ("disjoint sum", separate_sum),
    ("disjoint product", separate_product),
    ("eliminate", eliminate),
    ("reduce", reduce_generators),
    ("complete the square", complete_square),
    ("local coordinates", local_coordinates),
    ("homogeneous cone", homogeneous_cone),
    ("linear block", linear_block),
    ("transversal system", transversal_system),
    ("plane", resolve_plane),
    ("sphere", sphere),
    ("resolve", resolve),
    ("unshear", unshear),
    ("shear", shear),
    ("blow up", blow_up),
)

__all__ = ["ROUTES", "Node", "Route", "Solve"]
