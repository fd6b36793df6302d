"""The Kullback–Leibler divergence K(w) of two-layer networks, exactly.

K(w) = E[(f(x, w) − f0(x))²]/(2σ²) for Gaussian output noise of variance σ². Truth units enter
with the opposite sign, so that K is one quadratic form in the neuron kernel:
K = (1/2σ²) Σ_ab r_a r_b k(u_a, u_b).
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from functools import cached_property

import sympy
from flint import arb

from slt_symbolic.divergence.arrangement import chamber_samples, has_free_breaks
from slt_symbolic.divergence.exploration import ChamberForms, explored_chambers
from slt_symbolic.divergence.kernel_sum import KernelSum
from slt_symbolic.divergence.network_sum import NetworkSum, joined
from slt_symbolic.divergence.piece import Piece, merged_pieces, piecewise
from slt_symbolic.divergence.quadratic_form import PairForms, Values
from slt_symbolic.divergence.view import DivergenceView
from slt_symbolic.exact import expansion
from slt_symbolic.exact.numbers import exact
from slt_symbolic.inputs import InputDistribution, UniformInterval
from slt_symbolic.networks import Point, TwoLayer


class KLDivergence(DivergenceView):
    """K(w) of a network against a true network, for given inputs.

    Parameters
    ----------
    model : TwoLayer
        The network, with its parameters.
    truth : TwoLayer, NetworkSum or sequence of TwoLayer
        The true network, of any width and activation, or several that are added up; without
        parameters. Unknown constants (symbols with assumptions) may stand in it.
    inputs : InputDistribution
        The law of the inputs.
    noise_variance : exact number
        σ², positive.

    Raises
    ------
    TypeError, ValueError
        If something is no network, the two do not fit together, or a pair of activations has no
        kernel under that law.

    Notes
    -----
    Exact wherever the kernels have closed forms: for piecewise polynomial activations values are
    computed over Q or a real number field, and closed forms over its field of rational functions.
    Nothing is integrated symbolically. Where there is no closed form there is an enclosure.

    Examples
    --------
    Example 3.4 of "DSLT 3: Neural Networks are Singular": two units, truth ReLU(x).

    >>> from slt_symbolic.activations import RELU
    >>> from slt_symbolic.networks import Unit
    >>> model = TwoLayer.symbolic(RELU, width=2, biases=0, readouts=1, output_bias=0)
    >>> truth = TwoLayer(RELU, [Unit(1, (1,), 0)])
    >>> K = KLDivergence(model, truth, UniformInterval(-sympy.sqrt(6), sympy.sqrt(6)))
    >>> K.at({"w1": 2, "w2": 3}), K.at({"w1": 2, "w2": -1})
    (8, 1)
    >>> print(K.chamber({"w1": 2, "w2": 3}))
    w1**2/2 + w1*w2 - w1 + w2**2/2 - w2 + 1/2  on  w1 > 0, w2 > 0
    """

    def __init__(
        self,
        model: TwoLayer,
        truth: TwoLayer | NetworkSum | Sequence[TwoLayer],
        inputs: InputDistribution,
        *,
        noise_variance: sympy.Expr | int = 1,
    ) -> None:
        if not isinstance(model, TwoLayer):
            raise TypeError(f"model must be a TwoLayer, got {type(model).__name__}")
        truth = joined(truth)
        for name, network in (("model", model), ("truth", truth)):
            if network.inputs != inputs.dimension:
                raise ValueError(
                    f"{name} must have {inputs.dimension} input(s) as the law of the inputs has, "
                    f"it has {network.inputs}"
                )
        if truth.parameters:
            raise ValueError(f"truth must have no parameters, it has {truth.parameters}")
        clash = set(truth.constants) & set(model.parameters)
        if clash:
            raise ValueError(f"truth must not use the model's parameters {sorted(map(str, clash))}")
        variance = noise_variance
        if not (isinstance(variance, sympy.Expr) and variance.free_symbols):
            variance = exact(variance, "noise_variance")
        if not variance.is_positive:
            raise ValueError(f"noise_variance must be positive, got {variance}")
        self.model, self.truth, self.inputs = model, truth, inputs
        self.noise_variance = variance
        self._sum = KernelSum(model, truth, inputs, variance)

    @property
    def parameters(self) -> tuple[sympy.Symbol, ...]:
        """The parameters, in the order of the flat parameter vector."""
        return self.model.parameters

    @property
    def constants(self) -> Values:
        """Unknown constants, each with a sample value that agrees with its sign."""
        return self._sum.constants

    @property
    def is_algebraic(self) -> bool:
        """Whether K is a rational function of the parameters in each chamber."""
        return self._sum.is_algebraic

    def at(self, values: Point) -> sympy.Expr:
        """Return K at an exact parameter, as an exact number.

        Parameters
        ----------
        values : mapping or sequence
            Exact values of the parameters, by symbol or name or in order.

        Returns
        -------
        sympy.Expr
            An exact number (an expression in the unknown constants, if there are any).

        Raises
        ------
        NoClosedFormError
            If a kernel that is needed has no closed form; ask for :meth:`enclosure` then.
        """
        return self._sum.at(self.model.point(values))

    def enclosure(self, values: Point, *, digits: int = 30) -> arb:
        """Return a ball around K at an exact parameter.

        Parameters
        ----------
        values : mapping or sequence
            Exact values of the parameters.
        digits : int
            Significant digits aimed at: of K itself where K is exact, of the kernel values
            that K is summed from otherwise (near W0 they cancel, and the ball says so).

        Raises
        ------
        ValueError
            If K at this parameter depends on unknown constants.
        """
        if isinstance(digits, bool) or not isinstance(digits, int) or digits < 1:
            raise ValueError(f"digits must be a positive integer, got {digits!r}")
        if self.constants:
            raise ValueError(f"K depends on {list(self.constants)}: it is no number")
        return self._sum.enclosure(self.model.point(values), digits)

    def chamber(self, values: Point) -> Piece:
        """Return the closed form of K around an exact parameter, and its chamber.

        Raises
        ------
        WallError
            If the parameter lies on a wall between chambers, where there are several forms.
        NoClosedFormError
            If a kernel that is needed has no closed form.
        """
        return self._sum.form(self.model.point(values))

    def pieces(self, *, limit: int = 1000) -> tuple[Piece, ...]:
        """Return all closed forms of K; their chambers' closures cover the parameter space.

        Parameters
        ----------
        limit : int
            Most chambers to list, where they are found one by one.

        Notes
        -----
        On an interval the chambers are the combinatorial types of
        :mod:`slt_symbolic.divergence.arrangement`; under every other law, and with tied entries,
        the leaves of the decision tree of :mod:`slt_symbolic.divergence.exploration`. Both are
        complete and disjoint off the walls, so that no parameter is missed and none has two
        forms. Chambers with the same form are merged into one piece.

        Raises
        ------
        ValueError
            If a kernel is transcendental, or entries are unknown constants where chambers are
            explored; use :meth:`chamber` then.
        TooManyChambersError
            If there are more chambers than ``limit``.
        """
        return merged_pieces(self._chambers(limit))

    def chamber_forms(self, *, explored: bool = True) -> ChamberForms:
        """Return the function from exact parameters to the form there, and its conditions.

        The conditions come in the order in which they were asked for, as
        :func:`slt_symbolic.divergence.exploration.explored_chambers` needs them. Exceptions are
        those of :meth:`pieces`.
        """
        if not self.is_algebraic:
            raise ValueError(
                f"K of {self.model.activation.name} units under {self.inputs!r} is not rational in "
                "each chamber, so its pieces are not listed; ask for its value at a parameter (at, "
                "enclosure; on the command line --at), or for the form around one (chamber)"
            )
        if explored and self.constants:
            raise ValueError(
                f"unknown constants {list(self.constants)} must be numbers to list all pieces; "
                "ask for the chamber around a point instead"
            )
        known: PairForms = {}
        return lambda sample: self._sum.rational_form(sample, known)

    def _chambers(
        self, limit: int, at: Values | None = None
    ) -> Iterator[tuple[sympy.Expr, tuple[sympy.Expr, ...]]]:
        if at is None and isinstance(self.inputs, UniformInterval) and has_free_breaks(self.model):
            forms = self.chamber_forms(explored=False)
            return map(forms, chamber_samples(self.model, self.truth, self.inputs, self.constants))
        return explored_chambers(self.chamber_forms(), self.parameters, limit=limit, at=at)

    @cached_property
    def expr(self) -> sympy.Expr:
        """K as one SymPy expression, a ``Piecewise`` if it has several pieces."""
        return piecewise(self.pieces())

    def pieces_at(self, values: Point, *, limit: int = 1000) -> tuple[Piece, ...]:
        """Return the pieces whose conditions hold weakly at an exact parameter.

        On a wall, as every true parameter is whose breaks are the truth's, these are the several
        closed forms that meet there. Other chambers are not visited. Parameter and exceptions are
        those of :meth:`pieces`.
        """
        point = self.model.point(values)
        if self.constants or not self.is_algebraic:
            return tuple(p for p in self.pieces(limit=limit) if p.closure_contains(point))
        return merged_pieces(self._chambers(limit, point))

    def gradient(self, values: Point) -> sympy.ImmutableMatrix:
        """Return the exact gradient, a column; errors are those of :meth:`chamber`."""
        point = self.model.point(values)
        return expansion.gradient(self._sum.form(point).expr, point)

    def hessian(self, values: Point) -> sympy.ImmutableMatrix:
        """Return the exact Hessian; errors are those of :meth:`chamber`."""
        point = self.model.point(values)
        return expansion.hessian(self._sum.form(point).expr, point)

    def taylor(self, values: Point, order: int) -> sympy.Poly:
        """Return the exact Taylor polynomial in the chamber, in the displacements.

        Errors are those of :meth:`chamber`. On a wall take the form of a piece of
        :meth:`pieces_at` to :func:`slt_symbolic.exact.expansion.taylor_polynomial`.
        """
        point = self.model.point(values)
        return expansion.taylor_polynomial(self._sum.form(point).expr, point, order)

    def compile(self, *, nodes: int = 64) -> Callable[..., float]:
        """Return K and its gradient as one Numba function of a flat parameter vector.

        Parameters
        ----------
        nodes : int
            Points per input of the Gauss rule that stands for the law of analytic units, of at
            most 16384 points: from three inputs on, fewer nodes than these must be asked for.

        Returns
        -------
        callable
            ``potential(w, g)`` with float64 arrays: writes ∇K into ``g`` and returns K.

        Raises
        ------
        ValueError
            For unknown constants, for entries that are compound expressions where cells are
            summed, and for pairs of activations or rules without compiled form.

        Notes
        -----
        Every activation of this package has a compiled form under every law, with a truth of the
        same kind; :mod:`slt_symbolic.divergence.compilation` says which, and how accurate: near
        W0 mostly a relative error near rounding, but an absolute one under a normal law of
        several inputs and on spheres of more than three. Finite samples: the sum over the points.
        Analytic units: a Gauss rule, the product of one for each input. Its error falls
        geometrically in the number of nodes on bounded laws, and like exp(−c√nodes) under a
        normal law (tanh(x): 1e-10 at 64 nodes); compare with :meth:`enclosure`.
        """
        if self.constants:
            raise ValueError(f"unknown constants {list(self.constants)} must be numbers to compile")
        from slt_symbolic.divergence.compilation import compile_two_layer

        return compile_two_layer(self.model, self.truth, self.inputs, self.noise_variance, nodes)
