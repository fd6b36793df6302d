"""K of networks of analytic units without biases, replaced by moments."""

from __future__ import annotations

import sympy

from slt_symbolic.inputs import FiniteSample, InputDistribution, UniformSphere
from slt_symbolic.networks import TwoLayer
from slt_symbolic.rlct import MomentProblem, RLCTError

Values = dict[sympy.Symbol, sympy.Expr]
NAMES = {"tanh": "tanh", "erf": "erf", "arctan": "atan", "sin": "sin", "cos": "cos"}
REASON = (
    "the moments of the units generate the ideal of f - f0, so K is comparable to their squares"
)


class NoMomentsError(ValueError):
    """K cannot be replaced by moments: the message names the reason."""


def moment_problem(
    model: TwoLayer, values: Values, truth: TwoLayer, law: InputDistribution
) -> tuple[MomentProblem, int]:
    """Return a polynomial problem, and how many squares stand beside it.

    Parameters
    ----------
    model, truth : TwoLayer
        Networks of tanh, erf, arctan, sin or cos units without biases, with rational entries.
    values : dict
        Rational values of the parameters.
    law : InputDistribution
        With a density on an open set.

    Raises
    ------
    NoMomentsError
        If networks or law are of another kind, or with several inputs a weight is not zero.

    Notes
    -----
    A free output bias next to odd units is a coordinate of its own: K is comparable to the sum of
    its square and the rest.
    """
    name = model.activation.name
    if name not in NAMES:
        raise NoMomentsError(f"units of {name} have no reduction to moments")
    if isinstance(law, FiniteSample | UniformSphere):
        raise NoMomentsError("inputs must have a density on an open set")
    if truth.units and truth.activation.name != name:
        raise NoMomentsError("model and truth must have one activation")
    if any(u.bias != 0 for network in (model, truth) for u in network.units):
        raise NoMomentsError("units with biases have no reduction to moments")
    offset = sympy.expand(model.output_bias - truth.output_bias)
    free = (
        offset in model.parameters
        or -offset in model.parameters
        or bool(model.output_bias in model.parameters)
    )
    if offset != 0 and not (free and model.activation.parity == -1):
        raise NoMomentsError("the output bias must be that of the truth, or free beside odd units")
    units = [(u.readout, list(u.weights)) for u in model.units]
    units += [(-u.readout, list(u.weights)) for u in truth.units]
    used = {s for a, ws in units for e in (a, *ws) for s in e.free_symbols}
    variables = tuple(p for p in model.parameters if p in used)
    try:
        point = tuple(values[p] for p in variables)
        return MomentProblem(NAMES[name], units, variables, point), int(offset != 0)
    except RLCTError as error:
        raise NoMomentsError(str(error)) from error
