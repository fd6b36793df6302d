"""The dimension of a stratum and the Fisher rank along it, by counting."""

from __future__ import annotations

import sympy

from slt_symbolic.true_set.region import Solution
from slt_symbolic.true_set.system import System
from slt_symbolic.true_set.types import GROUPS, Role


def dimension(system: System, solution: Solution) -> int:
    """Return the dimension of a stratum: what the linear system leaves free, and scales.

    A unit on a class has a scale beside its strength p = q αᵏ, unless its readout is fixed and
    k = 1; the first member of a cancelling group carries the group's plane. Units that are on, and
    units of zero weight, are counted in the same way.
    """
    s, k = system.setting, system.setting.family.scaling
    total = len(solution.free)
    for i, p in enumerate(system.places):
        free = s.model.free(s.model.units[i].readout)
        if p.role in (s.true_role, *GROUPS):
            leads = p.role in GROUPS and system.leader(i) == i
            total += s.family.folded and not leads and (free or k == 0)
        elif p.role is Role.FLAT:
            bias = s.model.biased and p.sign != 0
            if i not in system.strength:
                total += bias + free
            else:
                total += bias and (free or k != 1)
        elif p.role is not Role.SILENT:
            total += free and i not in system.strength
    return total


def generic_rank(system: System) -> int | None:
    """Return the Fisher rank at almost every point of a stratum.

    Parameters
    ----------
    system : System
        The stratum's equations.

    Returns
    -------
    int or None
        None where the network is not differentiable in its parameters.

    Notes
    -----
    With A the functions spanned by the inputs' coordinates and, if biases are free, 1:

    - Folded units (k = 1) on one hyperplane H: their ∂f/∂(w, b) span 1[h > 0]·A in one orientation
      and also all of A in both; ∂f/∂q lies in it. For distinct H these are independent, and
      independent of affine functions. So every class counts dim A.
    - Analytic units on one class: σ(u), if some readout is free, and σ′(u)·A, independent over
      distinct classes and of affine functions; in both orientations also the reflection's
      affine remainder, and A if σ(z) − σ(−z) is linear.
    - A silent unit, crossing the domain at a generic place: its σ(u). Silent and always on: u.
    - The output bias, units of zero weight with q ≠ 0, units that are on: affine functions.

    References
    ----------
    K. Fukumizu (1996), A regularity condition of the information matrix of a multilayer
    perceptron network, Neural Networks 9, 871-879 (tanh).
    """
    s, f = system.setting, system.setting.family
    if f.folded and f.scaling != 1:
        return None if _moves(system) else _jump_rank(system)
    if f.folded and s.size == 1:
        return _rank_at_origin(system)
    linear, biased = s.inputs, int(s.model.biased)
    rank = 0
    all_affine = False  # whether the span holds all of A
    constant = s.constant_is_free
    loose_affine = 0  # functions u of silent units that are always on, generic
    classes: dict[tuple[object, ...], list[int]] = {}
    for i, p in enumerate(system.places):
        free = s.model.free(s.model.units[i].readout)
        if p.role in (s.true_role, *GROUPS):
            classes.setdefault((p.role, p.index), []).append(i)
        elif p.role is Role.SILENT:
            if p.sign in (None, 0):
                rank += 1
            elif system.branch(Role.ON if p.sign > 0 else Role.OFF)[1]:
                loose_affine += 1
        elif p.role in (Role.ON, Role.OFF):
            all_affine |= bool(system.branch(p.role)[1])
        elif p.role is Role.FLAT:
            if f.folded and p.sign == 0:
                return None
            slope = (f.high if p.sign == 1 else f.low)[1] if f.folded else sympy.S.One
            if slope:
                # σ′ at the bias times q; where q must vanish nothing moves to first order.
                all_affine |= _readout_moves(system, i)
                constant |= free and (f.folded or not _vanishing_flat(system, i))
    for members in classes.values():
        signs = {system.places[i].sign for i in members}
        rank += linear + biased
        if not f.folded and any(s.model.free(s.model.units[i].readout) for i in members):
            rank += 1
        if len(signs) == 2:
            all_affine |= f.bends
            free = any(s.model.free(s.model.units[i].readout) for i in members)
            constant |= free and f.constant[1] != f.constant[-1]
    if all_affine:
        affine = linear + int(bool(biased) or constant)
    else:
        affine = (
            min(linear + biased, loose_affine) if not constant else 1 + min(linear, loose_affine)
        )
    return rank + affine


def _rank_at_origin(system: System) -> int | None:
    """Return the rank for one input without biases: all units fold at 0."""
    s, f = system.setting, system.setting.family
    if any(p.role is Role.FLAT for p in system.places):
        return None
    sides: set[int] = set()
    constant = s.constant_is_free
    open_sides = 0
    for p in system.places:
        if p.role in (s.true_role, *GROUPS):
            sides.add((p.sign or 1) if f.bends else 1)
        elif p.role in (Role.ON, Role.OFF):
            sides |= {1} if system.branch(p.role)[1] else set()
        elif p.sign:
            sides |= {1} if system.branch(Role.ON if p.sign > 0 else Role.OFF)[1] else set()
        else:
            open_sides += 1
    most = 2 if f.bends and (s.corners is None or _folds_inside(system)) else 1
    if open_sides and len(sides) < most and not (most == 1 or (open_sides == 1 and not sides)):
        return None  # the rank depends on the silent units' signs
    return min(most, len(sides) + open_sides) + int(constant)


def _folds_inside(system: System) -> bool:
    """Whether 0 is inside the domain."""
    s = system.setting
    signs = {s.field.sign(c[0]) for c in s.corners or ()}
    return signs == {1, -1}


def _readout_moves(system: System, i: int) -> bool:
    """Whether a unit of zero weight has a readout that is not zero."""
    if i not in system.strength:
        return True
    k = system.strength[i]
    solution = system.solve()
    if solution is None:
        return False
    return bool(solution.constants[k]) or any(solution.slopes[k])


def _vanishing_flat(system: System, i: int) -> bool:
    """Whether an analytic unit of zero weight has σ(b) = 0."""
    s = system.setting
    return system.places[i].sign == 0 and s.activation(sympy.S.Zero) == 0


def _moves(system: System) -> bool:
    """Whether some unit with a jump in the domain's interior moves."""
    s = system.setting
    return any(p.role in (s.true_role, *GROUPS) for p in system.places) or any(
        p.role is Role.FLAT and p.sign == 0 for p in system.places
    )


def _jump_rank(system: System) -> int:
    """Return the rank where all steps are silent or constant on the domain."""
    s, f = system.setting, system.setting.family
    rank, constant = 0, s.constant_is_free
    for i, p in enumerate(system.places):
        free = s.model.free(s.model.units[i].readout)
        if p.role is Role.SILENT and p.sign in (None, 0):
            rank += 1
        elif free:
            branch = f.high if p.sign == 1 or p.role is Role.ON else f.low
            constant |= bool(branch[0])
    return rank + int(constant)
