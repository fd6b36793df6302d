"""The Kullback–Leibler divergence K(w) of two-layer networks, exactly.

K(w) = E[(f(x, w) − f0(x))²]/(2σ²) for Gaussian output noise of variance σ². Truth units enter
with the opposite sign, so that K is one quadratic form in the neuron kernel:
K = (1/2σ²) Σ_ab r_a r_b k(u_a, u_b).
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from functools import cached_property
from typing import Any

import sympy
from flint import arb, ctx

from slt_symbolic.divergence.arrangement import chamber_samples, has_free_breaks
from slt_symbolic.divergence.exploration import explored_chambers
from slt_symbolic.divergence.piece import Piece
from slt_symbolic.divergence.quadratic_form import (
    PairForms,
    Values,
    difference,
    field_form,
    merged,
    quadratic_form,
    sweep,
)
from slt_symbolic.exact import expansion
from slt_symbolic.exact.chamber import Chamber, ChamberField
from slt_symbolic.exact.entries import irrational_numbers, sample_constants
from slt_symbolic.exact.numbers import RealField, exact
from slt_symbolic.inputs import (
    InputDistribution,
    StandardNormal,
    UniformBox,
    UniformInterval,
    UniformPolygon,
    UniformSphere,
)
from slt_symbolic.kernels import Feature, kernel_for
from slt_symbolic.kernels.algebraic import AlgebraicKernel
from slt_symbolic.networks import Point, TwoLayer


class KLDivergence:
    """K(w) of a network against a true network, for given inputs.

    Parameters
    ----------
    model : TwoLayer
        The network, with its parameters.
    truth : TwoLayer
        The true network, without parameters; unknown constants (symbols with assumptions) may
        stand in it. Its activation may differ from the model's.
    inputs : InputDistribution
        The law of the inputs.
    noise_variance : exact number
        σ², positive.

    Raises
    ------
    ValueError
        If the two do not fit together, or a pair of activations has no kernel under that law.

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
        truth: TwoLayer,
        inputs: InputDistribution,
        *,
        noise_variance: sympy.Expr | int = 1,
    ) -> None:
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
        self.terms = difference(model, truth)
        activations = {t.feature.activation.name: t.feature.activation for t in self.terms}
        # Looked up once, here, so that a pair without a kernel is refused at once.
        self._kernels = {
            (a, b): kernel_for(inputs, f, g)
            for a, f in activations.items()
            for b, g in activations.items()
        }

    @property
    def parameters(self) -> tuple[sympy.Symbol, ...]:
        """The parameters, in the order of the flat parameter vector."""
        return self.model.parameters

    @cached_property
    def constants(self) -> Values:
        """Unknown constants, each with a sample value that agrees with its sign."""
        entries = [e for t in self.terms for e in t.entries()]
        constants = sample_constants([*entries, *self._law_numbers, self.noise_variance])
        return {s: v for s, v in constants.items() if s not in self.parameters}

    @cached_property
    def is_algebraic(self) -> bool:
        """Whether K is a rational function of the parameters in each chamber."""
        # Some kernels over a field have transcendental values too: of sines, say.
        piecewise = all(t.feature.activation.branches is not None for t in self.terms)
        return piecewise and all(isinstance(k, AlgebraicKernel) for k in self._kernels.values())

    @property
    def _is_broken(self) -> bool:
        """Whether all units are piecewise polynomial."""
        networks = (n for n in (self.model, self.truth) if n.units)
        return all(n.activation.branches is not None for n in networks)

    @cached_property
    def _law_numbers(self) -> list[sympy.Expr]:
        found = [k.numbers() for k in self._kernels.values() if isinstance(k, AlgebraicKernel)]
        return found[0] if found else []

    @cached_property
    def _numbers(self) -> set[sympy.Expr]:
        entries = [e for t in self.terms for e in t.entries()]
        return irrational_numbers([*entries, *self._law_numbers, self.noise_variance])

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
        point = self.model.point(values)
        terms = [t.subs(point) for t in self.terms] if point else self.terms
        if not self.is_algebraic:
            total = quadratic_form(merged(terms), lambda g, h: self._kernel(g, h).exact(g, h))
            return total / (2 * self.noise_variance)
        field = self._field((), point)
        if isinstance(self.inputs, UniformInterval):
            moment = sweep(field, self.inputs, terms)
        else:
            moment = field_form(field, terms, lambda g, h: self._over(field, g, h))
        return self._scale(field, moment)

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
        with ctx.workdps(digits + 5):
            if self.is_algebraic:
                value = self.at(values)
                field = RealField.containing([value])
                return field.enclose(field.element(value))
            point = self.model.point(values)
            terms = merged([t.subs(point) for t in self.terms])
            total = arb(0)
            for i, s in enumerate(terms):
                for t in terms[: i + 1]:
                    weight = s.readout * t.readout * (1 if s is t else 2)
                    if weight != 0:
                        g, h = s.feature, t.feature
                        ball = self._kernel(g, h).enclosure(g, h, digits=digits)
                        total += _ball(weight) * ball
            return total / (2 * _ball(self.noise_variance))

    def chamber(self, values: Point) -> Piece:
        """Return the closed form of K around an exact parameter, and its chamber.

        Raises
        ------
        WallError
            If the parameter lies on a wall between chambers, where there are several forms.
        NoClosedFormError
            If a kernel that is needed has no closed form.
        """
        return self._form(self.model.point(values))

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
        if not self.is_algebraic:
            raise ValueError(
                "all pieces are listed for kernels that are rational in each chamber only; "
                f"ask for the chamber around a point instead, inputs are {self.inputs!r}"
            )
        return self._merged(self._chambers(limit))

    @staticmethod
    def _merged(
        chambers: Iterable[tuple[sympy.Expr, tuple[sympy.Expr, ...]]],
    ) -> tuple[Piece, ...]:
        forms: dict[sympy.Expr, dict[Chamber, None]] = {}
        for expr, conditions in chambers:
            forms.setdefault(expr, {})[Chamber(frozenset(conditions))] = None
        return tuple(Piece(expr, tuple(found)) for expr, found in forms.items())

    def _chambers(
        self, limit: int, at: Values | None = None
    ) -> Iterator[tuple[sympy.Expr, tuple[sympy.Expr, ...]]]:
        known: PairForms = {}
        if at is None and isinstance(self.inputs, UniformInterval) and has_free_breaks(self.model):
            samples = chamber_samples(self.model, self.truth, self.inputs, self.constants)
            return (self._rational_form(sample, known) for sample in samples)
        if self.constants:
            raise ValueError(
                f"unknown constants {list(self.constants)} must be numbers to list all pieces; "
                "ask for the chamber around a point instead"
            )
        return explored_chambers(
            lambda sample: self._rational_form(sample, known), self.parameters, limit=limit, at=at
        )

    @cached_property
    def expr(self) -> sympy.Expr:
        """K as one SymPy expression, a ``Piecewise`` if it has several pieces."""
        pieces = self.pieces()
        if len(pieces) == 1:
            return pieces[0].expr
        branches = [
            (p.expr, sympy.Or(*(sympy.And(*(c >= 0 for c in ch.conditions)) for ch in p.chambers)))
            for p in pieces
        ]
        return sympy.Piecewise(*branches)

    def pieces_at(self, values: Point, *, limit: int = 1000) -> tuple[Piece, ...]:
        """Return the pieces whose conditions hold weakly at an exact parameter.

        On a wall, as every true parameter is whose breaks are the truth's, these are the several
        closed forms that meet there. Other chambers are not visited. Parameter and exceptions are
        those of :meth:`pieces`.
        """
        point = self.model.point(values)
        if self.constants or not self.is_algebraic:
            return tuple(p for p in self.pieces(limit=limit) if p.closure_contains(point))
        return self._merged(self._chambers(limit, point))

    def gradient(self, values: Point) -> sympy.ImmutableMatrix:
        """Return the exact gradient, a column; errors are those of :meth:`chamber`."""
        point = self.model.point(values)
        return expansion.gradient(self._form(point).expr, point)

    def hessian(self, values: Point) -> sympy.ImmutableMatrix:
        """Return the exact Hessian; errors are those of :meth:`chamber`."""
        point = self.model.point(values)
        return expansion.hessian(self._form(point).expr, point)

    def taylor(self, values: Point, order: int) -> sympy.Poly:
        """Return the exact Taylor polynomial in the chamber, in the displacements.

        Errors are those of :meth:`chamber`; on a wall take the form of a piece of
        :meth:`pieces_at` to :func:`slt_symbolic.exact.expansion.taylor_polynomial`.
        """
        point = self.model.point(values)
        return expansion.taylor_polynomial(self._form(point).expr, point, order)

    def _repr_latex_(self) -> str:
        return rf"$\displaystyle K = {sympy.latex(self.expr)}$"

    def compile(self, *, nodes: int = 64) -> Callable[..., float]:
        """Return K and its gradient as one Numba function of a flat parameter vector.

        Parameters
        ----------
        nodes : int
            Points per input of the Gauss rule that stands for the law where it is used.

        Returns
        -------
        callable
            ``potential(w, g)`` with float64 arrays: writes ∇K into ``g`` and returns K.

        Raises
        ------
        ValueError
            For unknown constants, and for laws and activations without compiled form.

        Notes
        -----
        Continuous, piecewise linear units that vanish at 0: closed forms. On an interval, on a
        polygon or a box in the plane, and under a normal law of one input, the relative error is
        near rounding for every K above the underflow of its square root (the files named
        ``compiled_*`` state the exceptions); so it is on the circle. On a box of three inputs
        f − f0 has an absolute error near rounding. On the sphere there is a Gauss rule over
        latitudes, with a relative error below 1e-6. Under a normal law of several inputs the
        absolute error of K is near rounding, and on spheres without biases as well: more than
        three inputs on a sphere need biases 0. Finite samples: the sum over the points.
        Analytic units: a Gauss rule, the product of one for each of at most three inputs. Its
        error falls geometrically in the number of nodes on bounded laws, and like exp(−c√nodes)
        under a normal law (tanh(x): 1e-10 at 64 nodes); compare with :meth:`enclosure`.
        """
        from slt_symbolic.divergence.compiled_angles import compile_angles
        from slt_symbolic.divergence.compiled_box import compile_box
        from slt_symbolic.divergence.compiled_circle import compile_circle
        from slt_symbolic.divergence.compiled_interval import compile_interval
        from slt_symbolic.divergence.compiled_nodes import compile_on_nodes
        from slt_symbolic.divergence.compiled_normal import compile_normal
        from slt_symbolic.divergence.compiled_normal_line import compile_normal_line
        from slt_symbolic.divergence.compiled_polygon import compile_polygon
        from slt_symbolic.divergence.compiled_sphere import compile_sphere

        if self.constants:
            raise ValueError(f"unknown constants {list(self.constants)} must be numbers to compile")
        networks, variance = (self.model, self.truth), float(self.noise_variance)
        law: Any = self.inputs
        if isinstance(law, UniformBox) and law.dimension == 1:
            law = law.sides[0]
        if self._is_broken:
            if isinstance(law, UniformInterval):
                return compile_interval(*networks, law, variance)
            if isinstance(law, UniformPolygon | UniformBox) and law.dimension == 2:
                return compile_polygon(*networks, law, variance)
            if isinstance(law, UniformBox) and law.dimension == 3:
                return compile_box(*networks, law, variance)
            if law == StandardNormal(1):
                return compile_normal_line(*networks, variance)
            biased = any(u.bias != 0 for network in networks for u in network.units)
            if isinstance(law, StandardNormal) and biased:
                return compile_normal(*networks, variance)
            if isinstance(law, UniformSphere) and law.dimension == 2 and biased:
                return compile_circle(*networks, variance)
            if isinstance(law, UniformSphere) and law.dimension == 3 and biased:
                return compile_sphere(*networks, variance)
            if isinstance(law, StandardNormal | UniformSphere):
                return compile_angles(*networks, law, variance)
        return compile_on_nodes(self.model, self.truth, self.inputs, self.noise_variance, nodes)

    def _kernel(self, g: Feature, h: Feature) -> Any:
        return self._kernels[g.activation.name, h.activation.name]

    def _over(self, field: Any, g: Feature, h: Feature) -> Any:
        return self._kernel(g, h).over(field, g, h)

    def _field(self, parameters: tuple[sympy.Symbol, ...], point: Values) -> Any:
        numbers = self._numbers | irrational_numbers(point.values())
        constants = {**self.constants, **sample_constants(point.values())}
        if not parameters and not constants:
            return RealField.containing(numbers)
        sample = {p: v.subs(constants) for p, v in point.items()} if constants else point
        return ChamberField(parameters, tuple(constants), {**sample, **constants}, numbers)

    def _form(self, point: Values) -> Piece:
        if not self.is_algebraic:
            return self._transcendental_form(point)
        expr, conditions = self._rational_form(point, {})
        return Piece(expr, (Chamber(frozenset(conditions)),))

    def _rational_form(
        self, point: Values, known: PairForms
    ) -> tuple[sympy.Expr, tuple[sympy.Expr, ...]]:
        """Return K around a point with the polynomials that are positive there, in order.

        The forms of pairs of units that are known there are used again.
        """
        field = self._field(self.parameters, point)
        if not isinstance(field, ChamberField):
            return self.at(point), ()
        conditions: dict[sympy.Expr, None] = {}

        def pair(g: Feature, h: Feature) -> Any:
            forms = known.setdefault((field.base, g, h), [])
            for value, region in forms:
                if field.holds(region):
                    conditions.update(dict.fromkeys(region))
                    return value
            local = field.fresh()
            value = self._over(local, g, h)
            forms.append((value, local.walls))
            conditions.update(dict.fromkeys(local.walls))
            return value

        moment = field_form(field, self.terms, pair)
        return self._scale(field, moment), tuple(conditions)

    def _transcendental_form(self, point: Values) -> Piece:
        conditions: set[sympy.Expr] = set()

        def pair(g: Feature, h: Feature) -> sympy.Expr:
            form, chamber = self._kernel(g, h).closed_form(g, h, point)
            conditions.update(chamber.conditions)
            return form

        total = quadratic_form(self.terms, pair)
        return Piece(total / (2 * self.noise_variance), (Chamber(frozenset(conditions)),))

    def _scale(self, field: Any, second_moment: Any) -> sympy.Expr:
        return field.to_sympy(second_moment / (2 * field.element(self.noise_variance)))


def _ball(number: sympy.Expr) -> arb:
    field = RealField.containing([number])
    return field.enclose(field.element(number))
