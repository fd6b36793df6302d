"""The Fisher information of two-layer networks: matrix, rank with proof, null relations."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING

import sympy

from slt_symbolic.fisher.base import ScoreFisher
from slt_symbolic.fisher.evaluation import independent_by_values
from slt_symbolic.fisher.samples import distinct_points
from slt_symbolic.fisher.scores import Scores, network_scores
from slt_symbolic.inputs import FiniteSample, InputDistribution
from slt_symbolic.networks import Point, TwoLayer

if TYPE_CHECKING:
    import numpy as np


class FisherInformation(ScoreFisher):
    """The Fisher information of a two-layer network.

    Parameters
    ----------
    model : TwoLayer or sequence of TwoLayer
        The network; for several outputs one ``TwoLayer`` each, over the same parameters. Any
        activation; entries may be fixed or tied.
    inputs : InputDistribution
        The law of the inputs.
    noise_variance : exact number
        σ², positive.

    Raises
    ------
    ValueError
        If model and law do not fit together, or the noise variance is not positive.

    Notes
    -----
    I_jk(w) = E[∂_j f ∂_k f]/σ², for several outputs summed over them. It does not depend on the
    truth; at a true parameter it is the Hessian of K (where K is twice differentiable). It is
    degenerate exactly where the scores ∂_j f are linearly dependent. The scores are written in
    functions of the input that are known to be independent, so that ranks and relations are
    exact linear algebra. They are never taken from the singular values of a float matrix.

    Examples
    --------
    >>> from slt_symbolic.activations import RELU, TANH
    >>> from slt_symbolic.inputs import StandardNormal, UniformInterval
    >>> model = TwoLayer.symbolic(RELU, width=1, biases=0, output_bias=0)
    >>> fisher = FisherInformation(model, UniformInterval(-sympy.sqrt(6), sympy.sqrt(6)))
    >>> fisher.matrix({"w1": 2, "q1": sympy.Rational(1, 2)})
    Matrix([
    [1/4, 1],
    [  1, 4]])
    >>> fisher.null_fields({"w1": 2, "q1": 3}).fields
    ((w1, -q1),)

    A pair of opposite tanh units in the plane moves in three directions without effect:

    >>> model = TwoLayer.symbolic(TANH, inputs=2, width=2, biases=0, output_bias=0)
    >>> fisher = FisherInformation(model, StandardNormal(2))
    >>> print(fisher.null_relations([1, 2, 3, -1, -2, 5]))
    rank 3 of 6; (5)*d/dw1_1 + (-3)*d/dw2_1 = 0; (5)*d/dw1_2 + (-3)*d/dw2_2 = 0; ...
    """

    def __init__(
        self,
        model: TwoLayer | Sequence[TwoLayer],
        inputs: InputDistribution,
        *,
        noise_variance: sympy.Expr | int = 1,
    ) -> None:
        self.models = (model,) if isinstance(model, TwoLayer) else tuple(model)
        if not self.models:
            raise ValueError("model must be a network, or a network for each output; got none")
        for m in self.models:
            if m.inputs != inputs.dimension:
                raise ValueError(
                    f"model must have {inputs.dimension} input(s) as the law of the inputs has, "
                    f"it has {m.inputs}"
                )
            if m.parameters != self.models[0].parameters:
                raise ValueError(
                    f"model must have the same parameters for each output, got "
                    f"{self.models[0].parameters} and {m.parameters}"
                )
        super().__init__(inputs, noise_variance)

    @property
    def model(self) -> TwoLayer:
        """The network of the first output."""
        return self.models[0]

    @property
    def parameters(self) -> tuple[sympy.Symbol, ...]:
        """The parameters, in the order of rows and columns."""
        return self.model.parameters

    def point(self, values: Point) -> dict[sympy.Symbol, sympy.Expr]:
        """Return an exact number for every parameter."""
        return self.model.point(values)

    def scores(self, values: Point, *, symbolic: bool = False) -> Scores:
        """Return the scores in independent atoms, at a parameter or in the chamber around it."""
        return network_scores(self.models, self.inputs, self.point(values), symbolic=symbolic)

    def independent_by_values(
        self, values: Point, rows: tuple[int, ...]
    ) -> tuple[tuple[int, ...], str]:
        """Return scores that are proved independent by their values at some inputs, and how."""
        return independent_by_values(self.models, self.inputs, self.point(values), rows)

    def rank_limit(self) -> int | None:
        """Return the number of values that a finite sample has, else None."""
        if isinstance(self.inputs, FiniteSample):
            return len(distinct_points(self.inputs)) * len(self.models)
        return None

    def compile(self, *, nodes: int = 64) -> Callable[[np.ndarray], np.ndarray]:
        """Return w ↦ I(w) in floating point, a Numba function of flat parameter vectors.

        Parameters
        ----------
        nodes : int
            Points per input of the Gauss rule that stands for the law where one is used.

        Returns
        -------
        callable
            ``matrix(w)``: float64, shape (parameters, parameters), symmetric. Other compiled code
            can call it.

        Raises
        ------
        ValueError
            For unknown constants, and for laws and activations without compiled form; from
            ``matrix`` for a vector of another length.
        NotDifferentiableError
            For weights or biases of units that jump.

        Notes
        -----
        Piecewise linear units: exact moments of the cells between breaks, so that errors are near
        rounding, relative to the terms of an entry. They are known on intervals and polygons, on
        boxes of up to five inputs, under normal laws and on spheres of any dimension. Finite
        samples: the sum. Analytic units: the Gauss rule of
        :func:`~slt_symbolic.divergence.compiled_nodes.gauss_rule`, whose error falls
        geometrically in the number of nodes, faster for smaller weights (like exp(−c√nodes) under
        a normal law); comparing two numbers of nodes shows it. Where a unit breaks exactly at a
        point of the sample the mean of both slopes counts.

        Examples
        --------
        >>> import numpy as np
        >>> from slt_symbolic.activations import RELU
        >>> from slt_symbolic.inputs import UniformInterval
        >>> model = TwoLayer.symbolic(RELU, width=1, biases=0, output_bias=0)
        >>> matrix = FisherInformation(model, UniformInterval(-1, 1)).compile()
        >>> matrix(np.array([3.0, 2.0])) * 6
        array([[4., 6.],
               [6., 9.]])
        """
        from slt_symbolic.fisher.compiled import compile_matrix

        return compile_matrix(self.models, self.inputs, self.noise_variance, nodes)
