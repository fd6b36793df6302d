"""B4: permuting the hidden units does not change the network."""

from itertools import permutations

from sympy import Function, Rational, symbols

from slt_symbolic.activations import RELU
from slt_symbolic.claims import Claim, Evidence, Source, Verdict
from slt_symbolic.divergence import KLDivergence
from slt_symbolic.inputs import UniformInterval
from slt_symbolic.networks import TwoLayer, Unit

claim = Claim(
    id="B4",
    title="Permutation symmetry",
    statement=(
        r"f(x, \pi w) = f(x, w) \ \text{ for } \pi \in S_d,\ "
        r"(\pi w)_i = (w_{\pi(i)}, b_{\pi(i)}, q_{\pi(i)})"
    ),
    plain="Permuting the hidden units, with all their weights, does not change the function.",
    source=Source(document="004", place="Permutation of Nodes"),
    expected=Verdict.PROVED,
)


@claim.step(
    "A sum does not depend on the order of its terms",
    derivation=r"""
For any activation $\sigma$, $f(x, \pi w) - f(x, w) = \sum_i t_{\pi(i)} - \sum_i t_i$ with
$t_i = q_i\,\sigma(\langle w_i, x\rangle + b_i)$. Transpositions of neighbours generate $S_d$, and a
transposition exchanges two summands: $t_i + t_{i+1} = t_{i+1} + t_i$ for all $d$.
""",
)
def transposition(evidence: Evidence) -> None:
    sigma = Function("sigma", real=True)
    q1, w1, b1, q2, w2, b2, x, rest = symbols("q1 w1 b1 q2 w2 b2 x rest", real=True)
    values = {sigma(w1 * x + b1): symbols("s1"), sigma(w2 * x + b2): symbols("s2")}
    before = rest + q1 * sigma(w1 * x + b1) + q2 * sigma(w2 * x + b2)
    exchange = {q1: q2, w1: w2, b1: b2, q2: q1, w2: w1, b2: b1}
    after = before.subs(exchange, simultaneous=True)
    evidence.identity("exchange of two units, any activation", (after - before).subs(values))


@claim.step(
    "K over a whole orbit",
    derivation=r"""
All $3!$ permutations of a three-unit ReLU network have exactly the same $K \neq 0$.
""",
    confirms="transposition",
)
def orbit(evidence: Evidence) -> None:
    truth = TwoLayer(RELU, [Unit(1, (1,), Rational(-1, 3))])
    K = KLDivergence(TwoLayer.symbolic(RELU, width=3), truth, UniformInterval(-1, 1))
    units = [(1, Rational(1, 2), 2), (-2, 1, Rational(1, 3)), (1, Rational(-1, 5), -1)]
    values = {
        K.at([entry for unit in order for entry in unit] + [Rational(1, 7)])
        for order in permutations(units)
    }
    evidence.equal("number of different values", len(values), 1)
    evidence.equal("K is positive there", bool(min(values) > 0), True)
