"""The matrix E[∂_j f ∂_k f] from the scores' coefficients and the atoms' products."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

import sympy
from flint import arb_mat, ctx

from slt_symbolic.exact.chamber import Chamber, ChamberField
from slt_symbolic.fisher.atom_functions import AtomFunction, atom_function
from slt_symbolic.fisher.field_products import FieldProducts, has_field_products
from slt_symbolic.fisher.folds import FoldBasis
from slt_symbolic.fisher.interval_products import IntervalProducts
from slt_symbolic.fisher.normal_products import NormalProducts
from slt_symbolic.fisher.products import BallNumbers, ChamberNumbers, ExactNumbers, Numbers
from slt_symbolic.fisher.region_products import RegionProducts
from slt_symbolic.fisher.sample_products import SampleProducts
from slt_symbolic.fisher.samples import SampleBasis, distinct_points
from slt_symbolic.fisher.scores import Scores
from slt_symbolic.inputs import (
    FiniteSample,
    InputDistribution,
    StandardNormal,
    UniformBox,
    UniformInterval,
    UniformPolygon,
)
from slt_symbolic.inputs import UniformSphere as Sphere
from slt_symbolic.kernels import NoClosedFormError

Product = Callable[[AtomFunction, AtomFunction], Any]


def exact_gram(scores: Scores, inputs: InputDistribution) -> sympy.ImmutableMatrix:
    """Return E[∂_j f ∂_k f], exact.

    Raises
    ------
    NoClosedFormError
        If an entry has no closed form here.
    """
    if _over_field(scores, inputs):
        entries = _field_entries(scores, inputs)
        return _symmetric(len(scores.rows), lambda i, j: scores.expression(entries[i, j]))
    return _gram(scores, inputs, ExactNumbers())


def symbolic_gram(
    scores: Scores, inputs: InputDistribution, sample: Mapping[sympy.Symbol, sympy.Expr]
) -> tuple[sympy.ImmutableMatrix, Chamber]:
    """Return E[∂_j f ∂_k f] as expressions in the parameters, and where they hold."""
    if _over_field(scores, inputs):
        matrix, conditions = exact_gram(scores, inputs), set()
    else:
        numbers = ChamberNumbers(sample)
        matrix, conditions = _gram(scores, inputs, numbers), numbers.conditions
    field = scores.field
    if isinstance(field, ChamberField):
        conditions |= field.chamber.conditions
    return matrix, Chamber(frozenset(conditions))


def ball_gram(scores: Scores, inputs: InputDistribution, digits: int) -> arb_mat:
    """Return balls around E[∂_j f ∂_k f]."""
    size = len(scores.rows)
    with ctx.workdps(digits + 10):
        numbers = BallNumbers(digits)
        if _over_field(scores, inputs):
            exact = exact_gram(scores, inputs)
            entry = {(i, j): numbers.lift(exact[i, j]) for i in range(size) for j in range(size)}
        else:
            entry = _entries(scores, _product(scores, inputs, numbers), numbers)
        return arb_mat([[entry[max(i, j), min(i, j)] for j in range(size)] for i in range(size)])


def _over_field(scores: Scores, inputs: InputDistribution) -> bool:
    if isinstance(inputs, FiniteSample):
        return all(isinstance(b, SampleBasis) for b in scores.bases)
    folds = all(isinstance(b, FoldBasis) for b in scores.bases)
    return folds and has_field_products(inputs)


def _field_entries(scores: Scores, inputs: InputDistribution) -> dict[tuple[int, int], Any]:
    field = scores.field
    product: Callable[[Any, Any, Any], Any]
    if isinstance(inputs, FiniteSample):
        weights = [field.element(p) for p in distinct_points(inputs).values()]
        zero = field.element(sympy.S.Zero)

        def product(_: Any, a: Any, b: Any) -> Any:
            return weights[a[1]] if a == b else zero
    else:
        products = FieldProducts(scores, inputs)
        functions: dict[Any, AtomFunction] = {}

        def product(basis: Any, a: Any, b: Any) -> Any:
            for atom in (a, b):
                if atom not in functions:
                    functions[atom] = atom_function(basis, atom)
            return products.product(functions[a], functions[b])

    return _sums(scores, product, field.element(sympy.S.Zero), lambda c: c)


def _gram(scores: Scores, inputs: InputDistribution, numbers: Any) -> sympy.ImmutableMatrix:
    entries = _entries(scores, _product(scores, inputs, numbers), numbers)
    return _symmetric(len(scores.rows), lambda i, j: entries[i, j])


def _product(scores: Scores, inputs: InputDistribution, numbers: Numbers) -> Product:
    if all(atom[1] == "monomial" for row in scores.raw for atom in row):
        return lambda f, g: numbers.lift(
            inputs.moment(*(i + j for i, j in zip(f.exponents, g.exponents, strict=True)))
        )
    if isinstance(inputs, StandardNormal | Sphere):
        return NormalProducts(scores, inputs, numbers).product
    if isinstance(inputs, UniformInterval):
        return IntervalProducts(scores, inputs, numbers).product
    if isinstance(inputs, FiniteSample):
        return SampleProducts(scores, inputs, numbers).product
    if isinstance(inputs, UniformBox) and inputs.dimension == 1:
        return IntervalProducts(scores, inputs.sides[0], numbers).product
    if isinstance(inputs, UniformBox | UniformPolygon):
        return RegionProducts(scores, inputs, numbers).product
    raise NoClosedFormError(
        f"the matrix has no closed form and no enclosure here under inputs {inputs!r}"
    )


def _entries(scores: Scores, product: Product, numbers: Numbers) -> dict[tuple[int, int], Any]:
    known: dict[Any, Any] = {}

    def expect(basis: Any, a: Any, b: Any) -> Any:
        key = (basis.activation.name, *sorted((a, b), key=str))
        if key not in known:
            known[key] = product(atom_function(basis, a), atom_function(basis, b))
        return known[key]

    def lift(c: Any) -> Any:
        return numbers.lift(scores.expression(c))

    return _sums(scores, expect, numbers.lift(sympy.S.Zero), lift)


def _sums(
    scores: Scores,
    product: Callable[[Any, Any, Any], Any],
    zero: Any,
    lift: Callable[[Any], Any],
) -> dict[tuple[int, int], Any]:
    """Return Σ over outputs and pairs of atoms, for the lower triangle."""
    rows = [[(atom[0], atom[1:], lift(c)) for atom, c in row.items()] for row in scores.raw]
    entries = {}
    for i, row in enumerate(rows):
        for j, other in enumerate(rows[: i + 1]):
            total = zero
            for output, a, c in row:
                for same, b, d in other:
                    if output == same:
                        value = product(scores.bases[output], a, b)
                        total = total + c * d * value
            entries[i, j] = total
    return entries


def _symmetric(size: int, entry: Callable[[int, int], sympy.Expr]) -> sympy.ImmutableMatrix:
    lower = {(i, j): entry(i, j) for i in range(size) for j in range(i + 1)}
    return sympy.ImmutableMatrix(size, size, lambda i, j: lower[max(i, j), min(i, j)])
