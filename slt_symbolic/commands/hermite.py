"""``slt-symbolic hermite``: Hermite coefficients of one unit, as balls in decimal."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import sympy
from flint import arb

from slt_symbolic.activations import Activation, activation
from slt_symbolic.activations.named import canonical
from slt_symbolic.claims.report import write_atomically
from slt_symbolic.expressions import ExpressionError, parse_expression, parse_rational
from slt_symbolic.spectra import HermiteCoefficient, hermite_coefficients
from slt_symbolic.spectra.arguments import MAX_ORDER

CHUNK = 2_000
"""Orders between two reports of progress; orders of a chunk share their work."""

MAX_ENTRIES = 2_000_000
Report = Callable[[int, int], None]


@dataclass(frozen=True)
class Job:
    """What is asked for.

    Parameters
    ----------
    activation : Activation
        σ.
    weight, bias : sympy.Rational
        Exact w and b.
    orders : tuple of int
        Orders, in the order of the answer.
    digits : int
        Relative accuracy.
    normalisation : str
        One of those of :mod:`slt_symbolic.spectra.normalisation`.
    """

    activation: Activation
    weight: sympy.Rational
    bias: sympy.Rational
    orders: tuple[int, ...]
    digits: int
    normalisation: str


def read_activation(
    name: str, *, beta: str | None = None, slope: str | None = None, coefficients: str | None = None
) -> Activation:
    """Return the activation of a name, or of an expression in z such as ``exp(-z**2/3)``.

    Raises
    ------
    ValueError
        If there is no such activation, or an option belongs to another one.
    """
    owners = {"beta": "swish", "slope": "leaky_relu", "coefficients": "polynomial"}
    given = {"beta": beta, "slope": slope, "coefficients": coefficients}
    texts = {key: text for key, text in given.items() if text is not None}
    try:
        found = canonical(name)
    except ValueError:
        if not texts and not name.replace("-", "_").isidentifier():
            return _from_formula(name)
        raise
    for key in texts:
        if found != owners[key]:
            raise ValueError(f"--{key} belongs to --activation {owners[key]}, not to {found!r}")
    for key, example in (("slope", "1/10"), ("coefficients", '"0,0,1"')):
        if found == owners[key] and key not in texts:
            raise ValueError(f"--activation {found} needs --{key}, such as {example}")
    return activation(
        found, **{key: _READERS[key](text, f"--{key}") for key, text in texts.items()}
    )


def _from_formula(text: str) -> Activation:
    z = sympy.Symbol("z")
    formula = parse_expression(text, symbols=(z,))
    if formula.free_symbols != {z}:
        raise ValueError(f"the formula of an activation must depend on z, got {text!r}")
    return Activation(
        name=str(formula),
        latex=sympy.latex(formula),
        formula=lambda argument: formula.subs(z, argument),
        independence="not asked for",
    )


def _rational(text: str, option: str) -> sympy.Rational:
    try:
        return parse_rational(text.strip())
    except ExpressionError as error:
        raise ValueError(
            f'{option} must be an exact rational or decimal, such as "1/4" or "0.25": {error}'
        ) from None


def _rationals(text: str, option: str) -> list[sympy.Rational]:
    return [_rational(c, option) for c in text.split(",")]


_READERS: dict[str, Callable[[str, str], object]] = {
    "beta": _rational,
    "slope": _rational,
    "coefficients": _rationals,
}


def read_orders(text: str) -> tuple[int, ...]:
    """Read orders: ``7``, ``0:1000`` (1000 not included), ``1:1000:2``, and lists of these.

    Raises
    ------
    ValueError
        For anything else, for negative orders and for orders above the limit.

    Examples
    --------
    >>> read_orders("0:3,10,101:110:4")
    (0, 1, 2, 10, 101, 105, 109)
    """
    found: dict[int, None] = {}
    for part in text.split(","):
        fields = [_order(field, text) for field in part.split(":")]
        if len(fields) > 3 or (len(fields) == 3 and fields[2] == 0):
            raise ValueError(f"--orders must look like 7, 0:1000, 1:1000:2 or a list, got {text!r}")
        orders = range(*fields) if len(fields) > 1 else range(fields[0], fields[0] + 1)
        if not orders:
            raise ValueError(f"--orders: {part!r} is empty; the end is not included")
        if orders[-1] > MAX_ORDER or len(found) + len(orders) > MAX_ENTRIES:
            raise ValueError(f"--orders must be at most {MAX_ORDER}, got {part!r}")
        found |= dict.fromkeys(orders)
    return tuple(found)


def _order(field: str, text: str) -> int:
    digits = field.strip()
    if digits.startswith("-") and digits[1:].isdecimal():
        raise ValueError(f"--orders must not be negative, got {digits}")
    if not (digits.isascii() and digits.isdecimal()) or len(digits) > 12:
        raise ValueError(f"--orders must look like 7, 0:1000, 1:1000:2 or a list, got {text!r}")
    return int(digits)


def read_job(
    activation: Activation, weight: str, bias: str, orders: str, digits: int, normalisation: str
) -> Job:
    """Return what the command line asks for; see :class:`Job`."""
    w, b = _rational(weight, "--weight"), _rational(bias, "--bias")
    return Job(activation, w, b, read_orders(orders), digits, normalisation)


def chunks(job: Job) -> Iterator[tuple[HermiteCoefficient, ...]]:
    """Yield the coefficients, a chunk at a time."""
    for start in range(0, len(job.orders), CHUNK):
        yield hermite_coefficients(
            job.activation,
            job.orders[start : start + CHUNK],
            job.weight,
            job.bias,
            job.digits,
            normalisation=job.normalisation,
        )


def run(job: Job, out: Path | None, report: Report) -> tuple[list[HermiteCoefficient], bool]:
    """Compute the coefficients, and write them as JSON.

    Returns
    -------
    coefficients : list of HermiteCoefficient
    interrupted : bool
        Whether Ctrl-C ended the run; what was finished by then is kept.
    """
    found: list[HermiteCoefficient] = []
    interrupted = False
    if out is not None:
        out.parent.mkdir(parents=True, exist_ok=True)
    try:
        for chunk in chunks(job):
            found += chunk
            report(len(found), len(job.orders))
    except KeyboardInterrupt:
        interrupted = True
    if out is not None and (found or not interrupted):
        entries = [entry(c, job.digits) for c in found]
        write_atomically(out, json.dumps(entries, indent=1, ensure_ascii=False) + "\n")
    return found, interrupted


def entry(coefficient: HermiteCoefficient, digits: int) -> dict[str, Any]:
    """Return the record of a coefficient: it lies in [mid − rad, mid + rad], decimals included.

    Examples
    --------
    >>> from slt_symbolic.spectra import hermite_coefficient
    >>> record = entry(hermite_coefficient("step", 1, digits=8), 8)
    >>> record["mid"], record["rad"], record["exact"]
    ('3.98942280401432e-1', '2e-15', 'sqrt(2)/(2*sqrt(pi))')
    """
    mid, rad = decimals(coefficient.ball, digits)
    exact = coefficient.exact
    return {
        "activation": coefficient.activation,
        "weight": str(coefficient.weight),
        "bias": str(coefficient.bias),
        "normalisation": coefficient.normalisation,
        "order": coefficient.order,
        "mid": mid,
        "rad": rad,
        "exact": None if exact is None else str(exact),
        "method": coefficient.method,
    }


def decimals(ball: arb, digits: int) -> tuple[str, str]:
    """Return decimals mid and rad whose interval contains the ball."""
    if ball.is_exact() and ball.is_zero():
        return "0", "0"
    # Arb adds the rounding of the midpoint to the radius.
    middle, radius, exponent = (int(n) for n in ball.mid_rad_10exp(digits + 2))
    return _scientific(middle, exponent), _scientific(radius, exponent)


def _scientific(number: int, exponent: int) -> str:
    if number == 0:
        return "0"
    sign, figures = ("-" if number < 0 else ""), str(abs(number))
    power = exponent + len(figures) - 1
    point = "." + figures[1:] if len(figures) > 1 else ""
    return f"{sign}{figures[0]}{point}e{power}"


def to_text(coefficients: Sequence[HermiteCoefficient], digits: int) -> str:
    """Write one line per coefficient: order, middle, radius, method."""
    rows = [(c.order, *decimals(c.ball, digits), c.method) for c in coefficients]
    width = max(len(str(k)) for k, *_ in rows)
    return "\n".join(f"{k:>{width}}  {mid} +/- {rad}  {method}" for k, mid, rad, method in rows)


def to_latex(coefficients: Sequence[HermiteCoefficient], digits: int) -> str:
    """Write a booktabs table with certified digits only."""
    from slt_symbolic.tables import hermite_table

    first = coefficients[0]
    caption = (
        f"Hermite coefficients ({first.normalisation}) of {first.activation}, "
        f"weight {first.weight}, bias {first.bias}."
    )
    return str(hermite_table(coefficients, digits=digits, caption=caption).latex())
