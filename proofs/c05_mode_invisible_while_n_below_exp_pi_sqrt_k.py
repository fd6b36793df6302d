"""C5: modes above k change λ̂ by at most (constant)·n·h·exp(−π√k): invisible until then."""

from fractions import Fraction

import sympy
from flint import acb, arb, arb_mat, ctx

from slt_symbolic.activations import TANH
from slt_symbolic.claims.claim import Claim, Source
from slt_symbolic.claims.evidence import Evidence
from slt_symbolic.claims.verdict import Verdict
from slt_symbolic.inputs import StandardNormal
from slt_symbolic.kernels import NeuronKernel
from slt_symbolic.spectra import hermite_coefficient, truncation_change, unit_gram_spectrum

claim = Claim(
    id="C5",
    title="Mode k is invisible while n is small against exp(π√k)",
    statement=(
        r"0 \le \hat\lambda(\beta\mid w) - \hat\lambda_{\le k}(\beta\mid w) \le "
        r"\tfrac12\beta\sigma^2 h\sum_{j>k} c_j(1)^2 \le \sqrt{2/\pi}\,e^{\pi^2/8}\,"
        r"\beta\sigma^2 h\, e^{-\pi\sqrt k + \epsilon_k},\qquad \epsilon_k \to 0"
    ),
    plain=(
        "For f = sum a_i tanh(w_i x) with Gaussian readouts of variance s^2 and any weights in "
        "[-1, 1], leaving out all Hermite modes above an odd order k lowers lambda-hat by at most "
        "2.75 n s^2 h exp(-pi sqrt(k)), up to a factor that tends to one. So the threshold is "
        "n h s^2 against exp(pi sqrt(k)): the width and the readouts' variance enter it too."
    ),
    source=Source(document="000", place="Hermite modes and excitations"),
    assumptions=(
        "x is standard normal, K = ½E[f²], tempered weight exp(−βK), β in the place of n",
        "readouts independent N(0, σ²); weights anywhere in [−1, 1]; so for every posterior too",
        "λ̂_{≤k} is λ̂ with f replaced by its projection to orders up to k",
    ),
    uses=("C1", "C2", "C3"),
    references=("R. Bhatia (1997), Matrix Analysis, chapter V (operator monotone functions)",),
    expected=Verdict.PROVED,
)

# What enclosures may miss zero by.
SLACK = sympy.Rational(1, 10**15)

a, b, p, q, r, s, t, beta, c, x, u = sympy.symbols("a b p q r s t beta c x u", positive=True)


@claim.step(
    "The readouts integrate out",
    derivation=r"""
Given $w$, $K = \tfrac12a^TGa$, so $Z(\beta\mid w) = \det(1+\beta\sigma^2G)^{-1/2}$ and
$\hat\lambda(\beta\mid w) = \beta\,\mathbb{E}[K\mid w] = -\beta\,\partial_\beta\log Z =
\tfrac12\operatorname{tr}g(\beta\sigma^2G)$, $g(x) = x/(1+x)$: for each eigenvalue $\mu$ of
$\sigma^2G$, $\beta\,\partial_\beta\tfrac12\log(1+\beta\mu) = \tfrac12 g(\beta\mu)$. The posterior's
$\hat\lambda$ is the posterior mean of $\hat\lambda(\beta\mid w)$.""",
)
def readouts_integrate_out(evidence: Evidence) -> None:
    slope = beta * sympy.diff(sympy.log(1 + beta * x) / 2, beta)
    evidence.identity("β d/dβ ½log(1 + βμ)", slope - beta * x / (1 + beta * x) / 2)


@claim.step(
    "A positive perturbation raises tr g by at most its trace",
    derivation=r"""
For $A, R\ge0$: $\frac{d}{ds}\operatorname{tr}g(A+sR) = \operatorname{tr}[(1+A+sR)^{-2}R]$, from
$g(M) = 1 - (1+M)^{-1}$ and the derivative of the inverse. As $0 < (1+M)^{-2} \le 1$, it lies
between $0$ and $\operatorname{tr}R$; integrate over $s\in[0,1]$. Checked symbolically for
$2\times2$ matrices.""",
)
def perturbation(evidence: Evidence) -> None:
    A, R = sympy.Matrix([[a, b], [b, p]]), sympy.Matrix([[q, r], [r, t]])
    inverse = (sympy.eye(2) + A + s * R).inv()
    trace = 2 - inverse.trace()
    evidence.identity(
        "d/ds tr g(A + sR)", sympy.together(sympy.diff(trace, s) - (inverse**2 * R).trace())
    )
    evidence.identity("g′", sympy.diff(x / (1 + x), x) - 1 / (1 + x) ** 2)


