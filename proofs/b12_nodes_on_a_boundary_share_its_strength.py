"""B12: More nodes than the truth: the map of nodes to boundaries and the sums of strengths."""

from random import Random

import sympy
from sympy import Rational

from slt_symbolic.activations import RELU
from slt_symbolic.claims import Claim, Corrected, Evidence, Source, Verdict
from slt_symbolic.divergence import KLDivergence
from slt_symbolic.inputs import StandardNormal, UniformInterval
from slt_symbolic.networks import TwoLayer, Unit
from slt_symbolic.true_set import Role, TrueSet, explain

claim = Claim(
    id="B12",
    title="True parameters of a network wider than the truth",
    statement=(
        r"m < d:\ \exists \pi : \{1, \dots, d'\} \twoheadrightarrow \{1, \dots, m\}"
        r"\text{ on the non-degenerate nodes},\qquad (w_i, b_i) = "
        r"(-1)^{\epsilon_i}\alpha_i(w^0_{\pi(i)}, b^0_{\pi(i)}),\ "
        r"\sum_{\pi(i) = j} q_i\alpha_i = q^0_j"
    ),
    plain=(
        "There is a map from the non-degenerate nodes of a true network onto those of the truth, "
        "with the same boundaries, and on each boundary the products q_i alpha_i add up to the "
        "truth's readout; orientations reverse as for equal widths."
    ),
    source=Source(document="004", place="Appendix 2, Case 2"),
    assumptions=("inputs range over all of R^n", "the truth is minimal, with distinct boundaries"),
    uses=("B10",),
    expected=Verdict.REFUTED,
    corrected=Corrected(
        statement=(
            r"f = f_0 \iff \sum_{i \in M_j} q_i\alpha_i = q^0_j,\quad \sum_{i \in G} q_i|w_i| = 0 "
            r"\text{ on every other boundary } G,\quad \sum_{\epsilon_i = 1} q_i w_i = 0,\quad "
            r"c + \sum_{w_i = 0} q_i\mathrm{ReLU}(b_i) = c^0 + \sum_{\epsilon_i = 1} -q_i b_i"
        ),
        plain=(
            "The map exists on the nodes that lie on boundaries of the truth, and is onto; the "
            "sums are as printed. The other non-degenerate nodes form groups on boundaries of "
            "their own whose strengths add up to zero. With orientations counted from the truth's, "
            "and from any one member's in a group, the total gradient of all reversed nodes "
            "vanishes, a condition on their shares of the strength: part of a boundary's strength "
            "may be reversed, continuously, where the whole may not."
        ),
    ),
)


@claim.step(
    "Nodes that map nowhere; parts that reverse",
    derivation=r"""
Nodes 2 and 3 of $\mathrm{ReLU}(x) + \mathrm{ReLU}(x-1) - \mathrm{ReLU}(x-1)$ lie on no boundary of
$\mathrm{ReLU}(x)$. And with $f_0 = \mathrm{ReLU}(x) + 2\,\mathrm{ReLU}(-x-1)$ no set of nodes
annihilates ($1, -2, -1$), so none may reverse for equal widths; but a part $\tfrac12$ of the second
against all of the first may: with three nodes
$\mathrm{ReLU}(-x) + \mathrm{ReLU}(-x-1) + \mathrm{ReLU}(x+1) - 1 = f_0$.
""",
)
def counterexample(evidence: Evidence) -> None:
    truth = TwoLayer(RELU, [Unit(1, (1,), 0)])
    pair = TwoLayer(RELU, [*truth.units, Unit(1, (1,), -1), Unit(-1, (1,), -1)])
    evidence.counterexample(
        "no boundary of the truth is theirs",
        "nodes 2 and 3",
        not explain(pair, truth, ()).differences,
    )
    second = TwoLayer(RELU, [Unit(1, (1,), 0), Unit(2, (-1,), -1)])
    part = TwoLayer(
        RELU, [Unit(1, (-1,), 0), Unit(1, (-1,), -1), Unit(1, (1,), 1)], sympy.S.NegativeOne
    )
    evidence.counterexample(
        "a reversal that equal widths forbid",
        "half of the second node",
        not explain(part, second, ()).differences,
    )


@claim.step(
    "The same by K and by values",
    derivation=r"""
$K = 0$ on $[-3, 3]$, and equal values at two points of each region.
""",
    confirms="counterexample",
)
def by_divergence(evidence: Evidence) -> None:
    truth = TwoLayer(RELU, [Unit(1, (1,), 0), Unit(2, (-1,), -1)])
    part = TwoLayer(
        RELU, [Unit(1, (-1,), 0), Unit(1, (-1,), -1), Unit(1, (1,), 1)], sympy.S.NegativeOne
    )
    evidence.identity("K", KLDivergence(part, truth, UniformInterval(-3, 3)).at(()))
    points = (-3, -2, Rational(-2, 3), Rational(-1, 3), 1, 2)
    values = [part(sympy.S(x)) - truth(sympy.S(x)) for x in points]
    evidence.equal("differences", values, [0] * len(points))
    one = TwoLayer(RELU, [Unit(1, (1,), 0)])
    pair = TwoLayer(RELU, [*one.units, Unit(1, (1,), -1), Unit(-1, (1,), -1)])
    evidence.identity("K of the pair", KLDivergence(pair, one, UniformInterval(-3, 3)).at(()))


