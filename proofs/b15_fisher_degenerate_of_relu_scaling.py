"""B15: w·∂_w f + b ∂_b f − q ∂_q f = 0, hence the Fisher information is degenerate everywhere."""

import sympy
from sympy import Function, Rational, symbols

from slt_symbolic.activations import RELU
from slt_symbolic.claims import Claim, Evidence, Source, Verdict
from slt_symbolic.fisher import FisherInformation
from slt_symbolic.inputs import UniformInterval
from slt_symbolic.networks import TwoLayer

claim = Claim(
    id="B15",
    title="The scaling relation degenerates the Fisher information everywhere",
    statement=(
        r"\langle w_i, \partial_{w_i} f\rangle + b_i\,\partial_{b_i} f - q_i\,\partial_{q_i} f = 0,"
        r"\quad \text{so } \det I(w) = 0 \text{ for every } w"
    ),
    plain=(
        "Every unit of a two-layer ReLU network satisfies a linear relation among the "
        "derivatives of f, so the Fisher information is degenerate at every parameter."
    ),
    source=Source(document="004", place="Appendix 1, Theorem and Corollary"),
    assumptions=(
        "f is differentiable in the unit's weights at w, for almost every x: "
        "not all of w_i and b_i vanish",
        "weights, bias and readout of the unit are all parameters",
    ),
    uses=("A7",),
    references=(
        "Wei, Murfet et al. 2022, Deep learning is singular, and that's good, Lemma A.1",
        "Phuong and Lampert 2020, Functional vs. parametric equivalence of ReLU networks",
    ),
    expected=Verdict.PROVED,
)


@claim.step(
    "Euler's relation on each branch",
    derivation=r"""
$\partial_{w_{ik}} f = q_i \sigma'(a_i) x_k$, $\partial_{b_i} f = q_i \sigma'(a_i)$,
$\partial_{q_i} f = \sigma(a_i)$ with $a_i = \langle w_i, x\rangle + b_i$, so the relation's left
side is $q_i(\sigma'(a_i)\,a_i - \sigma(a_i))$, for any number of inputs. On each branch of the ReLU
$\sigma$ is linear through zero, and $\sigma'(a)a = \sigma(a)$. The vector
$(w_i, b_i, -q_i)$ is not zero, as not all of $w_i, b_i$ vanish.
""",
)
def euler(evidence: Evidence) -> None:
    a, q, slope, value = symbols("a q slope value", real=True)
    for n in (1, 2, 3):
        w, x = symbols(f"w1:{n + 1}", real=True), symbols(f"x1:{n + 1}", real=True)
        b = symbols("b", real=True)
        sigma = Function("sigma", real=True)
        argument = sum(wk * xk for wk, xk in zip(w, x, strict=True)) + b
        f = q * sigma(argument)
        left = sum(wk * f.diff(wk) for wk in w) + b * f.diff(b) - q * f.diff(q)
        left = left.doit().replace(sympy.Subs, lambda *_: slope).subs(sigma(argument), value)
        evidence.identity(f"{n} inputs: chain rule", left - q * (slope * argument - value))
    for branch in ("below", "above"):
        polynomial = sum(c * a**k for k, c in enumerate(getattr(RELU.branches, branch)))
        relation = sympy.S(polynomial).diff(a) * a - polynomial
        evidence.identity(f"branch {branch}", relation)


@claim.step(
    "The relation comes out of the elimination",
    derivation=r"""
Nothing about scaling is put in: the null fields of the Fisher information, as rational functions
of all parameters, are found by elimination on the coordinates of the $\partial_j f$. For two units
with a fold inside the interval each, they are exactly the two scaling fields, and the rank is 5
of 7 in each of the four chambers of orientations.
""",
    confirms="euler",
)
def found(evidence: Evidence) -> None:
    model = TwoLayer.symbolic(RELU, width=2)
    w1, b1, q1, w2, b2, q2, _ = model.parameters
    zero = sympy.S.Zero
    scaling = {(w1, b1, -q1, zero, zero, zero, zero), (zero, zero, zero, w2, b2, -q2, zero)}
    fisher = FisherInformation(model, UniformInterval(-1, 1))
    for s in (1, -1):
        for t in (1, -1):
            fields = fisher.null_fields((3 * s, s, 2, 2 * t, -t, 5, 1))
            evidence.equal(f"null fields, orientations {s}, {t}", set(fields.fields), scaling)
            evidence.equal(f"rank, orientations {s}, {t}", fields.rank, 5)


@claim.step(
    "The matrix annihilates it",
    derivation=r"""
$I(w)\,(w_1, b_1, -q_1, 0, 0, 0, 0)^\top = 0$ exactly, with $I$ from integrals, at parameters of
every kind: generic, shared fold, silent unit, dead unit, constant unit.
""",
    confirms="euler",
)
def annihilated(evidence: Evidence) -> None:
    model = TwoLayer.symbolic(RELU, width=2)
    fisher = FisherInformation(model, UniformInterval(-1, 1))
    third = Rational(1, 3)
    cases = {
        "generic": (1, third, 1, -1, Rational(1, 5), 1, 0),
        "shared fold": (1, third, 1, 3, 1, -2, 0),
        "silent": (1, third, 0, -1, Rational(1, 5), 1, 0),
        "dead": (1, -3, 2, 1, third, 3, 0),
        "constant": (0, 2, 3, 1, third, 3, 1),
    }
    for name, values in cases.items():
        vector = sympy.Matrix([values[0], values[1], -sympy.S(values[2]), 0, 0, 0, 0])
        evidence.identity(f"{name}: I v", fisher.matrix(values) * vector)