@claim.step(
    "The modes' shares: c_k rises with the weight",
    derivation=r"""
By Parseval $G = \sum_j v_jv_j^T$, $v_j = (c_j(w_i))_i$; modes above $k$ are
$R = \sum_{j>k}v_jv_j^T$ with trace $\sum_{j>k}\sum_i c_j(w_i)^2$. From C3,
$|c_j| = \frac{1}{\sqrt{j!}}\int t^je^{-t^2/2}\frac{v}{\sinh(\pi tv/2)}dt$, $v = 1/|w|$, and
$v/\sinh(\alpha v)$ falls in $v$: its derivative is
$(\tanh\alpha v - \alpha v)\cosh(\alpha v)/\sinh^2(\alpha v)$, and $(u - \tanh u)' = \tanh^2u$.
So $c_j(w_i)^2 \le c_j(1)^2$.""",
)
def shares_rise_with_weight(evidence: Evidence) -> None:
    quotient = x / sympy.sinh(a * x)
    wanted = (sympy.tanh(a * x) - a * x) * sympy.cosh(a * x) / sympy.sinh(a * x) ** 2
    difference = (sympy.diff(quotient, x) - wanted).rewrite(sympy.exp)
    evidence.identity("derivative of v/sinh(αv)", sympy.simplify(difference))
    evidence.identity(
        "derivative of u − tanh u", sympy.diff(u - sympy.tanh(u), u) - sympy.tanh(u) ** 2
    )


@claim.step(
    "The sum beyond k",
    derivation=r"""
By C3 $c_j(1)^2 \le L_je^{\epsilon_k}$ for odd $j\ge k$, with $L_x = 2\sqrt{2\pi}\,x^{-1/2}
e^{\pi^2/8}e^{-\pi\sqrt x}$ falling and $\epsilon_k\to0$ falling, so $\sum_{j>k} c_j(1)^2 \le
e^{\epsilon_k}\tfrac12\int_k^\infty L_xdx = e^{\epsilon_k}\frac{2\sqrt{2\pi}}{\pi}e^{\pi^2/8}
e^{-\pi\sqrt k}$, and $\tfrac12\cdot\frac{2\sqrt{2\pi}}\pi = \sqrt{2/\pi}$.""",
)
def sum_beyond(evidence: Evidence) -> None:
    law = 2 * sympy.sqrt(2 * sympy.pi) / sympy.sqrt(x) * sympy.exp(-sympy.pi * sympy.sqrt(x))
    half = -2 * sympy.sqrt(2 * sympy.pi) / sympy.pi * sympy.exp(-sympy.pi * sympy.sqrt(x))
    evidence.identity("primitive of ½L", sympy.diff(half, x) - law / 2)
    evidence.identity(
        "the constant", sympy.sqrt(2 * sympy.pi) / sympy.pi - sympy.sqrt(2 / sympy.pi)
    )


@claim.step(
    "Five units, with and without the modes above k",
    derivation=r"""
$\hat\lambda(\beta\mid w)$ from the enclosed eigenvalues of $G$ by quadrature in $x$; and
$\hat\lambda_{\le k}$ from $G_{\le k} = \sum_{j\le k}v_jv_j^T$ with enclosed coefficients: their
difference lies between zero and the bound, for $k$ of either visibility.""",
    confirms=("perturbation", "shares_rise_with_weight", "sum_beyond"),
)
def five_units(evidence: Evidence) -> None:
    weights = [Fraction(j, 5) for j in range(1, 6)]
    spectrum = unit_gram_spectrum(weights, 30)
    with ctx.workprec(200):
        columns = {
            k: [hermite_coefficient("tanh", k, w, digits=45).ball for w in weights]
            for k in range(1, 42, 2)
        }
        for power, order in ((4, 9), (4, 41), (10, 9), (10, 41)):
            scale = arb(10) ** power
            gram = arb_mat(5, 5)
            for k in range(1, order + 1, 2):
                column = arb_mat(5, 1, columns[k])
                gram += column * column.transpose()
            one = arb_mat(5, 5, [arb(int(i == j)) for i in range(5) for j in range(5)])
            truncated = (5 - (one + scale * gram).inv().trace()) / 2
            whole = spectrum.degrees_of_freedom(10**power) / 2
            label = f"β = 10^{power}, k = {order}"
            change = whole - truncated
            evidence.enclosure(f"not below zero, {label}", change, within=(-SLACK, None))
            bound = truncation_change(10**power, order, 5)
            evidence.enclosure(f"below the bound, {label}", bound - change, within=(0, None))


