"""Strata of networks with fixed and tied entries: complete on grids, two algorithms on a line."""

from itertools import product

import pytest
import sympy
from sympy import Rational

from slt_symbolic.activations import ABSOLUTE, RELU, SIGMOID, TANH
from slt_symbolic.divergence import KLDivergence
from slt_symbolic.inputs import (
    StandardNormal,
    UniformBox,
    UniformInterval,
    UniformPolygon,
    UniformSphere,
)
from slt_symbolic.networks import TwoLayer, Unit
from slt_symbolic.true_set import TrueSet, UnsupportedError
from slt_symbolic.true_set.general import eliminated_strata
from slt_symbolic.true_set.imposed import imposed_strata

HALF = Rational(1, 2)
GRID = (-1, 0, HALF, 1)
q, p, w, v, b = sympy.symbols("q p w v b", real=True)
PLANE = StandardNormal(2)
SQUARE = UniformBox((-1, -1), (1, 1))
TRIANGLE = UniformPolygon([(-1, -1), (2, -1), (0, 1)])
BIASED = [Unit(1, (1, 0), HALF)]
DIAGONAL = [Unit(1, (1, 1), 0)]


def model(sigma, units, constant=0):
    entries = [*(e for u in units for e in u.entries()), sympy.sympify(constant)]
    used = set().union(*(e.free_symbols for e in entries))
    return TwoLayer(sigma, units, constant, tuple(s for s in (q, p, w, v, b) if s in used))


FIXED = [Unit(q, (1, 0), b), Unit(p, (w, 1), 0)]
SWAPPED = [Unit(q, (w, v), 0), Unit(p, (v, w), 0)]
DOUBLED = [Unit(q, (w, v), b), Unit(p, (w, v), b)]
CASES = {
    "fixed, plane": (model(RELU, FIXED), BIASED, PLANE),
    "fixed, square": (model(RELU, FIXED), BIASED, SQUARE),
    "swapped": (model(RELU, SWAPPED), DIAGONAL, PLANE),
    "swapped, triangle": (model(ABSOLUTE, SWAPPED), DIAGONAL, TRIANGLE),
    "swapped, tanh": (model(TANH, SWAPPED), DIAGONAL, SQUARE),
    "cancelling": (model(RELU, DOUBLED), [], PLANE),
    "opposite": (model(RELU, [Unit(q, (w, v), b), Unit(p, (-w, -v), -b)], p * 0), [], PLANE),
    "biases on a line": (model(TANH, [Unit(q, (w,), b), Unit(p, (w,), v)]), [Unit(1, (1,), 0)],
                         StandardNormal()),
    "sigmoid": (model(SIGMOID, [Unit(q, (w,), 0), Unit(p, (1,), b)], v), [Unit(1, (-1,), 0)],
                UniformInterval(-1, 1)),
}  # fmt: skip


def true_set(case):
    net, units, law = case
    return TrueSet(net, TwoLayer(net.activation, units, inputs=net.inputs), law)


def holds(piece, point):
    """Whether a point satisfies a piece's equations and conditions."""
    free = {s: point[s] for s in piece.free}
    return all(sympy.simplify(e.subs(free) - point[s]) == 0 for s, e in piece.dependent.items()) \
        and all(c.subs(free) == sympy.true for c in piece.conditions())  # fmt: skip


def grid(net):
    entries = GRID if len(net.parameters) < 5 else (0, 1, -1)
    for values in product(entries, repeat=len(net.parameters)):
        yield dict(zip(net.parameters, values, strict=True))


@pytest.mark.parametrize(
    "name", [pytest.param(n, marks=pytest.mark.slow) if n == "cancelling" else n for n in CASES]
)
def test_every_true_grid_point_is_on_one_piece_and_no_other_is(name):
    W0 = true_set(CASES[name])
    assert W0.strata
    K = KLDivergence(W0.model, W0.truth, W0.inputs)
    true = 0
    for k, point in enumerate(grid(W0.model)):
        answer = W0.explain(point)
        if answer.is_true:
            true += 1
            (piece,) = (s for s in W0.strata if holds(s, point))
            assert answer.stratum.places == piece.places
        elif k % 41 == 0:
            assert not any(holds(s, point) for s in W0.strata)
        if W0.model.activation.branches is not None and (answer.is_true or k % 97 == 0):
            # By integration: no measure is involved.
            assert (K.at(point) == 0) == answer.is_true
    assert true > 2


@pytest.mark.parametrize("name", CASES)
def test_points_are_true_and_dimensions_leave_room_for_the_rank(name):
    W0 = true_set(CASES[name])
    for piece in W0.strata:
        assert holds(piece, piece.point())
        assert W0.contains(piece.point())
        rank = W0.fisher_rank(piece)
        assert rank is None or piece.dimension + rank <= piece.ambient


@pytest.mark.parametrize("law", [StandardNormal(), UniformInterval(-1, 2)], ids=str)
@pytest.mark.parametrize("units", [
    [Unit(q, (w,), b), Unit(1, (w,), 0)],
    [Unit(q, (1,), b), Unit(p, (-1,), b)],
], ids=["tied", "fixed"])  # fmt: skip
def test_on_a_line_both_algorithms_agree(units, law):
    net = model(RELU, units, v)
    truth = TwoLayer(RELU, [Unit(1, (1,), 0)])
    first, second = (list(f(net, truth, law)) for f in (eliminated_strata, imposed_strata))
    assert first
    assert max(s.dimension for s in first) == max(s.dimension for s in second)
    for pieces, others in ((first, second), (second, first)):
        assert all(any(holds(s, piece.point()) for s in others) for piece in pieces)


def test_a_known_answer():
    """Units q(wx1 + vx2)+ and p(vx1 + wx2)+ make (x1 + x2)+ together or alone, on w = v > 0."""
    found = {tuple(map(str, s.places)): s for s in true_set(CASES["swapped"]).strata}
    assert set(found) == {("fold1+", "fold1+"), ("fold1+", "silent"), ("silent", "fold1+")}
    both = found["fold1+", "fold1+"]
    assert both.dimension == 2
    assert both.dependent[v] == w
    assert sympy.simplify(both.dependent[p] - (1 / w - q)) == 0


def test_where_there_is_no_classification_it_is_said():
    sphere = TrueSet(CASES["fixed, plane"][0], TwoLayer(RELU, BIASED), UniformSphere(2))
    with pytest.raises(UnsupportedError, match="inputs on R"):
        _ = sphere.strata
