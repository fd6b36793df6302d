"""Activations by name: those without parameters, and families that need some."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from slt_symbolic.activations.absolute import ABSOLUTE
from slt_symbolic.activations.activation import Activation
from slt_symbolic.activations.arctan import ARCTAN
from slt_symbolic.activations.cosine import COS
from slt_symbolic.activations.erf import ERF
from slt_symbolic.activations.gaussian import GAUSSIAN
from slt_symbolic.activations.gelu import GELU
from slt_symbolic.activations.identity import IDENTITY
from slt_symbolic.activations.leaky_relu import leaky_relu
from slt_symbolic.activations.polynomial import polynomial
from slt_symbolic.activations.relu import RELU
from slt_symbolic.activations.sigmoid import SIGMOID
from slt_symbolic.activations.sine import SIN
from slt_symbolic.activations.softplus import SOFTPLUS
from slt_symbolic.activations.step import STEP
from slt_symbolic.activations.swish import SWISH, swish
from slt_symbolic.activations.tanh import TANH
from slt_symbolic.spelling import hint, normal_form

PLAIN = {
    a.name: a
    for a in (
        *(ABSOLUTE, ARCTAN, COS, ERF, GAUSSIAN, GELU, IDENTITY),
        *(RELU, SIGMOID, SIN, SOFTPLUS, STEP, SWISH, TANH),
    )
}


@dataclass(frozen=True)
class Family:
    """Activations that differ in parameters.

    Parameters
    ----------
    build : callable
        Takes the parameters by name.
    examples : mapping of str to str
        Its parameters, each with a value as one writes it in Python.
    defaults : mapping of str to object
        Those that may be left out.
    """

    build: Callable[..., Activation]
    examples: Mapping[str, str]
    defaults: Mapping[str, Any] = field(default_factory=dict)


FAMILIES = {
    "leaky_relu": Family(leaky_relu, {"slope": "Rational(1, 10)"}),
    "polynomial": Family(polynomial, {"coefficients": "(0, 0, 1)"}),
    "swish": Family(swish, {"beta": "2"}, {"beta": 1}),
}

NAMES = tuple(sorted({*PLAIN, *FAMILIES}))


def family_of(name: str) -> Family:
    """Return the family of a canonical name; a plain activation is a family of one."""
    return FAMILIES.get(name) or Family(lambda: PLAIN[name], {})


def canonical(name: str) -> str:
    """Return the name as it is listed: ``Leaky-ReLU`` is ``leaky_relu``.

    Raises
    ------
    ValueError
        If there is no such activation; the message lists the names, and the one that is near.
    """
    found = normal_form(name) if isinstance(name, str) else None
    if found not in NAMES:
        raise ValueError(
            f"activation must be one of {', '.join(NAMES)}; got {name!r}{hint(name, NAMES)}"
        )
    return found


def activation(name: str, **parameters: Any) -> Activation:
    """Return the activation of that name.

    Parameters
    ----------
    name : str
        One of ``abs``, ``arctan``, ``cos``, ``erf``, ``gaussian``, ``gelu``, ``identity``,
        ``leaky_relu``, ``polynomial``, ``relu``, ``sigmoid``, ``sin``, ``softplus``, ``step``,
        ``swish``, ``tanh``; capitals and hyphens do not matter.
    **parameters
        ``slope`` of ``leaky_relu``, ``coefficients`` of ``polynomial``, ``beta`` of ``swish``
        (1 if absent): exact numbers.

    Raises
    ------
    ValueError
        If there is no such activation, it lacks a parameter, or has none of that name.

    Examples
    --------
    >>> activation("relu")
    <activation relu>
    >>> from sympy import Rational
    >>> activation("leaky_relu", slope=Rational(1, 10))
    <activation leaky_relu(1/10)>
    """
    found = canonical(name)
    family = family_of(found)
    allowed = tuple(family.examples)
    for key in parameters:
        if key not in allowed:
            takes = f"takes {', '.join(allowed)}" if allowed else "takes no parameters"
            raise ValueError(f"activation {found!r} has no {key}; it {takes}")
    given = {**family.defaults, **parameters}
    missing = [key for key in allowed if key not in given]
    if missing:
        example = ", ".join(f"{key}={family.examples[key]}" for key in missing)
        raise ValueError(f"activation {found!r} needs {', '.join(missing)}, such as {example}")
    return family.build(**given)
