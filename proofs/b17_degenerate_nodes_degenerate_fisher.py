"""B17: nodes with zero readout or zero weights degenerate the Fisher information further."""

import sympy
from sympy import Function, Rational, symbols

from slt_symbolic.activations import RELU
from slt_symbolic.claims import Claim, Evidence, Source, Verdict
from slt_symbolic.fisher import FisherInformation, relu_rank
from slt_symbolic.inputs import StandardNormal, UniformBox, UniformInterval
from slt_symbolic.networks import TwoLayer

claim = Claim(
    id="B17",
    title="Degenerate nodes degenerate the Fisher information beyond scaling",
    statement=(
        r"q_i = 0:\ \partial_{w_i} f = 0,\ \partial_{b_i} f = 0;\qquad "
        r"w_i = 0, b_i < 0:\ \partial_{w_i} f = \partial_{b_i} f = \partial_{q_i} f = 0;\qquad "
        r"w_i = 0, b_i > 0:\ \partial_{b_i} f = q_i\,\partial_c f,\ "
        r"\partial_{q_i} f = b_i\,\partial_c f"
    ),
    plain=(
        "A node with readout 0 has n + 1 independent relations, a node with weights 0 has n + 2 "
        "(b < 0) or 2 (b > 0, with the output bias), each more than the one of scaling."
    ),
    source=Source(document="004", place="Appendix 1, after the corollary (left as an exercise)"),
    assumptions=(
        "f = c + sum q_i ReLU(<w_i, x> + b_i) with all entries parameters",
        "not both w_i = 0 and b_i = 0, unless q_i = 0: f is differentiable",
    ),
    uses=("A7",),
    expected=Verdict.PROVED,
)


@claim.step(
    "The derivatives of a degenerate node",
    derivation=r"""
With $a = \langle w, x\rangle + b$: $\partial_{w_k} f = q\,\sigma'(a)\,x_k$,
$\partial_b f = q\,\sigma'(a)$, $\partial_q f = \sigma(a)$, $\partial_c f = 1$.

- $q = 0$: the first $n + 1$ vanish identically in $x$. Scaling gives
  $\langle w, \partial_w\rangle + b\,\partial_b$, one combination of these.
- $w = 0$, $b < 0$: $a = b$ for every $x$, $\sigma(b) = \sigma'(b) = 0$, all $n + 2$ vanish.
- $w = 0$, $b > 0$: $\sigma(b) = b$ and $\sigma'(b) = 1$, so $\partial_q f = b$ and
  $\partial_b f = q$ are multiples of $\partial_c f = 1$. Scaling is
  $b\,\partial_b f - q\,\partial_q f = 0$, one combination of the two.
""",
)
def derivatives(evidence: Evidence) -> None:
    q, b, slope = symbols("q b slope", real=True)
    sigma = Function("sigma", real=True)
    for n in (1, 2, 3):
        w, x = symbols(f"w1:{n + 1}", real=True), symbols(f"x1:{n + 1}", real=True)
        f = q * sigma(sum(p * t for p, t in zip(w, x, strict=True)) + b)
        for p in (*w, b):
            change = f.diff(p).doit().replace(sympy.Subs, lambda *_: slope)
            evidence.identity(f"{n} inputs, q = 0: by {p}", change.subs(q, 0))
    below, above = (
        sum((c * b**k for k, c in enumerate(side)), sympy.S.Zero)
        for side in (RELU.branches.below, RELU.branches.above)
    )
    evidence.identity("w = 0, b < 0: value", below)
    evidence.identity("w = 0, b < 0: slope", below.diff(b))
    evidence.identity("w = 0, b > 0: d/dq = b d/dc", above - b)
    evidence.identity("w = 0, b > 0: d/db = q d/dc", q * above.diff(b) - q)


def _cases(n: int) -> dict[str, tuple[list[object], int]]:
    """Return parameters of two nodes with an output bias, and the number of relations."""
    line = [Rational(1), *[Rational(k, 3) for k in range(1, n)]]
    other = [*reversed(line[1:]), Rational(-2)]
    regular = [*other, Rational(1, 5), 3]
    zero = [sympy.S.Zero] * n
    third = Rational(1, 3)
    return {
        "regular": ([*line, third, 2, *regular, 1], 1 + 1),
        "q = 0": ([*line, third, 0, *regular, 1], (n + 1) + 1),
        "w = 0, b < 0": ([*zero, -third, 2, *regular, 1], (n + 2) + 1),
        "w = 0, b > 0": ([*zero, third, 2, *regular, 1], 2 + 1),
        "w = 0, b < 0, q = 0": ([*zero, -third, 0, *regular, 1], (n + 2) + 1),
        "w = 0, b > 0, q = 0": ([*zero, third, 0, *regular, 1], (n + 2) + 1),
        "w = 0, b = 0, q = 0": ([*zero, 0, 0, *regular, 1], (n + 2) + 1),
    }


@claim.step(
    "Relations come out of the elimination, no more and no fewer",
    derivation=r"""
Of two nodes one is regular, with the one relation of scaling; the other is of each degenerate kind
in turn. All relations at the point are found by elimination with a proof of completeness, and
counted: $n + 1$ for $q = 0$, $n + 2$ for $w = 0, b < 0$, $2$ for $w = 0, b > 0$ and $n + 2$
for $w = 0, b > 0, q = 0$, where $\partial_q f = b\,\partial_c f$ is left. The formula for the
rank of a ReLU network, read off from how its hyperplanes lie, gives the same.
""",
    confirms="derivatives",
)
def counted(evidence: Evidence) -> None:
    for n in (1, 2, 3):
        model = TwoLayer.symbolic(RELU, inputs=n, width=2)
        law = StandardNormal(n)
        for name, (values, relations) in _cases(n).items():
            found = FisherInformation(model, law).null_relations(values)
            evidence.equal(f"{n} inputs, {name}: complete", found.proof.known, "proved")
            evidence.equal(f"{n} inputs, {name}: relations", len(found.fields), relations)
            rank = len(model.parameters) - relations
            evidence.equal(f"{n} inputs, {name}: formula", relu_rank(model, values), rank)


@claim.step(
    "The matrix of integrals annihilates them",
    derivation=r"""
$I(w)v = 0$ exactly for the relations above, $I$ from integrals over an interval and over a square,
and the rank of $I$ over the rationals is the number of parameters less that of relations.
""",
    confirms="derivatives",
)
def annihilated(evidence: Evidence) -> None:
    for n, law in ((1, UniformInterval(-1, 2)), (2, UniformBox((-2, -2), (2, 2)))):
        model = TwoLayer.symbolic(RELU, inputs=n, width=2)
        fisher = FisherInformation(model, law)
        size = len(model.parameters)
        for name, (values, relations) in _cases(n).items():
            matrix = fisher.matrix(values)
            point = model.point(values)
            u = model.units[0]
            vectors = []
            if point[u.readout] == 0:
                vectors = [{p: 1} for p in (*u.weights, u.bias)]
            elif name == "w = 0, b < 0":
                vectors = [{p: 1} for p in (*u.weights, u.bias, u.readout)]
            elif name == "w = 0, b > 0":
                c = model.output_bias
                vectors = [{u.bias: 1, c: -point[u.readout]}, {u.readout: 1, c: -point[u.bias]}]
            for k, entries in enumerate(vectors):
                v = sympy.Matrix([entries.get(p, 0) for p in model.parameters])
                evidence.identity(f"{n} inputs, {name}: I v{k + 1}", matrix * v)
            evidence.equal(f"{n} inputs, {name}: rank of I", matrix.rank(), size - relations)
