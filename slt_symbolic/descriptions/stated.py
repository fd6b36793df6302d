"""K of a description of any kind: of networks with one output or several, or as stated."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import TypeAlias

import sympy

from slt_symbolic.descriptions.description import SAMPLING, content_of, read_constants, read_outputs
from slt_symbolic.descriptions.document import tables
from slt_symbolic.descriptions.kinds import read_kind
from slt_symbolic.descriptions.parameter import Values, chosen, read_parameter
from slt_symbolic.descriptions.section import Section
from slt_symbolic.divergence import (
    ExpressionDivergence,
    KLDivergence,
    LinearDivergence,
    MultiOutputDivergence,
)

Divergence: TypeAlias = (
    KLDivergence | MultiOutputDivergence | LinearDivergence | ExpressionDivergence
)


@dataclass(frozen=True)
class Stated:
    """K of a description, and where it is to be looked at.

    Parameters
    ----------
    K : divergence
        Of the kind that the description is of.
    parameter : dict or None
        A value for each parameter, if the description gives them.
    constants : tuple of sympy.Symbol
        Unknown constants, with their assumptions.
    """

    K: Divergence
    parameter: Values | None = None
    constants: tuple[sympy.Symbol, ...] = ()

    def at(self, text: str | None = None, *, place: str = "at") -> Values | None:
        """Return the parameter, as :meth:`slt_symbolic.descriptions.Description.at` does."""
        return chosen(self.parameter, self.K.parameters, self.constants, text, place)


def load_divergence(path: str | Path) -> Stated:
    """Read K from a TOML file of any kind that need not be trusted.

    Parameters and exceptions are those of :func:`slt_symbolic.descriptions.load`; a ValueError
    says where networks that are described have no K, for want of a kernel.
    """
    return read_divergence(content_of(path), str(path))


def read_divergence(content: bytes, file: str = "description") -> Stated:
    """Read K from the content of a TOML file; see :func:`load_divergence`.

    Examples
    --------
    >>> stated = read_divergence(b'''
    ... [model]
    ... kind = "expression"
    ... parameters = ["a", "b"]
    ... K = "(a*b - 1)**2/2"
    ... ''')
    >>> stated.K.at(stated.at("a=1/2,b=1"))
    1/8
    """
    whole = Section(tables(content, file), file, "")
    if "model" not in whole:
        return _two_layer(whole)
    constants = read_constants(whole.section("constants"))
    root = whole.allowing(constants)
    K = read_kind(root, ("parameter", *SAMPLING))
    parameter = None
    if "parameter" in root:
        parameter = read_parameter(root.section("parameter"), K.parameters)
    return Stated(K, parameter, constants)


def _two_layer(whole: Section) -> Stated:
    outputs = read_outputs(whole)
    divergences = [
        KLDivergence(d.model, d.truth, d.inputs, noise_variance=d.noise_variance) for d in outputs
    ]
    K = divergences[0] if len(outputs) == 1 else MultiOutputDivergence(divergences)
    return Stated(K, outputs[0].parameter, outputs[0].constants)
