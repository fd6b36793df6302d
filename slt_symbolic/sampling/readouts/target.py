"""A target whose readouts are integrated out."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import numpy as np
from flint import arb, arb_mat, ctx
from numpy.typing import ArrayLike, NDArray

from slt_symbolic.sampling.errors import SamplingError
from slt_symbolic.sampling.priors import Prior
from slt_symbolic.sampling.target import Target

if TYPE_CHECKING:
    from slt_symbolic.inputs import InputDistribution
    from slt_symbolic.networks import TwoLayer
    from slt_symbolic.sampling.samplers import Sampler

__all__ = ["MarginalValue", "ReadoutTarget"]


@dataclass(frozen=True)
class MarginalValue:
    """What is left at a given w when the readouts are integrated out.

    Attributes
    ----------
    energy
        -log Z(beta | w) = log det(I + beta s^2 G)/2.
    lambda_hat
        E[beta K | w] = tr[beta s^2 G (I + beta s^2 G)^-1]/2, half the effective number of
        readouts that the data determine.
    """

    energy: Any
    lambda_hat: Any


@dataclass(frozen=True)
class ReadoutTarget(Target):
    """The posterior of weights and biases of a two-layer network, its readouts integrated out.

    Made by :meth:`of`. ``run_ladder`` samples it as any other target; the draws that it keeps are
    those of E[K | w], so that every estimate from means of K holds, with less variance. (The
    variance of these draws is not that of K.)

    Attributes
    ----------
    model
        The network, its readouts replaced by 1.
    points, omega
        The rule that stands for the law of the inputs, shapes (N, n) and (N,).
    deviation
        The standard deviation of the readouts' prior.

    References
    ----------
    Rao-Blackwellisation: Gelfand and Smith (1990), J. Amer. Statist. Assoc. 85, 398-409.
    """

    model: TwoLayer | None = field(default=None, kw_only=True)
    points: NDArray[np.float64] = field(default_factory=lambda: np.zeros((0, 1)), kw_only=True)
    omega: NDArray[np.float64] = field(default_factory=lambda: np.zeros(0), kw_only=True)
    deviation: float = field(default=1.0, kw_only=True)

    @classmethod
    def of(
        cls,
        model: TwoLayer,
        inputs: InputDistribution,
        prior: Prior,
        *,
        deviation: float = 1.0,
        nodes: int = 64,
    ) -> ReadoutTarget:
        """Integrate out the readouts of a network whose truth is 0.

        Parameters
        ----------
        model : TwoLayer
            A network whose readouts are parameters, each on its own, without an output bias.
        inputs : InputDistribution
            The law of the inputs: a finite sample, or one with a Gauss rule.
        prior : Prior
            The prior of the other parameters, in their order in ``model.parameters``.
        deviation : float
            The standard deviation s of each readout.
        nodes : int
            Points of the Gauss rule for each input. The larger beta, the more modes of the
            law must be resolved: compare two numbers of nodes (128 units under a normal law:
            at beta = 1e20, 64 nodes lack 5 % of lambda).

        Raises
        ------
        SamplingError
            If the network is not linear in its readouts, or the prior has another dimension.
        """
        from slt_symbolic.compiled.activations import value_and_slope
        from slt_symbolic.compiled.layout import layout_of
        from slt_symbolic.divergence.compiled_nodes import common_parity
        from slt_symbolic.divergence.gauss_rules import gauss_rule, half_rule
        from slt_symbolic.inputs import FiniteSample
        from slt_symbolic.networks import TwoLayer, Unit
        from slt_symbolic.sampling.readouts.marginal import compile_marginal

        hidden = _hidden_parameters(model)
        units = tuple(Unit(1, u.weights, u.bias) for u in model.units)
        plain = TwoLayer(model.activation, units, 0, hidden, model.inputs)
        layout, sigma = layout_of(plain), value_and_slope(model.activation)
        if layout is None or sigma is None or plain.constants:
            raise SamplingError(
                "model must have weights and biases of the form a + b * parameter, and an "
                f"activation with a compiled form; got {model.activation!r}"
            )
        if prior.dimension != len(hidden):
            raise SamplingError(
                f"prior must have {len(hidden)} coordinates for {hidden}, got {prior.dimension}"
            )
        if not (math.isfinite(deviation) and deviation > 0):
            raise SamplingError(f"deviation must be positive and finite, got {deviation}")
        if inputs.dimension != model.inputs:
            raise SamplingError(
                f"inputs must have {model.inputs} coordinate(s), got {inputs.dimension}"
            )
        if isinstance(inputs, FiniteSample):
            points = np.array([[float(c) for c in x] for x in inputs.points])
            omega = np.array([float(p) for p in inputs.weights or ()])
        else:
            points, omega = gauss_rule(inputs, nodes)
        parity = common_parity(plain)
        if parity is not None:
            points, omega = half_rule(points, omega, odd=parity == -1)
        kept = len(units) * (model.inputs + 1)
        potential = compile_marginal(
            sigma, points, omega, layout.place[:kept], layout.scale[:kept], layout.fixed[:kept],
            len(hidden), float(deviation),
        )  # fmt: skip
        return cls(
            potential, prior, model=plain, points=points, omega=omega, deviation=float(deviation)
        )

    def sweeps(self, sampler: Sampler) -> Any:
        """Return the compiled loop of a chain for a density that is no power of beta."""
        from slt_symbolic.sampling.readouts.sweeps import compiled_marginal_sweeps

        if sampler.minibatch:
            raise SamplingError(f"sampler {sampler.name} needs minibatches, readouts have none")
        return compiled_marginal_sweeps(sampler)

    def at(self, w: ArrayLike, beta: float) -> MarginalValue:
        """Return energy and conditional lambda_hat at weights and biases w, in float64.

        Raises
        ------
        ValueError
            If beta times the readouts' variance exceeds 1e28; see :meth:`enclosure`.
        """
        point = np.append(np.asarray(w, dtype=np.float64), math.log(beta))
        gradient = np.zeros_like(point)
        energy = float(self.compiled(point, gradient))
        return MarginalValue(energy, float(gradient[-1]))

    def enclosure(self, w: Sequence[float], beta: float, *, digits: int = 30) -> MarginalValue:
        """Return balls around energy and conditional lambda_hat, for any beta.

        Parameters
        ----------
        w
            Weights and biases, taken as the doubles that they are.
        beta
            The inverse temperature.
        digits
            Digits of the result. The work is done with as many more as the span of
            eigenvalues, from 1 to beta, costs.

        Notes
        -----
        The rule for the inputs counts as exact: what it lacks against the law is not enclosed.
        """
        if self.model is None or self.model.activation.ball is None:
            raise SamplingError("the activation has no enclosure")
        from slt_symbolic.compiled.layout import layout_of

        layout = layout_of(self.model)
        if layout is None:
            raise SamplingError("weights and biases must be a + b * parameter")
        span = 2 * max(0, math.ceil(math.log10(max(beta * self.deviation**2, 1))))
        with ctx.workdps(digits + span + 10):
            entries = [
                arb(f) + (arb(s) * arb(float(w[i])) if s else 0)
                for f, s, i in zip(
                    layout.fixed.tolist(), layout.scale.tolist(), layout.place.tolist(),
                    strict=True,
                )
            ]  # fmt: skip
            width, inputs = len(self.model.units), self.model.inputs
            ball: Any = self.model.activation.ball
            rows = []
            for x, mass in zip(self.points.tolist(), self.omega.tolist(), strict=True):
                factor = (arb(beta) * arb(mass)).sqrt() * arb(self.deviation)
                z = [
                    sum((arb(c) * entries[p * width + j] for p, c in enumerate(x)), arb(0))
                    + entries[inputs * width + j]
                    for j in range(width)
                ]
                rows.append([factor * ball(u) for u in z])
            c = arb_mat(rows)
            square = c.transpose() * c if width <= len(rows) else c * c.transpose()
            size = square.nrows()
            total = square + arb_mat(
                size, size, [int(i == j) for i in range(size) for j in range(size)]
            )
            inverse = total.inv()
            trace = sum((1 - inverse[i, i] for i in range(size)), arb(0))
            return MarginalValue(total.det().log() / 2, trace / 2)


def _hidden_parameters(model: TwoLayer) -> tuple[Any, ...]:
    """Return the parameters that are no readouts, or say why the network is not linear in those."""
    readouts = [u.readout for u in model.units]
    others = [e for u in model.units for e in (*u.weights, u.bias)]
    free = set().union(*(e.free_symbols for e in others)) if others else set()
    own = set(readouts)
    if len(own) < len(readouts) or not own <= set(model.parameters) or own & free:
        raise SamplingError("every readout must be a parameter of its own that stands nowhere else")
    if model.output_bias != 0:
        raise SamplingError(f"the output bias must be 0, got {model.output_bias}")
    if not free:
        raise SamplingError("model must have parameters besides its readouts")
    return tuple(p for p in model.parameters if p not in own)
