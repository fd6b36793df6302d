"""A7: the Fisher information is degenerate exactly when the ∂_j f are linearly dependent."""

import sympy
from flint import fmpq, fmpq_mat
from sympy import Rational, symbols

from slt_symbolic.activations import RELU
from slt_symbolic.claims import Claim, Evidence, Source, Verdict
from slt_symbolic.fisher import FisherInformation
from slt_symbolic.inputs import UniformInterval
from slt_symbolic.networks import TwoLayer

claim = Claim(
    id="A7",
    title="Degenerate Fisher information means linearly dependent derivatives",
    statement=(
        r"\det I(w) = 0 \iff \exists v \neq 0:\ \textstyle\sum_j v_j\,\partial_j f(x, w) = 0"
        r"\ \text{for } q\text{-almost every } x"
    ),
    plain=(
        "I(w) is degenerate if and only if the functions df/dw_j are linearly dependent, as "
        "functions on the support of the inputs."
    ),
    source=Source(document="004", place="Appendix 1"),
    assumptions=(
        "regression with Gaussian noise of variance sigma^2: I_jk = E[d_j f d_k f]/sigma^2",
        "each d_j f(., w) is square integrable under the inputs' law q",
    ),
    references=("Watanabe 2009, Algebraic Geometry and Statistical Learning Theory, section 1.1",),
    expected=Verdict.PROVED,
)


@claim.step(
    "The quadratic form is a mean square",
    derivation=r"""
$$v^\top I(w)\,v = \frac1{\sigma^2}\sum_{jk} v_j v_k\,\mathrm{E}[\partial_j f\,\partial_k f]
  = \frac1{\sigma^2}\,\mathrm{E}\Bigl[\bigl(\textstyle\sum_j v_j \partial_j f\bigr)^2\Bigr].$$
A positive semidefinite form vanishes at $v$ exactly if $Iv = 0$; the mean of a square is zero
exactly if the square is zero almost everywhere. The identity is linear in the law of $x$, so that
it needs checking at one input only, where $\partial_j f = g_j$ are any numbers.
""",
)
def mean_square(evidence: Evidence) -> None:
    for size in (1, 2, 3, 5):
        g = sympy.Matrix(symbols(f"g1:{size + 1}", real=True))
        v = sympy.Matrix(symbols(f"v1:{size + 1}", real=True))
        form = (v.T * (g * g.T) * v)[0, 0]
        evidence.identity(f"{size} parameters, at one input", form - (v.T * g)[0, 0] ** 2)


@claim.step(
    "On ReLU networks: relations and kernel are one space",
    derivation=r"""
Relations among the $\partial_j f$ are found by elimination on their coordinates in a basis of
functions; the kernel of $I$ from the matrix of integrals. Each relation lies in the kernel, and
rank of $I$ plus number of relations is the number of parameters: the two spaces are equal.
""",
    confirms="mean_square",
)
def on_relu_networks(evidence: Evidence) -> None:
    model = TwoLayer.symbolic(RELU, width=2)
    fisher = FisherInformation(model, UniformInterval(-1, 1))
    third = Rational(1, 3)
    cases = {
        "generic": (1, third, 1, -1, Rational(1, 5), 1, 0),
        "shared boundary": (1, third, 1, 3, 1, -2, 0),
        "silent unit": (1, third, 0, -1, Rational(1, 5), 1, 0),
        "dead unit": (1, third, 1, 1, -2, 3, 0),
        "always active unit": (1, third, 1, 1, 2, 3, 0),
    }
    for name, values in cases.items():
        matrix, found = fisher.matrix(values), fisher.null_relations(values)
        for i, relation in enumerate(found.fields):
            product = matrix * sympy.Matrix(relation)
            evidence.identity(f"{name}: I times relation {i + 1}", product)
        rank = _rational(matrix).rank()
        evidence.equal(f"{name}: rank + relations", rank + len(found.fields), 7)


@claim.step(
    "A model that is not degenerate",
    derivation=r"""
$f = q\,\mathrm{ReLU}(x) + c$ has $\partial_q f = \mathrm{ReLU}(x)$ and $\partial_c f = 1$,
which are independent on $[-1, 1]$; $I$ is invertible.
""",
    confirms="mean_square",
)
def not_degenerate(evidence: Evidence) -> None:
    model = TwoLayer.symbolic(RELU, width=1, weights=1, biases=0)
    fisher = FisherInformation(model, UniformInterval(-1, 1))
    evidence.equal("relations", fisher.null_relations((2, 5)).fields, ())
    determinant = fisher.matrix((2, 5)).det()
    evidence.equal("det I", determinant, Rational(1, 6) - Rational(1, 16))


def _rational(matrix: sympy.ImmutableMatrix) -> fmpq_mat:
    entries = [fmpq(int(e.p), int(e.q)) for e in matrix]
    return fmpq_mat(matrix.rows, matrix.cols, entries)
