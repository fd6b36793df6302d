"""D4: Free energy across a cubic and a quartic singularity: Airy and Pearcey functions."""

import sympy
from flint import acb, arb, ctx
from sympy import Rational, symbols

from slt_symbolic.claims import Claim, Evidence, Source, Verdict
from slt_symbolic.crossings import CUBIC_EDGE, CUBIC_WELL, QUARTIC

BITS = 160
CONTROLS = (-5, -2, Rational(-1, 2), Rational(1, 3), 2, 6)

claim = Claim(
    id="D4",
    title="Airy and Pearcey corrections to the free energy",
    statement=(
        r"\int e^{-n(x^3/3 + tx)}dx = \pi n^{-1/3}\,\mathcal{A}(-n^{2/3}t),\quad"
        r"\int e^{-n(x^4/4 + sx^2/2 + tx)}dx = n^{-1/4}P(n^{1/2}s, n^{3/4}t)"
    ),
    plain=(
        "Simple cubic and quartic singularities are accounted for by special functions of one "
        "scaled variable for each control, uniformly while the minimum degenerates: for the cubic "
        "Scorer's function where the parameters end at the singularity, Airy's Bi for a well "
        "behind its barrier (Ai is the rate at which it is left), for the quartic Pearcey's "
        "integral on the real axis. The estimate n E[K - min K] passes from one learning "
        "coefficient to the next through values that belong to neither."
    ),
    source=Source(document="002", place="Airy and Pearcey corrections"),
    assumptions=(
        "cubic: x >= 0 (edge), or from the barrier's top on (well): on the whole line it diverges",
        "constant prior near the minimum",
    ),
    references=(
        "NIST Digital Library of Mathematical Functions, chapters 9, 12 and section 36.2",
        "Chester, Friedman and Ursell 1957, An extension of the method of steepest descents",
    ),
    expected=Verdict.ENCLOSED,
)

n, y = symbols("n y", positive=True)
s, t, z, x = symbols("s t z x", real=True)


@claim.step(
    "Scaling",
    derivation=r"""
$x = n^{-1/3}y$ turns $n(x^3/3 + tx)$ into $y^3/3 + n^{2/3}ty$, and $x = n^{-1/4}y$ turns
$n(x^4/4 + sx^2/2 + tx)$ into $y^4/4 + n^{1/2}s\,y^2/2 + n^{3/4}ty$. With
$-n\,\partial_n\log Z = n\mathrm{E}[K]$ the estimate is a function of the scaled controls alone.
""",
)
def scaling(evidence: Evidence) -> None:
    cubic = n * (x**3 / 3 + t * x)
    quartic = n * (x**4 / 4 + s * x**2 / 2 + t * x)
    third, quarter = Rational(1, 3), Rational(1, 4)
    evidence.identity(
        "cubic", sympy.expand(cubic.subs(x, n**-third * y) - y**3 / 3 - n ** (2 * third) * t * y)
    )
    scaled = y**4 / 4 + sympy.sqrt(n) * s * y**2 / 2 + n ** (3 * quarter) * t * y
    evidence.identity("quartic", sympy.expand(quartic.subs(x, n**-quarter * y) - scaled))


@claim.step(
    "Scaled and not, in balls",
    derivation=r"""
$\int_0^3e^{-n(x^3/3+tx)}dx$ and $\int_{-3}^3e^{-n(x^4/4+sx^2/2+tx)}dx$ by verified integration at
$n = 100$, with what is beyond bounded, against the right sides.
""",
    confirms="scaling",
)
def unscaled(evidence: Evidence) -> None:
    with ctx.workprec(BITS):
        n, small = arb(100), arb(0, 1e-30)  # beyond 3: below exp(-300)
        for s, t in ((arb(1) / 5, arb(1) / 10), (-arb(1) / 5, arb(1) / 10)):
            cubic = acb.integral(lambda x, _, t=t: (-n * (x**3 / 3 + t * x)).exp(), 0, 3).real
            right = CUBIC_EDGE.special(n ** (arb(2) / 3) * t).partition / n ** (arb(1) / 3)
            evidence.enclosure(f"cubic, t = {t.str(2, radius=False)}", cubic + small, right)
            quartic = acb.integral(
                lambda x, _, s=s, t=t: (-n * (x**4 / 4 + s * x**2 / 2 + t * x)).exp(), -3, 3
            ).real
            right = QUARTIC.special(n.sqrt() * s, n ** (arb(3) / 4) * t).partition
            evidence.enclosure(
                f"quartic, s = {s.str(2, radius=False)}", quartic + small, right / n ** (arb(1) / 4)
            )