def _sums(model: TwoLayer, truth: TwoLayer, places: object, point: object) -> list[bool]:
    """Return whether every corrected condition holds at a point with known places."""
    held, groups, reversed_total = [], {}, [sympy.S.Zero] * model.inputs
    bias = point[model.output_bias] - truth.output_bias
    for unit, place in zip(model.units, places, strict=True):
        q, *plane = (point.get(e, e) for e in unit.entries())
        if place.role is Role.FLAT:
            bias += q * max(plane[-1], 0)
        if place.role in (Role.FLAT, Role.SILENT):
            continue
        if place.role is Role.FOLD:
            other = truth.units[place.index]
            pairs = zip(plane, (*other.weights, other.bias), strict=True)
            ratios = {a / b for a, b in pairs if b != 0}
            held.append(len(ratios) == 1)
            ratio = next(iter(ratios))
            target = groups.setdefault(("fold", place.index), [-other.readout])
        else:
            leader = groups.setdefault(("plane", place.index), plane)
            pairs = zip(plane, leader, strict=True)
            ratio = next(a / b for a, b in pairs if b != 0)
            target = groups.setdefault(("own", place.index), [])
        target.append(q * abs(ratio))
        if ratio < 0:
            reversed_total = [t + q * w for t, w in zip(reversed_total, plane[:-1], strict=True)]
            bias += q * plane[-1]
    sums = [sum(v) for (kind, _), v in groups.items() if kind != "plane"]
    held += [total == 0 for total in sums]
    return [*held, all(t == 0 for t in reversed_total), bias == 0]


@claim.step(
    "The corrected conditions on every stratum",
    derivation=r"""
From $\mathrm{ReLU}(-z) = \mathrm{ReLU}(z) - z$: reversing all nodes with $\epsilon_i = 1$ turns $f$
into a network in which all nodes on one boundary have one orientation, minus
$\sum_{\epsilon_i = 1} q_i(\langle w_i, x\rangle + b_i)$, with $(w_i, b_i)$ as they stand in the
network and the sign absorbed. The jumps give the sums over $M_j$ and the groups, the affine part
the rest: its slope must vanish, and its constant agree.
""",
    corrects=True,
)
def on_every_stratum(evidence: Evidence) -> None:
    for name, units, width in (
        ("one unit", [Unit(2, (1,), 1)], 3),
        ("an annihilating pair", [Unit(1, (1,), -1), Unit(1, (-1,), -1)], 3),
        ("two units", [Unit(1, (1,), 0), Unit(2, (-1,), -1)], 3),
    ):
        truth, model = TwoLayer(RELU, units), TwoLayer.symbolic(RELU, width=width)
        W0 = TrueSet(model, truth, StandardNormal())
        found, onto = [], []
        for stratum in W0.strata:
            on = {p.index for p in stratum.places if p.role is Role.FOLD}
            onto.append(on == set(range(len(units))))
            points = (stratum.point(seed) for seed in (0, 1))
            found += [all(_sums(model, truth, stratum.places, p)) for p in points]
        evidence.equal(f"{name}: the map is onto", onto, [True] * len(onto))
        evidence.equal(f"{name}: all conditions", found, [True] * len(found))


@claim.step(
    "And conversely",
    derivation=r"""
Random networks built to satisfy the conditions are true; with one strength changed they are not.
""",
    confirms="on_every_stratum",
)
def conversely(evidence: Evidence) -> None:
    rng = Random(12)  # noqa: S311 - examples, nothing secret

    def number() -> sympy.Rational:
        return Rational(rng.choice((-1, 1)) * rng.randint(1, 9), rng.randint(1, 5))

    true, changed = [], []
    for _ in range(25):
        q0, b0 = number(), number()
        truth = TwoLayer(RELU, [Unit(q0, (1,), b0)])
        a, b, share, scale = number(), number(), number(), abs(number())
        units = [
            Unit(share / scale, (scale,), scale * b0),
            Unit(q0 - share, (1,), b0),
            Unit(a, (1,), b + 100),
            Unit(-a / scale, (scale,), scale * (b + 100)),
        ]
        true.append(not explain(TwoLayer(RELU, units), truth, ()).differences)
        units[3] = Unit(-a / scale + 1, (scale,), scale * (b + 100))
        changed.append(not explain(TwoLayer(RELU, units), truth, ()).differences)
    evidence.equal("built to be true", true, [True] * 25)
    evidence.equal("one strength changed", changed, [False] * 25)
