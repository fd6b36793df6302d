"""All combinatorial types of a network, each with its Fisher rank, equations and a point."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from itertools import combinations, permutations, product

import sympy

from slt_symbolic.activations import RELU
from slt_symbolic.fisher.basis import slope_formula
from slt_symbolic.fisher.jet_rank import independent_units, jet_rank, require_plain
from slt_symbolic.fisher.relu_rank import relu_rank, require_free
from slt_symbolic.networks import TwoLayer

Kinds = tuple[str, ...]


@dataclass(frozen=True)
class RankStratum:
    """Parameters of a network of one combinatorial type, with their Fisher rank.

    Parameters
    ----------
    kinds : tuple of str
        For each unit: ``"H1+"`` (in the first class with its orientation), ``"H1-"`` (the
        opposite one), or what it is with w = 0, followed by ``" q=0"`` where the readout
        vanishes. ReLU: a class is a hyperplane, and w = 0 is ``"off"`` (b < 0) or ``"on"``
        (b > 0). Analytic units: a class is a unit up to reflection, and w = 0 is ``"constant"``,
        or ``"zero"`` where also b = 0 and σ or σ′ vanishes there.
    equations : tuple of sympy.Expr
        Polynomials in the parameters that vanish on it; off smaller types they define it, up to
        the signs in ``kinds``.
    codimension : int
        Of the type in the parameter space.
    rank : int
        The Fisher rank at every point of the type.
    point : dict
        An exact point of it, at which the rank was computed.
    """

    kinds: Kinds
    equations: tuple[sympy.Expr, ...]
    codimension: int
    rank: int
    point: dict[sympy.Symbol, sympy.Expr]


def relu_strata(model: TwoLayer) -> tuple[RankStratum, ...]:
    """Return the combinatorial types of a ReLU network on R^n with their Fisher ranks.

    Parameters
    ----------
    model : TwoLayer
        As for :func:`~slt_symbolic.fisher.relu_rank.relu_rank`; few units: the number of types
        grows fast with the width.

    Returns
    -------
    tuple of RankStratum
        One type of each orbit under permutations of the units, by falling rank. Parameters with
        w = 0, b = 0 are of no type: there f is differentiable only if q = 0.

    Notes
    -----
    The rank at almost every parameter is that of the first type; the degeneracy locus is the
    union of the types with smaller rank (:func:`degeneracy_components` has the largest ones).

    Examples
    --------
    >>> for s in relu_strata(TwoLayer.symbolic(RELU, width=1)):
    ...     print(s.rank, s.codimension, s.kinds, s.equations)
    3 0 ('H1+',) ()
    2 1 ('H1+ q=0',) (q1,)
    2 1 ('on',) (w1,)
    1 1 ('off',) (w1,)
    1 2 ('off q=0',) (w1, q1)
    1 2 ('on q=0',) (w1, q1)
    """
    require_free(model)
    return _strata(model, ("off", "on"), lambda point: relu_rank(model, point))


def jet_strata(model: TwoLayer) -> tuple[RankStratum, ...]:
    """Return the combinatorial types of a network of tanh-like units with their Fisher ranks.

    Parameters
    ----------
    model : TwoLayer
        As for :func:`~slt_symbolic.fisher.jet_rank.jet_rank`; few units.

    Returns
    -------
    tuple of RankStratum
        One type of each orbit under permutations of the units, by falling rank. Every parameter
        is of one type, but for units with w = 0 and a bias other than 0 where σ or σ′ vanishes
        (swish and GELU have such a bias, a transcendental number).

    Notes
    -----
    The formula of ``jet_rank`` depends on the type alone: on which classes there are, with which
    orientations, where readouts vanish, and on σ(b) and σ′(b) where w = 0.

    Examples
    --------
    >>> from slt_symbolic.activations import TANH
    >>> model = TwoLayer.symbolic(TANH, width=2, biases=0, output_bias=0)
    >>> for s in jet_strata(model)[:5]:
    ...     print(s.rank, s.codimension, s.kinds, s.equations)
    4 0 ('H1+', 'H2+') ()
    3 1 ('H1+', 'H2+ q=0') (q2,)
    3 1 ('H1+', 'constant') (w2,)
    2 1 ('H1+', 'H1+') (-w1 + w2,)
    2 1 ('H1+', 'H1-') (w1 + w2,)
    """
    independent_units(model.activation)
    singles = ["constant"]
    at_zero = [model.activation(sympy.S.Zero), slope_formula(model.activation, sympy.S.Zero)]
    if require_plain(model) and 0 in at_zero:
        singles.append("zero")
    return _strata(model, tuple(singles), lambda point: jet_rank(model, point))


def degeneracy_components(model: TwoLayer) -> tuple[RankStratum, ...]:
    """Return the largest types on which the Fisher rank is below its generic value.

    Parameters
    ----------
    model : TwoLayer
        As for :func:`relu_strata` or :func:`jet_strata`.

    Returns
    -------
    tuple of RankStratum
        One of each orbit under permutations of the units. The degeneracy locus in the whole
        parameter space is the union of the closures of these types and of those with permuted
        units; ``equations`` with the signs in ``kinds`` are theirs.

    Notes
    -----
    A type lies in the closure of another if, after a permutation of units, it meets all of the
    other's conditions: readouts and weights that vanish, pairs of units of one class with equal
    or with opposite orientations.

    Examples
    --------
    >>> from slt_symbolic.activations import TANH
    >>> for s in degeneracy_components(TwoLayer.symbolic(TANH, width=2)):
    ...     print(s.rank, s.kinds, s.equations)
    5 ('H1+', 'H2+ q=0') (q2,)
    5 ('H1+', 'constant') (w2,)
    4 ('H1+', 'H1+') (-w1 + w2, -b1 + b2)
    4 ('H1+', 'H1-') (w1 + w2, b1 + b2)
    """
    strata = relu_strata(model) if model.activation == RELU else jet_strata(model)
    low = [s for s in strata if s.rank < strata[0].rank]
    found: list[tuple[RankStratum, list[frozenset[tuple[str, ...]]]]] = []
    for s in sorted(low, key=lambda s: (s.codimension, -s.rank, s.kinds)):
        variants = [_conditions(order) for order in permutations(s.kinds)]
        if not any(other[0] <= v for _, other in found for v in variants):
            found.append((s, variants))
    return tuple(s for s, _ in found)


def _conditions(kinds: Sequence[str]) -> frozenset[tuple[str, ...]]:
    names = [k.partition(" ")[0] for k in kinds]
    found = {("q", str(i)) for i, k in enumerate(kinds) if k.endswith("q=0")}
    for i, name in enumerate(names):
        if not name.startswith("H"):
            found |= {(name, str(i))} | ({("constant", str(i))} if name == "zero" else set())
    pairs = {
        ("pair", str(i), str(j), "+" if names[i] == names[j] else "-")
        for i, j in combinations(range(len(names)), 2)
        if names[i].startswith("H") and names[i][:-1] == names[j][:-1]
    }
    return frozenset(found | pairs)


def _strata(
    model: TwoLayer, singles: Kinds, rank: Callable[[dict[sympy.Symbol, sympy.Expr]], int]
) -> tuple[RankStratum, ...]:
    found: dict[Kinds, RankStratum] = {}
    reflected = model.activation == RELU or model.activation.reflection is not None
    for classes in _assignments(len(model.units), singles, reflected=reflected):
        for readouts in product(("", " q=0"), repeat=len(classes)):
            kinds = _representative([c + q for c, q in zip(classes, readouts, strict=True)])
            if kinds not in found:
                point, equations, codimension = _sample(model, kinds)
                found[kinds] = RankStratum(kinds, equations, codimension, rank(point), point)
    return tuple(sorted(found.values(), key=lambda s: (-s.rank, s.codimension, s.kinds)))


def _assignments(width: int, singles: Kinds, *, reflected: bool) -> Iterator[Kinds]:
    """Yield, unit by unit, a class with an orientation (its first unit's is +), or a single."""
    if width == 0:
        yield ()
        return
    for rest in _assignments(width - 1, singles, reflected=reflected):
        used = len({k[:-1] for k in rest if k.startswith("H")})
        for name in singles:
            yield (*rest, name)
        yield (*rest, f"H{used + 1}+")
        for h in range(1, used + 1):
            yield (*rest, f"H{h}+")
            if reflected:
                yield (*rest, f"H{h}-")


def _representative(kinds: Sequence[str]) -> Kinds:
    """Return the type that stands for its orbit under permutations and turned classes."""
    groups: dict[str, list[str]] = {}
    for kind in kinds:
        name, _, readout = kind.partition(" ")
        label = name[:-1] if name.startswith("H") else name
        groups.setdefault(label, []).append(name[-1] + readout if label != name else readout)
    plain = [(label, sorted(g)) for label, g in groups.items() if not label.startswith("H")]
    planes = []
    for label, group in groups.items():
        if label.startswith("H"):
            turned = sorted({"+": "-", "-": "+"}[k[0]] + k[1:] for k in group)
            planes.append(min(sorted(group), turned))
    planes.sort(key=lambda g: (-len(g), g))
    result = [
        f"H{i}{k[0]}" + (" q=0" if len(k) > 1 else "")
        for i, group in enumerate(planes, start=1)
        for k in group
    ]
    for label, group in sorted(plain):
        result += [label + (" q=0" if k else "") for k in group]
    return tuple(result)


def _sample(
    model: TwoLayer, kinds: Kinds
) -> tuple[dict[sympy.Symbol, sympy.Expr], tuple[sympy.Expr, ...], int]:
    """Return a point of a type, its equations and its codimension."""
    n, scales = model.inputs, model.activation == RELU
    point: dict[sympy.Symbol, sympy.Expr] = {model.output_bias: sympy.S.One}
    equations: list[sympy.Expr] = []
    codimension = 0
    first: dict[int, tuple[sympy.Expr, ...]] = {}
    first_signs: dict[int, int] = {}
    for i, (u, kind) in enumerate(zip(model.units, kinds, strict=True)):
        name, _, silent = kind.partition(" ")
        line = (*u.weights, u.bias) if u.bias in model.parameters else u.weights
        point[u.readout] = sympy.Integer(0 if silent else i + 2)
        if not name.startswith("H"):
            values = [0] * n + [{"off": -1, "zero": 0}.get(name, 1)]
            own = line if name == "zero" else u.weights
            equations += own
            codimension += len(own)
        else:
            plane, sign = int(name[1:-1]), -1 if name.endswith("-") else 1
            # On the moment curve: no two are parallel, so that they differ up to reflection.
            values = [sign * (i + 1 if scales else 1) * plane ** (k + 1) for k in range(n + 1)]
            other = first.setdefault(plane, line)
            first_signs.setdefault(plane, sign)
            if other is not line and scales:
                pairs = combinations(range(n + 1), 2)
                equations += [line[b] * other[a] - line[a] * other[b] for a, b in pairs]
                codimension += n
            elif other is not line:
                mirror = sign * first_signs[plane]
                equations += [e - mirror * f for e, f in zip(line, other, strict=True)]
                codimension += len(line)
        for p, v in zip(line, values, strict=False):
            point[p] = sympy.Integer(v)
        if silent:
            equations.append(u.readout)
            codimension += 1
    return {p: point[p] for p in model.parameters}, tuple(equations), codimension