@claim.step(
    "The special functions are those integrals",
    derivation=r"""
$\pi\mathrm{Hi}$ and $P$, from convergent and enveloping series in balls, against verified
quadrature of the integrals with bounds of the tails.
""",
)
def values(evidence: Evidence) -> None:
    with ctx.workprec(BITS):
        for control in CONTROLS:
            at = arb(int(Rational(control).p)) / int(Rational(control).q)
            for crossing, scaled in ((CUBIC_EDGE, (at,)), (QUARTIC, (at, arb(1) / 2))):
                one, two = crossing.special(*scaled), crossing.integrated(*scaled)
                label = f"{crossing.name} at {control}"
                evidence.enclosure(f"{label}: integral", one.partition, two.partition)
                evidence.enclosure(f"{label}: energy", one.energy, two.energy)


@claim.step(
    "Differential equations",
    derivation=r"""
$A(z) = \int e^{-y^3/3 + zy}dy$ satisfies $A'' - zA = -\bigl[e^{-y^3/3 + zy}\bigr]$, as
$(y^2 - z)e^{-y^3/3 + zy}$ is a total derivative: $1$ over $[0, \infty)$ (Scorer: $A =
\pi\mathrm{Hi}$), $0$ on a contour between sectors of decay (Airy: $\pi\mathrm{Bi}$,
$\pi\mathrm{Ai}$). $P(S, T)$ satisfies $P_{TT} + 2P_S = 0$ and $P_{TTT} + SP_T - TP = 0$: the
second again a total derivative, $(y^3 + Sy + T)e^{-q}$, with $P_T = -\langle y\rangle$. The exact
forms satisfy them.
""",
    confirms="values",
)
def equations(evidence: Evidence) -> None:
    weight = sympy.exp(-(y**3) / 3 + z * y)
    total = sympy.expand((weight.diff(y) + (y**2 - z) * weight) / weight)
    evidence.identity("cubic: total derivative", sympy.simplify(total))
    S, T = symbols("S T", real=True)
    q = y**4 / 4 + S * y**2 / 2 + T * y
    density = sympy.exp(-q)
    evidence.identity(
        "quartic: total derivative", sympy.simplify(density.diff(y) / density + y**3 + S * y + T)
    )
    evidence.identity(
        "quartic: heat equation",
        sympy.simplify((density.diff(T, 2) + 2 * density.diff(S)) / density),
    )
    for name, function in (("Bi", sympy.airybi(z)), ("Ai", sympy.airyai(z))):
        evidence.identity(f"{name}'' = z {name}", sympy.expand(function.diff(z, 2) - z * function))


@claim.step(
    "Their values without controls",
    derivation=r"""
$\int_0^\infty e^{-y^3/3}dy = 3^{-2/3}\Gamma(\tfrac13)$, $\int e^{-y^4/4}dy =
\Gamma(\tfrac14)/\sqrt2$, and at $T = 0$, $S > 0$, $P = \sqrt{S/2}\,e^{S^2/8}K_{1/4}(S^2/8)$.
""",
    confirms="values",
)
def at_zero(evidence: Evidence) -> None:
    third, quarter = Rational(1, 3), Rational(1, 4)
    cubic = sympy.integrate(sympy.exp(-(y**3) / 3), (y, 0, sympy.oo))
    quartic = 2 * sympy.integrate(sympy.exp(-(y**4) / 4), (y, 0, sympy.oo))
    evidence.identity("cubic", sympy.gammasimp(cubic - 3 ** (-2 * third) * sympy.gamma(third)))
    evidence.identity("quartic", sympy.gammasimp(quartic - sympy.gamma(quarter) / sympy.sqrt(2)))
    with ctx.workprec(BITS):
        gamma = (arb(1) / 3).gamma() / arb(3) ** (arb(2) / 3)
        evidence.enclosure("Hi", CUBIC_EDGE.special(arb(0)).partition, gamma)
        for S in (1, 4, 9):
            u = arb(S) ** 2 / 8
            bessel = (arb(S) / 2).sqrt() * u.exp() * u.bessel_k(arb(1) / 4)
            evidence.enclosure(f"P({S}, 0)", QUARTIC.special(arb(S), arb(0)).partition, bessel)


