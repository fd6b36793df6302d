"""From descriptions and problems to what the samplers draw from, and what theory predicts."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import sympy

from slt_symbolic.descriptions import Divergence, read_divergence
from slt_symbolic.descriptions.section import Section
from slt_symbolic.divergence import KLDivergence
from slt_symbolic.divergence.expression_tape import tape_of
from slt_symbolic.divergence.tape_interpreter import compile_tape
from slt_symbolic.rlct import (
    AnalyticProblem,
    CompactProblem,
    MomentProblem,
    TanhProblem,
)
from slt_symbolic.rlct.suite import Case, read_suite
from slt_symbolic.sampling import Prior, Target, UniformBox, population_target
from slt_symbolic.sampling.priors import Weighted
from slt_symbolic.sampling.restricted import restrict

from .sampling_config import Config, read_config, read_prior, sections
from .sampling_local import Around, neighbourhood, predict_at
from .sampling_predictions import Prediction, predict_network, predict_problem

__all__ = ["Model", "divergence_of", "model_of_case", "model_of_description", "read_case"]


@dataclass(frozen=True)
class Model:
    """What is sampled.

    Attributes
    ----------
    name, parameters
        For the reader.
    target
        K and the prior.
    config
        As the file has it.
    predict
        A function of a budget in seconds that derives lambda and m.
    around
        The weights whose neighbourhood is sampled, if it is one.
    """

    name: str
    parameters: tuple[str, ...]
    target: Target
    config: Config
    predict: Callable[[float], Prediction]
    around: Around | None = None


def model_of_description(content: bytes, name: str, config: Config | None = None) -> Model:
    """Return the model of a network in TOML with a section [prior], or near given weights.

    Parameters
    ----------
    content
        Of the file: a worker elsewhere need not have it.
    name
        What messages call it.
    config
        Settings that stand in place of the section [sampling]. With ``around`` in them the
        neighbourhood of these weights stands in place of [prior].

    Raises
    ------
    DescriptionError
        If the description, its prior or its section [sampling] is not of the form.
    ValueError
        If its K cannot be compiled, or ``around`` does not fit its parameters.
    """
    K, whole = divergence_of(content, name)
    if config is None:
        config = read_config(whole.section("sampling"))
    names = tuple(p.name for p in K.parameters)
    weights = config.around
    if weights is not None:
        target, around = neighbourhood(K, config)
        return Model(
            Path(name).name, names, target, config,
            lambda budget: predict_at(K, weights, budget), around,
        )  # fmt: skip
    if "prior" not in whole:
        raise whole.error('sampling needs a prior, such as law = "uniform-box"', "prior")
    prior = read_prior(whole.section("prior"), len(K.parameters))
    if isinstance(K, KLDivergence):
        target = population_target(K, prior)
    else:
        target = Target(K.compile(), prior)
    return Model(
        Path(name).name,
        names,
        target,
        config,
        lambda budget: predict_network(K, whole, budget),
    )


def divergence_of(content: bytes, name: str) -> tuple[Divergence, Section]:
    """Return K of a description, and the whole file for its further sections."""
    return read_divergence(content, name).K, sections(content, name)


def read_case(file: Path, case_id: str | None) -> Case:
    """Return the only case of a file, or the one that is named.

    Raises
    ------
    ValueError
        If there are several and none is named, or none has the name.
    """
    cases = read_suite(file)
    if case_id is None:
        if len(cases) > 1:
            raise ValueError(f"{file} holds {len(cases)} cases: choose one with --case")
        return cases[0]
    for case in cases:
        if case.id == case_id:
            return case
    raise ValueError(f"{file}: no case {case_id!r}")


def model_of_case(case: Case, *, half_width: sympy.Rational = sympy.S.One) -> Model:
    """Return the model of an RLCT problem: its K, uniform or weighted on a box.

    Parameters
    ----------
    case
        The problem. One at a point gets the box of this half-width around it.
    half_width
        A positive rational.

    Raises
    ------
    RLCTError
        If the problem makes no sense.
    """
    problem = case.problem()
    names = tuple(problem.variables)
    if isinstance(problem, CompactProblem):
        pairs = problem.box
        if isinstance(pairs, Mapping):
            pairs = [pairs[name] for name in names]
        box = [(sympy.Rational(a), sympy.Rational(b)) for a, b in pairs]
    else:
        point = [sympy.Rational(str(c)) for c in _point(problem)]
        box = [(c - half_width, c + half_width) for c in point]
    K = _expression(problem)
    potential = compile_tape(tape_of(K, names))
    restricted = bool(problem.region)
    if restricted:
        inside = sympy.Min(*problem.region) if len(problem.region) > 1 else problem.region[0]
        potential = restrict(potential, compile_tape(tape_of(inside, names)))
    lower, upper = (tuple(float(end) for end in side) for side in zip(*box, strict=True))
    prior: Prior = UniformBox(lower, upper)
    if isinstance(problem.prior, list | tuple) and problem.prior:
        prior = Weighted(prior, _energy(problem.prior, names))
    return Model(
        case.id,
        tuple(str(name) for name in names),
        Target(potential, prior, restricted=restricted),
        Config(),
        lambda budget: predict_problem(problem, K, names, box, budget),
    )


def _point(problem: Any) -> Sequence[Any]:
    return problem.at if isinstance(problem, AnalyticProblem | MomentProblem) else problem.point


def _expression(problem: Any) -> sympy.Expr:
    """Return K as an expression: what is a sum of squares stays one."""
    if isinstance(problem, AnalyticProblem):
        parts = [f**2 if problem.squares else f for f in problem.functions]
        return sympy.Add(*parts)
    if isinstance(problem, TanhProblem):
        return problem.comparable()
    if isinstance(problem, MomentProblem):
        names = [str(v) for v in problem.variables]
        squares = []
        for generator in problem.generators:
            terms = [
                sympy.Rational(str(c))
                * sympy.Mul(*(v**e for v, e in zip(problem.variables, powers, strict=True)))
                for powers, c in generator.terms()
            ]
            squares.append(sympy.Add(*terms) ** 2)
        if not squares:
            raise ValueError(f"no generators in {names}")
        return sympy.Add(*squares)
    expression: sympy.Expr = problem.K
    return expression


def _energy(
    factors: Sequence[tuple[sympy.Expr, sympy.Rational]], names: Sequence[sympy.Symbol]
) -> Callable[..., float]:
    """Compile -sum s log|p| of a density prod |p|^s."""
    from numba import njit

    terms = [-s * sympy.log(sympy.Abs(p)) for p, s in factors]
    inner: Any = compile_tape(tape_of(sympy.Add(*terms), names))

    @njit(error_model="numpy")
    def energy(w, h):  # type: ignore[no-untyped-def]  # compiled
        slope = np.empty_like(h)
        value = inner(w, slope)
        for i in range(h.shape[0]):
            h[i] += slope[i]
        return value

    result: Callable[..., float] = energy
    return result
