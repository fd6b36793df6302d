"""The rows: lambda and m at points of every stratum, with certificate, and what sampling says."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

import sympy

from slt_symbolic.activations import RELU, activation, polynomial
from slt_symbolic.divergence import KLDivergence
from slt_symbolic.inputs import UniformInterval
from slt_symbolic.networks import TwoLayer, Unit
from slt_symbolic.phases import local_learning_coefficient
from slt_symbolic.rlct import Problem, check, learning_coefficient
from slt_symbolic.studies.reference_table.sampled import Sampled
from slt_symbolic.studies.reference_table.settings import Case
from slt_symbolic.true_set import Stratum, TrueSet

__all__ = ["Row", "network_divergence", "rows_of", "verify"]

Point = Mapping[sympy.Symbol, sympy.Expr]


@dataclass(frozen=True)
class Row:
    """One place on W0.

    Attributes
    ----------
    activation, width, truth
        The case.
    stratum
        Its name: what each unit does.
    place
        ``generic``, or which stratum's closure is met there.
    dimension
        Of the stratum.
    point
        Exact values, as text.
    lower, upper
        Bounds on lambda, equal where it is known; the upper None if there is none.
    multiplicity
        m, or None.
    known
        ``proved``, ``theorem``, ``value`` or ``bounds``.
    reason
        Why.
    regular
        Directions in which K is a square, beside what the certificate is about: each adds 1/2.
    certificate
        Plain data that `slt_symbolic.rlct.check` accepts, or None for a theorem.
    sampled
        What sampling said, or None.
    """

    activation: str
    width: int
    truth: int
    stratum: str
    place: str
    dimension: int | None
    point: Mapping[str, str]
    lower: str
    upper: str | None
    multiplicity: int | None
    known: str
    reason: str
    regular: int = 0
    certificate: Mapping[str, Any] | None = None
    sampled: Sampled | None = None

    @property
    def case(self) -> Case:
        """The network."""
        return Case(self.activation, self.width, self.truth)

    @property
    def exact(self) -> bool:
        """Whether lambda and m are both known."""
        return self.lower == self.upper and self.multiplicity is not None

    @property
    def answer(self) -> tuple[str, str | None, int | None]:
        """Bounds and multiplicity."""
        return self.lower, self.upper, self.multiplicity


def network_divergence(case: Case) -> KLDivergence:
    """Return K of a case, x uniform on [-1, 1], no output bias."""
    biased = case.activation == "relu with biases"
    if case.activation == "quadratic":
        units = polynomial((0, 0, 1))
    else:
        units = RELU if biased else activation(case.activation)
    if biased:
        step = sympy.Rational(2, case.truth + 1)
        given = [Unit(1, (1,), 1 - step * (k + 1)) for k in range(case.truth)]
    elif case.activation == "relu":
        given = [Unit(1, (w,), 0) for w in (1, -1)[: case.truth]]
    else:
        given = [Unit(1, (k + 1,), 0) for k in range(case.truth)]
    biases = None if biased else 0
    model = TwoLayer.symbolic(units, width=case.width, biases=biases, output_bias=0)
    return KLDivergence(model, TwoLayer(units, tuple(given), inputs=1), UniformInterval(-1, 1))


def rows_of(case: Case, *, points: int, budget: float) -> tuple[Row, ...]:
    """Return the rows of a case: at most one for each stratum and answer.

    Notes
    -----
    Strata are those of `TrueSet`, up to permutations of units, and, where the activation is odd
    or even and there are no biases, up to signs. On each, lambda is asked for at random points of
    each part that the sides of silent units make, and at one point where the closure of each other
    stratum meets it.

    Examples
    --------
    >>> for row in rows_of(Case("tanh", 1, 0), points=1, budget=5.0):
    ...     print(row.stratum, row.place, row.lower, row.multiplicity)
    [silent] generic 1/2 1
    [flat0] generic 1/2 1
    [flat0] meets [silent] 1/2 2
    """
    if case.activation == "quadratic":
        return tuple(_quadratic(case, budget))
    divergence = network_divergence(case)
    true_set = TrueSet(divergence.model, divergence.truth, divergence.inputs)
    strata = [s for s in true_set.strata if isinstance(s, Stratum)]
    if divergence.model.activation.parity is not None:
        strata = list({str(s.type).replace("-", "+"): s for s in strata}.values())
    names = {s.type: s for s in strata}
    places: list[tuple[Stratum, str, Point]] = [
        (s, "generic", point) for s in strata for seed in range(points) for point in s.points(seed)
    ]
    for source in strata:
        for limit in true_set.limits(source):
            if limit.target in names:
                target = names[limit.target]
                places.append((target, f"meets {source.type}", limit.curve(sympy.S.Zero)))
    seen: dict[tuple[Any, ...], Row] = {}
    for stratum, place, point in places:
        row = _row(case, divergence, stratum, place, point, budget)
        seen.setdefault((row.stratum, row.answer), row)
    order = {str(s.type): k for k, s in enumerate(strata)}
    return tuple(sorted(seen.values(), key=lambda row: order[row.stratum]))


def _row(
    case: Case, divergence: KLDivergence, stratum: Stratum, place: str, point: Point, budget: float
) -> Row:
    local = local_learning_coefficient(divergence, point, budget=budget)
    certificate = getattr(local.answer, "certificate", None)
    return Row(
        case.activation, case.width, case.truth, str(stratum.type), place, stratum.dimension,
        {str(p): str(point[p]) for p in divergence.parameters},
        str(local.lower), None if local.upper is None else str(local.upper), local.multiplicity,
        str(local.known), local.reason, local.regular,
        None if certificate is None else certificate.data,
    )  # fmt: skip


def _quadratic(case: Case, budget: float) -> Iterator[Row]:
    """K is (sum q w^2 - m)^2 / 10: its places by hand, lambda by the engine."""
    w = sympy.symbols(f"w1:{case.width + 1}")
    q = sympy.symbols(f"q1:{case.width + 1}")
    K = (sum(b * a**2 for a, b in zip(w, q, strict=True)) - case.truth) ** 2
    count = case.width
    if case.truth:
        places = {"smooth": ([1] + [0] * (count - 1), [1] * count)}
    else:
        places = {
            "readouts of one sign, weights 0": ([0] * count, [1] * count),
            "all 0": ([0] * count, [0] * count),
            "smooth": ([1] * count, [0] * count),
        }
        if count > 1:
            signs = [1] * (count - 1) + [-1]
            places["readouts of both signs, weights 0"] = ([0] * count, signs)
    for name, (weights, readouts) in places.items():
        found = learning_coefficient(Problem(K, (*w, *q), (*weights, *readouts)), budget=budget)
        values = zip((*w, *q), (*weights, *readouts), strict=True)
        yield Row(
            case.activation, case.width, case.truth, name, "generic", None,
            {str(p): str(v) for p, v in values},
            str(found.lower), None if found.upper is None else str(found.upper),
            found.multiplicity, str(found.known), found.reason, 0, found.certificate.data,
        )  # fmt: skip


def verify(row: Row) -> bool:
    """Check a row's certificate again, and that it says what the row says.

    Returns
    -------
    bool
        False if there is none.

    Raises
    ------
    ValueError
        If the certificate is refused, or says something else.
    """
    if row.certificate is None:
        return False
    verdict = check(dict(row.certificate))
    shift = sympy.Rational(row.regular, 2)
    found = (
        str(verdict.lower + shift),
        None if verdict.upper is None else str(verdict.upper + shift),
        verdict.multiplicity,
    )
    # Bounds of a row may come from rank and codimension too.
    if row.known in ("proved", "value") and found != row.answer:
        raise ValueError(f"{row.case}, {row.stratum}: the certificate says {found}")
    return True
