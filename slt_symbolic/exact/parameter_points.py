"""Values of named parameters: from what a user types to a complete, exact point."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

import sympy

from slt_symbolic.exact.numbers import exact

Values = Mapping[sympy.Symbol | str, object] | Sequence[object]


def named_parameters(parameters: Iterable[sympy.Symbol | str]) -> tuple[sympy.Symbol, ...]:
    """Return distinct real symbols; a string makes one.

    Raises
    ------
    TypeError
        If an entry is neither a symbol nor a string.
    ValueError
        If a symbol is not declared real, or two have the same name.

    Examples
    --------
    >>> named_parameters(["a", "b"])
    (a, b)
    """
    if isinstance(parameters, str):
        raise TypeError(f"parameters must be a sequence of names, not the string {parameters!r}")
    found = []
    for p in parameters:
        if not isinstance(p, str | sympy.Symbol):
            raise TypeError(f"parameters must be symbols or names, got {p!r}")
        found.append(sympy.Symbol(p, real=True) if isinstance(p, str) else p)
    for p in found:
        if not p.is_extended_real:
            raise ValueError(f"parameters must be declared real, {p} is not")
    if len({p.name for p in found}) != len(found):
        raise ValueError(f"parameters must have distinct names, got {tuple(found)}")
    return tuple(found)


def exact_point(
    parameters: Sequence[sympy.Symbol], values: Values
) -> dict[sympy.Symbol, sympy.Expr]:
    """Return an exact number for every parameter, in the order of the parameters.

    Parameters
    ----------
    parameters : sequence of sympy.Symbol
        The parameters.
    values : mapping or sequence
        Exact numbers by symbol or name, or in order.

    Raises
    ------
    ValueError
        If a parameter is missing, unknown or given twice, or a value is not real algebraic.
    TypeError
        If a value is not exact.

    Examples
    --------
    >>> exact_point(named_parameters(["a", "b"]), {"b": 2, "a": sympy.sqrt(2)})
    {a: sqrt(2), b: 2}
    """
    if isinstance(values, str) or not isinstance(values, Iterable):
        raise TypeError(f"values must be a mapping or a sequence, got {values!r}")
    if not isinstance(values, Mapping):
        ordered = list(values)
        if len(ordered) != len(parameters):
            raise ValueError(
                f"values must have {len(parameters)} entries for {tuple(parameters)}, "
                f"got {len(ordered)}"
            )
        pairs = zip(parameters, ordered, strict=True)
        return {p: exact(v, f"value of {p}") for p, v in pairs}
    named = {str(k): v for k, v in values.items()}
    if len(named) != len(values):
        raise ValueError(f"values must name each parameter once, got {[*values]}")
    unknown = sorted(set(named) - {str(p) for p in parameters})
    missing = [str(p) for p in parameters if str(p) not in named]
    if unknown or missing:
        raise ValueError(
            f"values must name exactly the parameters {tuple(parameters)}; "
            f"missing {missing}, unknown {unknown}"
        )
    return {p: exact(named[str(p)], f"value of {p}") for p in parameters}
