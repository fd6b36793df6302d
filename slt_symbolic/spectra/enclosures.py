"""Balls of the requested relative accuracy: which route for which order, at which precision."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from flint import arb, ctx

from slt_symbolic.spectra.arguments import BITS_PER_DIGIT, accurate_digits, refined
from slt_symbolic.spectra.atoms import ClosedForm
from slt_symbolic.spectra.closed_forms import closed_form
from slt_symbolic.spectra.coefficient import Method
from slt_symbolic.spectra.errors import NoRouteError
from slt_symbolic.spectra.reflections import reflected_coefficient
from slt_symbolic.spectra.routes import Unit, degree, methods_for, values

MAX_EXACT_ORDER = 400
"""Beyond, closed forms are evaluated but not written out: they have thousands of digits."""

Found = tuple[Method, ClosedForm | None, arb]


def enclosures(unit: Unit, orders: Sequence[int], digits: int, method: str) -> dict[int, Found]:
    """Return method, exact value if any, and ball of each order, for w > 0.

    Parameters
    ----------
    unit : Unit
        The unit.
    orders : sequence of int
        Increasing orders.
    digits : int
        Relative accuracy of the balls, in decimal digits.
    method : str
        ``"auto"`` or the name of a method.

    Raises
    ------
    NoRouteError
        If no method, or not the one asked for, applies to an order.
    ArithmeticError
        If the accuracy cannot be reached.
    """
    found: dict[int, Found] = {}
    forms: dict[int, ClosedForm | None] = {}
    for k in orders:
        form = None
        if unit.bias == 0:
            form = reflected_coefficient(unit.activation, k, unit.weight)
        if form is not None and not form.terms and method not in ("auto", "reflection"):
            raise NoRouteError(f"order {k} vanishes by reflection: use method='reflection'")
        if form is not None and method in ("auto", "reflection"):
            found[k] = "reflection", form, closed_ball(form, k, digits)
        elif method == "reflection":
            raise NoRouteError(f"no reflection of {unit.activation.name} settles order {k}")
    forms = {k: _exact(unit, k) for k in orders if k not in found}
    few = len(forms) < 20
    groups: dict[tuple[Method, ...], list[int]] = {}
    for k, form in forms.items():
        if form is not None and not form.terms and method not in ("auto", "closed form"):
            raise NoRouteError(f"order {k} is exactly zero: use method='closed form'")
        applicable = methods_for(unit, k)
        exact_route = method == "closed form" or (method == "auto" and (few or not applicable))
        low = k <= degree(unit.activation)
        settled = form is not None and (
            exact_route or (method == "auto" and (low or not form.terms))
        )
        if form is not None and settled:
            found[k] = "closed form", form, closed_ball(form, k, digits)
            continue
        allowed = tuple(m for m in applicable if method in ("auto", m))
        if method != "auto" and not allowed:
            raise NoRouteError(
                f"method {method!r} does not apply to {unit.activation.name} at order {k}"
            )
        if not allowed:
            raise NoRouteError(f"no method applies to {unit.activation.name} at order {k}")
        groups.setdefault(allowed, []).append(k)
    for routes, members in groups.items():
        for k, (used, ball) in _refined_many(unit, members, routes, digits).items():
            found[k] = used, forms[k], ball
    return found


def _refined_many(
    unit: Unit, orders: list[int], routes: tuple[Method, ...], digits: int
) -> dict[int, tuple[Method, arb]]:
    """Evaluate at rising precision until every ball has the relative accuracy."""
    done: dict[int, tuple[Method, arb]] = {}
    refusal: Exception | None = None
    for method in routes:
        waiting = [k for k in orders if k not in done]
        if not waiting:
            break
        on_line = method in ("ball quadrature", "line trapezoid")
        bits = int(digits * BITS_PER_DIGIT) + 20 + waiting[-1].bit_length()
        bits += waiting[-1] // 4 if on_line else 0
        limit = 16 * bits + (0 if on_line else 4096)
        while waiting and bits <= limit:
            try:
                with ctx.workprec(bits + 40):
                    balls = values(unit, waiting, method, bits)
            except (NoRouteError, ArithmeticError) as error:
                refusal = error
                break
            for k, ball in balls.items():
                if ball.is_finite() and accurate_digits(ball) >= digits:
                    done[k] = method, ball
            waiting = [k for k in waiting if k not in done]
            bits += bits // 2
    waiting = [k for k in orders if k not in done]
    if waiting and isinstance(refusal, NoRouteError):
        raise refusal
    if waiting:
        raise ArithmeticError(
            f"no relative accuracy of {digits} digits at order {waiting[0]}: the coefficient may "
            "be exactly zero" + (f"; {refusal}" if refusal else "")
        )
    return done


def _exact(unit: Unit, order: int) -> ClosedForm | None:
    if order > MAX_EXACT_ORDER:
        branches = unit.activation.branches
        polynomial = branches is not None and branches.below == branches.above
        return ClosedForm.of() if polynomial and order > degree(unit.activation) else None
    return closed_form(unit.activation, order, unit.weight, unit.bias)


def closed_ball(form: ClosedForm, order: int, digits: int) -> arb:
    """Enclose a closed form over √k!."""
    if not form.terms:
        return arb(0)
    return at_precision(lambda: form.ball() * arb.fac_ui(order).rsqrt(), digits)


def at_precision(evaluate: Callable[[], arb], digits: int) -> arb:
    """Evaluate at rising precision until the ball has so many digits."""
    return refined(lambda _: evaluate(), digits, int(digits * BITS_PER_DIGIT) + 30)
