"""B2: scaling the incoming weights of a unit by α > 0 and its readout by 1/α changes nothing."""

import sympy
from sympy import Rational, symbols

from slt_symbolic.activations import ABSOLUTE, RELU, leaky_relu
from slt_symbolic.claims import Claim, Evidence, Source, Verdict
from slt_symbolic.divergence import KLDivergence
from slt_symbolic.exact.chamber import ChamberField
from slt_symbolic.inputs import UniformInterval
from slt_symbolic.networks import TwoLayer, Unit
from slt_symbolic.true_set import representing_measure

claim = Claim(
    id="B2",
    title="Scaling symmetry of ReLU networks",
    statement=(
        r"(q_i, w_i, b_i) \mapsto (q_i/\alpha_i,\ \alpha_i w_i,\ \alpha_i b_i),"
        r"\ \alpha_i > 0, \text{ leaves } f(\cdot, w) \text{ unchanged}"
    ),
    plain=(
        "Multiplying a unit's weights and bias by a positive number and dividing its readout by "
        "it does not change the function of the network, for any number of inputs and units."
    ),
    source=Source(document="004", place="Scaling Inner and Outer Weights of a Node"),
    references=("Phuong and Lampert 2020, Functional vs. parametric equivalence of ReLU networks",),
    expected=Verdict.PROVED,
)

alpha = symbols("alpha", positive=True)


@claim.step(
    "Positive homogeneity, branch by branch",
    derivation=r"""
$\mathrm{ReLU}(\alpha a) = \alpha\,\mathrm{ReLU}(a)$: for $\alpha > 0$ the numbers $a$ and
$\alpha a$ lie on the same branch, and each branch is linear through 0. Hence
$\tfrac{q}{\alpha}\,\mathrm{ReLU}(\langle \alpha w, x\rangle + \alpha b)
 = q\,\mathrm{ReLU}(\langle w, x\rangle + b)$ for every unit and every $x$.
The same holds for $|z|$ and the leaky ReLU.
""",
)
def homogeneous(evidence: Evidence) -> None:
    a = symbols("a", real=True)
    for activation in (RELU, ABSOLUTE, leaky_relu(Rational(1, 10))):
        for side, branch in (("<", "below"), (">", "above")):
            coefficients = getattr(activation.branches, branch)
            polynomial = sum(c * a**k for k, c in enumerate(coefficients))
            difference = polynomial.subs(a, alpha * a) - alpha * polynomial if coefficients else 0
            evidence.identity(f"{activation.name} on a {side} 0", sympy.S(difference))


@claim.step(
    "The representing measure does not see it",
    derivation=r"""
Folds, slope and constant of a two-unit, two-input network with all entries symbolic are the same
rational functions before and after scaling, in each of the four chambers of orientations.
""",
    confirms="homogeneous",
)
def same_measure(evidence: Evidence) -> None:
    model = TwoLayer.symbolic(RELU, inputs=2, width=2)
    w = {str(p): p for p in model.parameters}
    beta = symbols("beta", positive=True)
    scaled_units = [
        Unit(w[f"q{i}"] / s, (s * w[f"w{i}_1"], s * w[f"w{i}_2"]), s * w[f"b{i}"])
        for i, s in ((1, alpha), (2, beta))
    ]
    scaled = TwoLayer(RELU, scaled_units, w["c"], model.parameters)
    for first in (1, -1):
        for second in (1, -1):
            sample = {p: Rational(k + 2, 7) for k, p in enumerate(model.parameters)}
            sample |= {w["w1_1"]: sympy.S(first), w["w2_1"]: sympy.S(second)}
            values = sample | {alpha: sympy.S(3), beta: Rational(1, 2)}
            field = ChamberField(model.parameters, (alpha, beta), values)
            difference = representing_measure(scaled, field) - representing_measure(model, field)
            evidence.equal(
                f"same function, orientations {first}, {second}", difference.is_zero, True
            )


@claim.step(
    "K is constant along scalings",
    derivation=r"""
$K(\alpha w, \alpha b, q/\alpha) = K(w, b, q)$ exactly, for a symbolic $\alpha > 0$.
""",
    confirms="homogeneous",
)
def same_divergence(evidence: Evidence) -> None:
    truth = TwoLayer(RELU, [Unit(1, (1,), Rational(-1, 3))])
    K = KLDivergence(TwoLayer.symbolic(RELU, width=1), truth, UniformInterval(-1, 1))
    for w, b, q in ((2, 1, 3), (-1, Rational(1, 2), -2), (1, -3, 1)):
        moved = K.at((alpha * w, alpha * b, sympy.S(q) / alpha, 0))
        evidence.identity(f"K at scaled {(w, b, q)}", moved - K.at((w, b, q, 0)))
