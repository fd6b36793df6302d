"""When a unit is on a class: up to scale for folded units, up to reflection for analytic ones."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import combinations
from typing import Any

import sympy

from slt_symbolic.true_set.region import Form
from slt_symbolic.true_set.setting import Setting


def off_class(
    setting: Setting, variables: Sequence[int], plane: Sequence[Any], turn: Form
) -> list[tuple[Form, ...]]:
    """Return tuples of forms, in each of which one must not vanish, for a vector off a class.

    Parameters
    ----------
    setting : Setting
        The classification's data.
    variables : sequence of int
        The vector: weights and, if it is free, the bias.
    plane : sequence of field elements
        Weights and bias of the class.
    turn : Form
        What multiplies the unit in the vector.
    """
    one = setting.field.element(sympy.S.One)
    padded: list[int | None] = [*variables, *[None] * (len(plane) - len(variables))]
    if setting.family.folded:
        pairs = combinations(zip(padded, plane, strict=True), 2)
        return [tuple(_minor(k, a, m, b) for (k, a), (m, b) in pairs)]
    found = []
    for sign in (one, -one)[: setting.family.orientations]:
        forms = []
        for k, a in zip(padded, plane, strict=True):
            form = {m: -sign * a * c for m, c in turn.items() if a}
            if k is not None:
                form[k] = form[k] + one if k in form else one
            forms.append(form)
        found.append(tuple(forms))
    return found


def _minor(k: int | None, a: Any, m: int | None, b: Any) -> Form:
    form: Form = {}
    if k is not None and b:
        form[k] = b
    if m is not None and a:
        form[m] = -a
    return form


def same_class(setting: Setting, g: Sequence[Any], h: Sequence[Any]) -> bool:
    """Whether two affine functions, with the entries that are free, are of one class."""
    if setting.family.folded:
        pairs = combinations(zip(g, h, strict=True), 2)
        return not any(a * d - b * c for (a, c), (b, d) in pairs)
    both = [not any(a - s * b for a, b in zip(g, h, strict=True)) for s in (1, -1)]
    return any(both[: setting.family.orientations])