@claim.step(
    "Where the threshold lies for the source's network",
    derivation=r"""
$h = 128$, $\sigma = 1$: at $k = 101$, $e^{\pi\sqrt{101}} = 5.2\cdot10^{13}$. The bound of the
change at $n = e^{\pi\sqrt k}/(128\cdot100)$ is below $\tfrac1{30}$; at $n = e^{\pi\sqrt k}$ it is
above 100, so the width must be counted.""",
    confirms="sum_beyond",
)
def threshold_of_the_network(evidence: Evidence) -> None:
    early = truncation_change(52 * 10**12 // 12_800, 101)
    late = truncation_change(52 * 10**12, 101)
    evidence.enclosure("early", early, within=(0, sympy.Rational(1, 30)))
    evidence.enclosure("late", late, within=(100, None))


def two_readouts(beta: arb, g11: arb, g12: arb, g22: arb) -> arb:
    """Return βE[K] of two readouts by their circle: a = r(cos t, sin t), r integrated exactly.

    With K = r²q(t)/2 and c = 1 + βq: ∫re^(−cr²/2)dr = 1/c and ∫(r³q/2)e^(−cr²/2)dr = q/c².
    """

    def value(t: acb) -> acb:
        return acb(g11) * t.cos() ** 2 + acb(g12) * (2 * t).sin() + acb(g22) * t.sin() ** 2

    def mass(t: acb, _analytic: bool) -> acb:
        return 1 / (1 + beta * value(t))

    def mean(t: acb, _analytic: bool) -> acb:
        q = value(t)
        return beta * q / (1 + beta * q) ** 2

    half = acb(arb.pi())
    total: arb = acb.integral(mean, acb(0), half).real / acb.integral(mass, acb(0), half).real
    return total


@claim.step(
    "Two units, their readouts integrated by quadrature",
    derivation=r"""
$\beta\,\mathbb{E}[K]$ as an integral over the readouts' circle in balls, with $G$ from the kernel,
and with $G_{\le k} = \sum_{j\le k}v_jv_j^T$: no eigenvalues, no traces. The first is
$\tfrac12\operatorname{tr}g(\beta G)$, and their difference lies between zero and the bound.""",
    confirms=("readouts_integrate_out", "perturbation"),
)
def two_units(evidence: Evidence) -> None:
    weights = (Fraction(1), Fraction(9, 10))
    spectrum = unit_gram_spectrum(list(weights), 30)
    kernel = NeuronKernel(TANH, StandardNormal(1))
    with ctx.workprec(150):
        gram = [
            kernel.enclosure((v, 0), (w, 0), digits=35)
            for v, w in ((weights[0],) * 2, weights, (weights[1],) * 2)
        ]
        for power, order in ((0, 3), (0, 9), (1, 21), (2, 31)):
            beta, cut = arb(10) ** power, [arb(0)] * 3
            for k in range(1, order + 1, 2):
                first, second = (hermite_coefficient("tanh", k, w, digits=40).ball for w in weights)
                terms = (first**2, first * second, second**2)
                cut = [old + new for old, new in zip(cut, terms, strict=True)]
            label = f"β = 10^{power}, k = {order}"
            whole, truncated = two_readouts(beta, *gram), two_readouts(beta, *cut)
            wanted = spectrum.degrees_of_freedom(10**power) / 2
            evidence.enclosure(f"½ tr g, {label}", whole - wanted, within=(-SLACK, SLACK))
            evidence.enclosure(f"not below zero, {label}", whole - truncated, within=(0, None))
            bound = truncation_change(10**power, order, 2)
            evidence.enclosure(
                f"below the bound, {label}", bound - (whole - truncated), within=(0, None)
            )
