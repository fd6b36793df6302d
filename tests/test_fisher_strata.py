"""Types of ReLU and of tanh-like networks: the formula for the rank against its proof."""

from collections import Counter
from itertools import permutations

import numpy as np
import pytest
import sympy
from sympy import Rational, sqrt

from slt_symbolic.activations import (
    ARCTAN,
    ERF,
    GAUSSIAN,
    GELU,
    RELU,
    SIGMOID,
    SIN,
    SOFTPLUS,
    TANH,
    swish,
)
from slt_symbolic.fisher import (
    FisherInformation,
    degeneracy_components,
    jet_rank,
    jet_strata,
    relu_rank,
    relu_strata,
)
from slt_symbolic.inputs import StandardNormal
from slt_symbolic.networks import TwoLayer

JETS = [TANH, SIGMOID, SOFTPLUS, swish(2), GELU, ERF, GAUSSIAN, ARCTAN]


def network(rng, sigma):
    """Return a random network and a parameter of a random type."""
    n, d = int(rng.integers(1, 2, endpoint=True)), int(rng.integers(1, 4, endpoint=True))
    options = {} if rng.random() < 0.7 else {"biases": 0}
    if rng.random() < 0.4:
        options["output_bias"] = 0
    model = TwoLayer.symbolic(sigma, inputs=n, width=d, **options)
    lines, values = [], []
    for i in range(d):
        line = [Rational(int(rng.integers(-2, 2, endpoint=True)), 2) for _ in range(n + 1)]
        if i and rng.random() < 0.5:
            line = [int(rng.choice((1, -1))) * e for e in lines[rng.integers(i)]]
        if rng.random() < 0.15:
            line[:-1] = [sympy.S.Zero] * n
        lines.append(line)
        values += line[:n] if "biases" in options else line
        values.append(Rational(int(rng.choice((0, 1, -1, 2)))))
    return model, values if "output_bias" in options else [*values, sympy.S.One]


def agreement(sigma, count, seed):
    rng, seen = np.random.default_rng(seed), Counter()
    for _ in range(count):
        model, values = network(rng, sigma)
        proof = FisherInformation(model, StandardNormal(model.inputs)).rank_proof(values)
        assert proof.known == "proved"
        assert jet_rank(model, values) == proof.value, (model, values)
        seen[proof.value < len(values)] += 1
    assert min(seen.values()) > count // 10


@pytest.mark.parametrize("sigma", JETS, ids=str)
def test_the_formula_is_the_proved_rank(sigma):
    agreement(sigma, 20, len(sigma.name))


@pytest.mark.slow
@pytest.mark.parametrize("sigma", JETS, ids=str)
def test_the_formula_is_the_proved_rank_of_hundreds(sigma):
    agreement(sigma, 200, 100 + len(sigma.name))


@pytest.mark.parametrize("model", [
    TwoLayer.symbolic(TANH, width=2), TwoLayer.symbolic(SIGMOID, width=2, output_bias=0),
    TwoLayer.symbolic(GAUSSIAN, inputs=2, width=2, biases=0),
    TwoLayer.symbolic(GELU, width=2),
], ids=str)  # fmt: skip
def test_every_type_has_the_rank_of_its_point(model):
    strata = jet_strata(model)
    law = StandardNormal(model.inputs)
    assert len({s.kinds for s in strata}) == len(strata)
    for s in strata:
        fisher = FisherInformation(model, law)
        assert fisher.rank(s.point) == s.rank
        assert all(e.subs(s.point) == 0 for e in s.equations)
        jacobian = sympy.Matrix(s.equations).jacobian(model.parameters) if s.equations else None
        assert s.codimension == (0 if jacobian is None else jacobian.subs(s.point).rank())
    assert strata[0].codimension == 0


def test_numbers_of_types():
    assert len(jet_strata(TwoLayer.symbolic(TANH, width=1))) == 6
    assert len(jet_strata(TwoLayer.symbolic(SIGMOID, width=1))) == 4
    assert len(jet_strata(TwoLayer.symbolic(TANH, width=1, biases=0))) == 4


@pytest.mark.parametrize("model", [
    TwoLayer.symbolic(TANH, width=3), TwoLayer.symbolic(RELU, width=3),
    TwoLayer.symbolic(SIGMOID, width=3, biases=0), TwoLayer.symbolic(RELU, inputs=2, width=2),
], ids=str)  # fmt: skip
def test_components_are_where_the_rank_drops(model):
    """A point is degenerate exactly if, with its units permuted, it is on some component."""
    strata = (relu_strata if model.activation == RELU else jet_strata)(model)
    components = degeneracy_components(model)
    assert all(s.rank < strata[0].rank for s in components)
    rows = [[u.readout, *u.weights, *([u.bias] if u.bias.is_Symbol else [])] for u in model.units]
    for s in strata:
        orders = []
        for order in permutations(rows):
            moved = [p for row in order for p in row]
            plain = [p for row in rows for p in row]
            orders.append({**s.point, **dict(zip(plain, (s.point[p] for p in moved), strict=True))})
        on = any(all(e.subs(p) == 0 for e in c.equations) for p in orders for c in components)
        assert on == (s.rank < strata[0].rank), s


def test_a_fixed_output_bias_keeps_opposite_pairs_regular():
    """One pair of opposite ReLU units makes up for the missing constant; two do not."""
    model = TwoLayer.symbolic(RELU, width=2, output_bias=0)
    assert ("H1+", "H1-") not in [s.kinds for s in degeneracy_components(model)]
    assert relu_rank(model, [1, 1, 1, -1, -1, 2]) == 4
    four = TwoLayer.symbolic(RELU, width=4, output_bias=0)
    pairs = [1, 1, 1, -1, -1, 2, 1, 2, 1, -1, -2, 2]
    assert relu_rank(four, pairs) == FisherInformation(four, StandardNormal()).rank(pairs) == 6


@pytest.mark.parametrize(("model", "values", "error", "match"), [
    (TwoLayer.symbolic(SIN, width=1), [1] * 4, ValueError, "not known of sin"),
    (TwoLayer.symbolic(TANH, width=1, biases=1), [1] * 3, ValueError, "all biases 0"),
    (TwoLayer.symbolic(TANH, width=1, weights=1), [1] * 3, ValueError, "parameter of its own"),
])  # fmt: skip
def test_other_networks_are_refused(model, values, error, match):
    with pytest.raises(error, match=match):
        jet_rank(model, values)


def test_irrational_units_are_compared_exactly():
    model = TwoLayer.symbolic(TANH, width=2)
    tiny = Rational(1, 10**30)
    assert jet_rank(model, [sqrt(2), 1, 1, -sqrt(2), -1, 1, 0]) == 4
    assert jet_rank(model, [sqrt(2), 1, 1, -sqrt(2) + tiny, -1, 1, 0]) == 7
