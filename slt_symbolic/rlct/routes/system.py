"""Sums of squares whose generators vanish transversally on the torus orbits."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from ..certificate import encode
from ..germ import Germ


def transversal_system(germ: Germ, _solve: Callable[[Germ], Any]) -> dict[str, Any] | None:
    """Propose the generators as they are; a single one is left to the Newton leaf."""
    if len(germ.squares) < 2:
        return None
    return {"kind": "system", "squares": [[str(a), encode(g)] for a, g in germ.squares]}