@claim.step(
    "A well behind its barrier",
    derivation=r"""
Turned into the complex plane at the barrier's top, the contour gives $\pi(\mathrm{Bi} \mp
i\mathrm{Ai})$. On the vertical line there the exponent is $-\tfrac23z^{3/2} - \sqrt z\,y^2 +
iy^3/3$, so the integral cut at the top differs from $\pi\mathrm{Bi}$ by at most
$\tfrac12\sqrt{\pi}\,z^{-1/4}e^{-\frac23z^{3/2}}$.
""",
)
def well(evidence: Evidence) -> None:
    rt = symbols("r", positive=True)
    u = -rt + sympy.I * y
    exponent = sympy.expand(-(u**3) / 3 + rt**2 * u)
    stated = -2 * rt**3 / 3 - rt * y**2 + sympy.I * y**3 / 3
    evidence.identity("exponent on the line, z = r^2", sympy.expand(exponent - stated))


@claim.step(
    "The well, against quadrature from the top of the barrier",
    derivation=r"""
$\bigl|\int_{-\sqrt z}^\infty e^{-y^3/3 + zy}dy - \pi\mathrm{Bi}(z)\bigr|$ over its bound, in balls:
between 0 and 1.
""",
    confirms="well",
)
def well_cut(evidence: Evidence) -> None:
    with ctx.workprec(BITS):
        for at in (1, 2, 4, 8):
            gap = CUBIC_WELL.special(arb(-at)).partition - CUBIC_WELL.integrated(arb(-at)).partition
            share = gap / CUBIC_WELL.cut_error(arb(at))
            evidence.enclosure(f"z = {at}", share, within=(-1, 1))


@claim.step(
    "The sides",
    derivation=r"""
With $A' / A$ for $\pi\mathrm{Hi}$ the estimate is $\tfrac13 - \tfrac23zA'/A + \tfrac23z_+^{3/2}$.
From $\mathrm{Hi} \sim e^{\frac23z^{3/2}}/\sqrt\pi z^{1/4}$ and $\mathrm{Hi} \sim -1/\pi z$ it
tends to $\tfrac13 + \tfrac16 = \tfrac12$ and to $\tfrac13 + \tfrac23 = 1$: regular, and a slope at
the edge. On $t = 0$ the quartic goes to $\tfrac12$ on both sides, through $\tfrac14$.
""",
)
def sides(evidence: Evidence) -> None:
    right = sympy.exp(2 * y ** Rational(3, 2) / 3) * y ** Rational(-1, 4)
    slope = sympy.expand(y * right.diff(y) / right)
    estimate = Rational(1, 3) - 2 * slope / 3 + 2 * y ** Rational(3, 2) / 3
    evidence.identity("z to infinity", sympy.expand(estimate - Rational(1, 2)))
    left = 1 / y
    evidence.identity("z to -infinity", Rational(1, 3) - 2 * y * left.diff(y) / left / 3 - 1)


@claim.step(
    "The sides in balls, and what lies between",
    derivation=r"""
$n\mathrm{E}[K - \min K]$ at $n = 10^8$ within $10^{-3}$ of the learning coefficients for controls
$\pm\tfrac1{10}$; and below the least of them or above the greatest on the way: below $0.2801$ at
the cubic edge, below $0.209$ and above $0.58$ for the quartic.
""",
    confirms="sides",
)
def between(evidence: Evidence) -> None:
    near = Rational(1, 1000)
    for crossing, controls, value in (
        (CUBIC_EDGE, (Rational(1, 10),), Rational(1)),
        (CUBIC_EDGE, (Rational(0),), Rational(1, 3)),
        (CUBIC_EDGE, (Rational(-1, 10),), Rational(1, 2)),
        (QUARTIC, (Rational(1, 10), Rational(0)), Rational(1, 2)),
        (QUARTIC, (Rational(0), Rational(0)), Rational(1, 4)),
        (QUARTIC, (Rational(-1, 10), Rational(0)), Rational(1, 2)),
    ):
        ball = crossing.coefficient(10**8, *controls, digits=12)
        label = f"{crossing.name} at {controls}"
        evidence.enclosure(label, ball, within=(value - near, value + near))
    with ctx.workprec(BITS):
        dip = CUBIC_EDGE.special(arb(-2) / 5).energy
        low, high = (QUARTIC.special(v, arb(0)).energy for v in (arb(-1) / 2, arb(-37) / 10))
    evidence.enclosure("cubic edge, dip", dip, within=(None, Rational(2801, 10000)))
    evidence.enclosure("quartic, dip", low, within=(None, Rational(209, 1000)))
    evidence.enclosure("quartic, overshoot", high, within=(Rational(58, 100), None))


@claim.figure("n E[K - min K] against n across the cubic and the quartic singularity.")
def crossings() -> object:
    from slt_symbolic.studies.airy_pearcey import Settings, airy_pearcey

    return airy_pearcey(Settings.quick()).figure()
