"""B19: Generic parameters of two-layer ReLU networks: scaling and permutation only."""

from itertools import combinations
from random import Random

import sympy
from sympy import Rational

from slt_symbolic.activations import RELU
from slt_symbolic.claims import Claim, Evidence, Source, Verdict
from slt_symbolic.fisher import FisherInformation
from slt_symbolic.inputs import StandardNormal
from slt_symbolic.networks import TwoLayer, Unit
from slt_symbolic.true_set import Role, TrueSet

claim = Claim(
    id="B19",
    title="Generic symmetries",
    statement=(
        r"\text{for almost every } w:\ f_{w'} = f_w \iff w' \text{ is } w \text{ scaled and "
        r"permuted}"
    ),
    plain=(
        "The parameters of a two-layer ReLU network that have other equivalents than scalings and "
        "permutations lie in a finite union of proper algebraic sets, which has measure zero."
    ),
    source=Source(document="004", place="Even if Singularities Occur with Probability Zero"),
    assumptions=("two layers; inputs range over all of R^n",),
    uses=("B11",),
    references=("Phuong, Lampert 2020, Functional vs parametric equivalence of ReLU networks",),
    expected=Verdict.PROVED,
)


@claim.step(
    "The exceptional set",
    derivation=r"""
By B11 a parameter has scalings and permutations only if no node is degenerate, boundaries are
distinct, and no non-empty set of nodes annihilates. So the exceptional set lies in the union of
$q_i = 0$, $w_i = 0$, $(w_i, b_i) \parallel (w_j, b_j)$ and $\sum_F q_i w_i = 0$. Each is the zero
set of polynomials that are not identically zero (each is a sum of different monomials; for some
$n$, $d$ the values at one parameter are computed as well); such a set has measure zero.
""",
)
def exceptional_set(evidence: Evidence) -> None:
    for inputs, width in ((1, 2), (1, 4), (2, 3)):
        model = TwoLayer.symbolic(RELU, inputs=inputs, width=width)
        equations = [u.readout for u in model.units] + [u.weights[0] for u in model.units]
        for u, v in combinations(model.units, 2):
            equations.append(u.weights[0] * v.bias - u.bias * v.weights[0])
        for k in range(1, width + 1):
            sets = combinations(model.units, k)
            equations += [sum(u.readout * u.weights[0] for u in F) for F in sets]
        at = {p: sympy.prime(k**2 + 1) for k, p in enumerate(model.parameters)}
        evidence.equal(
            f"n = {inputs}, d = {width}: no equation is identically true",
            [bool(e.subs(at) != 0) for e in equations],
            [True] * len(equations),
        )


@claim.step(
    "Random parameters",
    derivation=r"""
A random parameter as truth, a model of the same width: $W_0$ is one stratum up to permutations,
with one node on each fold in the truth's orientation and the $d$ scales as its dimension.
""",
    confirms="exceptional_set",
)
def random_parameters(evidence: Evidence) -> None:
    rng = Random(19)  # noqa: S311 - examples, nothing secret

    def number() -> sympy.Rational:
        return Rational(rng.choice((-1, 1)) * rng.randint(1, 10**6), rng.randint(1, 10**6))

    for inputs, width in ((1, 2), (1, 3), (2, 3)):
        found = []
        for _ in range(5):
            units = [
                Unit(number(), tuple(number() for _ in range(inputs)), number())
                for _ in range(width)
            ]
            model = TwoLayer.symbolic(RELU, inputs=inputs, width=width)
            strata = TrueSet(model, TwoLayer(RELU, units), StandardNormal(inputs)).strata
            found.append(
                [(s.orbit, s.dimension, {p.role for p in s.places} == {Role.FOLD}) for s in strata]
            )
        expected = [[(int(sympy.factorial(width)), width, True)]] * 5
        evidence.equal(f"n = {inputs}, d = {width}", found, expected)


@claim.step(
    "No other infinitesimal symmetries",
    derivation=r"""
The null fields of the Fisher information around a random parameter are the $d$ scalings, so that
the level sets of $w \mapsto f_w$ are their orbits nearby.
""",
    confirms="exceptional_set",
)
def null_fields(evidence: Evidence) -> None:
    for inputs, width in ((1, 3), (2, 2)):
        model = TwoLayer.symbolic(RELU, inputs=inputs, width=width)
        relations = FisherInformation(model, StandardNormal(inputs)).generic(seed=19)
        size = len(model.parameters)
        evidence.equal(f"n = {inputs}, d = {width}: rank", relations.rank, size - width)
        for unit, field in zip(model.units, relations.fields, strict=True):
            scaling = dict.fromkeys(model.parameters, sympy.S.Zero)
            scaling |= {e: e for e in (*unit.weights, unit.bias)} | {unit.readout: -unit.readout}
            wanted = [scaling[p] for p in model.parameters]
            first = next(k for k, v in enumerate(field) if v != 0)
            factor = sympy.cancel(wanted[first] / field[first])
            evidence.identity(
                f"n = {inputs}, d = {width}: scaling of {unit.readout}",
                sympy.Matrix([wanted]) - factor * sympy.Matrix([list(field)]),
            )
