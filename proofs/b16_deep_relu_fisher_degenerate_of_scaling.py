"""B16: the scaling relation of every hidden unit, for ReLU networks of any depth and width."""

import numpy as np
import sympy
from flint import fmpq
from sympy import symbols

from slt_symbolic.claims import Claim, Evidence, Source, Verdict
from slt_symbolic.fisher import DeepReLU

claim = Claim(
    id="B16",
    title="Deep ReLU networks have degenerate Fisher information everywhere",
    statement=(
        r"\sum_j w^{(l)}_{ij}\,\partial_{w^{(l)}_{ij}} f + b^{(l)}_i\,\partial_{b^{(l)}_i} f"
        r" - \sum_k w^{(l+1)}_{ki}\,\partial_{w^{(l+1)}_{ki}} f = 0"
        r"\quad \text{for every hidden unit } (l, i)"
    ),
    plain=(
        "In a fully connected ReLU network of any depth and widths every hidden unit satisfies a "
        "scaling relation among the derivatives of f. These relations are independent, so that the "
        "corank of the Fisher information is at least the number of hidden units, everywhere."
    ),
    source=Source(document="004", place="Appendix 1, end"),
    assumptions=(
        "f is differentiable in the parameters for almost every x: no hidden unit's "
        "preactivation vanishes on a set of positive measure",
        "all weights and biases are parameters",
    ),
    uses=("A7",),
    references=(
        "Wei, Murfet et al. 2022, Deep learning is singular, and that's good, Lemma A.1",
        "Phuong and Lampert 2020, Functional vs. parametric equivalence of ReLU networks",
    ),
    expected=Verdict.PROVED,
)

SHAPES = ((1, 1, 1), (2, 3, 1), (1, 2, 2, 1), (2, 2, 3, 2), (1, 2, 1, 2, 1), (1, 1, 1, 1, 1, 1))


@claim.step(
    "A path of equal networks through every parameter",
    derivation=r"""
Fix a hidden unit with incoming weights $v$, bias $b$, and outgoing weights $u$. For $t > 0$ replace
$(v, b, u)$ by $(tv, tb, u/t)$. The unit's preactivation $a$ becomes $ta$, its value
$\sigma(ta) = t\sigma(a)$, and what it sends on is $u\,\sigma(ta)/t = u\,\sigma(a)$: everything
after it is unchanged, for every $x$, whatever the depth. Differentiate $f = \text{const}$ at
$t = 1$: $\langle v, \partial_v f\rangle + b\,\partial_b f - \langle u, \partial_u f\rangle = 0$.

These vectors are independent. By the assumption $(v, b) \neq 0$ for every hidden unit. Let
$\sum_s \lambda_s (v_s, b_s, -u_s) = 0$. The incoming weights and bias of a unit $s$ of the first
layer occur in no other vector, so that $\lambda_s (v_s, b_s) = 0$ and $\lambda_s = 0$. Those of a
unit of layer $l$ occur in its own vector and, as outgoing weights, in those of layer $l - 1$, whose
$\lambda$ are zero already: layer by layer all vanish.
""",
)
def path(evidence: Evidence) -> None:
    t, a = symbols("t a", positive=True)
    u = symbols("u", real=True)
    evidence.identity("active", (u / t) * (t * a) - u * a)
    v, b, x = (symbols(f"{name}1:4", real=True) for name in "vbx")
    preactivation = sum(p * q for p, q in zip(v, x, strict=True)) + b[0]
    scaled = preactivation.subs({p: t * p for p in (*v, b[0])}, simultaneous=True)
    evidence.identity("preactivation scales", scaled - t * preactivation)


@claim.step(
    "Verified on networks of depth up to five, with the activation pattern as free symbols",
    derivation=r"""
In each linear region $f$ is a polynomial in the parameters, with a factor 0 or 1 for every hidden
unit. Taking these factors as free symbols $s$, with $\sigma(a) = sa$, the relation is an identity
of polynomials in parameters, inputs and symbols: it holds for all patterns at once. The same
computation refuses the relation with one coefficient doubled.
""",
    confirms="path",
)
def identities(evidence: Evidence) -> None:
    for widths in SHAPES:
        network = DeepReLU(widths)
        fields = network.scaling_fields()
        evidence.equal(f"{widths}: relations", len(fields), sum(widths[1:-1]))
        evidence.equal(f"{widths}: all hold", all(map(network.verify, fields)), True)
        wrong = list(fields[0])
        wrong[next(k for k, v in enumerate(wrong) if v != 0)] *= 2
        evidence.equal(f"{widths}: a wrong one is refused", network.verify(wrong), False)


@claim.step(
    "They come out of a search among linear vector fields",
    derivation=r"""
All vector fields with coefficients linear in the parameters that annihilate $f$ are found by exact
elimination, without scaling put in. There are as many as hidden units, and they span the same
space as the scaling fields.
""",
    confirms="path",
)
def found(evidence: Evidence) -> None:
    for widths in SHAPES[:3]:
        network = DeepReLU(widths)
        linear = network.linear_fields().fields
        evidence.equal(f"{widths}: how many", len(linear), network.hidden_units)
        stacked = sympy.Matrix([*linear, *network.scaling_fields()])
        values = {p: sympy.Integer(k**2 + 1) for k, p in enumerate(network.parameters)}
        rank = stacked.subs(values).rank()
        evidence.equal(f"{widths}: one space", rank, network.hidden_units)


@claim.step(
    "Gradients by backpropagation over the rationals",
    derivation=r"""
$\langle \text{field}, \nabla_w f(x)\rangle = 0$ exactly at 20 random rational parameters and
inputs for each shape, $\nabla_w f$ by backpropagation, a computation that shares nothing with the
polynomials above.
""",
    confirms="path",
)
def gradients(evidence: Evidence) -> None:
    rng = np.random.default_rng(16)
    for widths in SHAPES:
        network = DeepReLU(widths)
        products = set()
        for _ in range(20):
            w = [fmpq(int(k), 7) for k in rng.integers(-20, 20, len(network.parameters))]
            x = [fmpq(int(k), 5) for k in rng.integers(-9, 9, widths[0])]
            point = dict(zip(network.parameters, map(_rational, w), strict=True))
            for field in network.scaling_fields():
                v = [sympy.sympify(c).xreplace(point) for c in field]
                for gradient in network.gradients(w, x):
                    products.add(sum(c * _rational(g) for c, g in zip(v, gradient, strict=True)))
        evidence.equal(f"{widths}: products", products, {sympy.S.Zero})


def _rational(number: object) -> sympy.Rational:
    q = fmpq(number)
    return sympy.Rational(int(q.p), int(q.q))
