"""The representing measure: what of a parameter the network's function depends on.

Modulo their activation's exact relations distinct units are linearly independent, together with
1 and the coordinates of x. So a network's function is a signed sum over classes of units plus a
polynomial, and two networks agree exactly when these do:

- Piecewise polynomial units: one fold for each hyperplane. A point of one hyperplane that lies on
  no other isolates its fold. On a bounded domain only hyperplanes that meet its interior fold;
  the other units are polynomials there.
- Polynomial units: no classes, only the coefficients of one polynomial, the moments of all units.
- Analytic units that are no polynomials: one atom for each (w, b), w ≠ 0, up to reflection. Each
  activation's file says why distinct ones are independent; along a generic line through R^n they
  stay distinct with non-zero weight, so one input suffices. A bounded domain changes nothing, for
  a function that is analytic on all of R^n and zero on an open set is zero. For sine and cosine
  the units of one frequency span two dimensions only, but a relation Σ q_j exp(i b_j) = 0 with
  algebraic q_j and distinct algebraic b_j has zero coefficients (Lindemann–Weierstrass): exact
  parameters keep their biases apart.

On the unit sphere of R^n, n ≥ 3, all of this holds with |x|² = 1 for polynomials. Folds: two
hyperplanes cut different subspheres, of dimension at least 1. Analytic units: the complex sphere
carries lines p + tv (v·v = p·v = 0), on a generic one of which units stay distinct, and the
arguments by poles or growth go through with complex weights. On the circle analytic units stay
independent, for their poles or growth as x goes to infinity along the complex circle are those of
⟨w, x⟩ + b; but many folds may share one point of it, and then a measure that is not zero
decides nothing.
"""

from __future__ import annotations

from collections.abc import Callable

import sympy

from slt_symbolic.exact.chamber import OrderedField
from slt_symbolic.inputs import InputDistribution
from slt_symbolic.networks import TwoLayer
from slt_symbolic.true_set.collecting import Collector
from slt_symbolic.true_set.domains import require_domain
from slt_symbolic.true_set.representation import Fold, RepresentingMeasure

__all__ = ["Fold", "RepresentingMeasure", "representing_measure"]


def representing_measure(
    network: TwoLayer,
    field: OrderedField,
    domain: InputDistribution | None = None,
    value: Callable[[sympy.Expr], sympy.Expr] = lambda e: e,
) -> RepresentingMeasure:
    """Return the representing measure of a network.

    Parameters
    ----------
    network : TwoLayer
        The network.
    field : OrderedField
        Where the scalars live; it must hold the numbers that describe the domain too.
    domain : InputDistribution, optional
        The inputs' law, of which only the support matters; all of R^n by default.
    value : callable
        Applied to each entry first (to put in parameter values).

    Raises
    ------
    NoInteriorError
        For a finite sample.
    ValueError
        If the law is unknown or its dimension is not the network's.

    Examples
    --------
    >>> from slt_symbolic.activations import TANH
    >>> from slt_symbolic.exact.numbers import RealField
    >>> from slt_symbolic.networks import Unit
    >>> tanh = TwoLayer(TANH, [Unit(1, (-2,), 1), Unit(3, (2,), -1), Unit(5, (0,), 1)])
    >>> measure = representing_measure(tanh, RealField.containing([]))
    >>> measure.atoms, measure.values
    ({(2, -1): 2}, {1: 5})
    """
    require_domain(domain, network.inputs)
    found = Collector(network.activation, network.inputs, field, domain)
    found.add_constant(field.element(value(network.output_bias)))
    for unit in network.units:
        q, *plane = (field.element(value(e)) for e in unit.entries())
        found.add(q, plane)
    return found.measure()
