"""Fully connected ReLU networks of any depth: null vector fields, found and proved."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import pairwise
from typing import Any

import numpy as np
import sympy
from flint import Ordering, fmpq, fmpq_mat, fmpq_mpoly_ctx

from slt_symbolic.exact.parameter_points import Values, exact_point
from slt_symbolic.fisher.backpropagation import Layer, gradients
from slt_symbolic.fisher.elimination import right_kernel
from slt_symbolic.fisher.rank import NullRelations, RankProof

ROUNDS = 6
"""How often more random points are added before a field that is no identity is an error."""

TRIES = 12
"""At how many random parameters a rank is sought."""


@dataclass(frozen=True)
class DeepReLU:
    """A fully connected ReLU network x ↦ W_L σ(… σ(W_1 x + b_1) …) + b_L.

    Parameters
    ----------
    widths : tuple of int
        (inputs, hidden widths …, outputs), at least three.
    biases : bool
        Whether every layer has biases.

    Notes
    -----
    Theorem (any depth, any widths, any positively homogeneous activation). For every hidden unit
    with incoming weights w, bias b and outgoing weights v,

        Σ w_k ∂_{w_k} f + b ∂_b f − Σ v_j ∂_{v_j} f = 0.

    Proof. Let z = ⟨w, h⟩ + b be its preactivation and δ_j the derivative of f in the j-th
    preactivation of the next layer. By the chain rule ∂_{w_k} f = δ h_k, ∂_b f = δ with
    δ = Σ_j δ_j v_j σ′(z), and ∂_{v_j} f = δ_j σ(z). By Euler's identity zσ′(z) = σ(z) the sum of
    the first two groups is δ z = Σ_j v_j δ_j σ(z), the third. So the Fisher information is
    degenerate at every parameter, by at least the number of hidden units wherever none of them
    has all its weights zero.

    Where every preactivation is not zero, f is the polynomial that takes s·z for σ(z), with
    s ∈ {0, 1} the activation pattern; an identity with the s as free symbols holds for all
    patterns, hence for almost all x. :meth:`verify` decides such identities.

    Examples
    --------
    >>> network = DeepReLU((1, 1, 1, 1), biases=False)
    >>> network.parameters
    (w1_1_1, w2_1_1, w3_1_1)
    >>> network.linear_fields().fields
    ((-w1_1_1, w2_1_1, 0), (-w1_1_1, 0, w3_1_1))
    """

    widths: tuple[int, ...]
    biases: bool = True

    def __post_init__(self) -> None:
        sizes = tuple(self.widths)
        if len(sizes) < 3 or any(
            isinstance(n, bool) or not isinstance(n, int) or n < 1 for n in sizes
        ):
            raise ValueError(f"widths must be at least three positive ints, got {self.widths!r}")
        object.__setattr__(self, "widths", sizes)

    @cached_property
    def layers(self) -> tuple[Layer, ...]:
        """Where the parameters of each layer stand in the flat vector."""
        layers, at = [], 0
        for before, after in pairwise(self.widths):
            weights = tuple(
                tuple(range(at + before * i, at + before * (i + 1))) for i in range(after)
            )
            at += before * after
            biases = tuple(range(at, at + after)) if self.biases else ()
            at += len(biases)
            layers.append((weights, biases))
        return tuple(layers)

    @cached_property
    def parameters(self) -> tuple[sympy.Symbol, ...]:
        """Layer by layer: weights w1_1_1, w1_1_2, … row by row, then biases b1_1, ….."""
        names = []
        for k, (weights, biases) in enumerate(self.layers, start=1):
            names += [
                f"w{k}_{i + 1}_{j + 1}" for i, row in enumerate(weights) for j in range(len(row))
            ]
            names += [f"b{k}_{i + 1}" for i in range(len(biases))]
        return tuple(sympy.Symbol(name, real=True) for name in names)

    @property
    def hidden_units(self) -> int:
        """Number of hidden units."""
        return sum(self.widths[1:-1])

    def point(self, values: Values) -> dict[sympy.Symbol, sympy.Expr]:
        """Return an exact number for every parameter."""
        return exact_point(self.parameters, values)

    def scaling_fields(self) -> tuple[tuple[sympy.Expr, ...], ...]:
        """Return the scaling relation of every hidden unit, as coefficients of ∂_j."""
        fields = []
        for (weights, biases), (following, _) in pairwise(self.layers):
            for i, row in enumerate(weights):
                field = [sympy.S.Zero] * len(self.parameters)
                for k in (*row, *biases[i : i + 1]):
                    field[k] = self.parameters[k]
                for outgoing in following:
                    field[outgoing[i]] = -self.parameters[outgoing[i]]
                fields.append(tuple(field))
        return tuple(fields)

    def verify(self, field: Sequence[sympy.Expr]) -> bool:
        """Decide whether Σ v_j ∂_j f = 0 for every parameter and almost every x.

        Parameters
        ----------
        field : sequence of sympy.Expr
            Polynomials v_j in the parameters, with rational coefficients.

        Notes
        -----
        True is a proof. False says that the identity fails with the activation pattern as free
        symbols; as some patterns may not occur for any x, it is no disproof.
        """
        if len(field) != len(self.parameters):
            raise ValueError(f"field must have {len(self.parameters)} entries, got {len(field)}")
        context, gens, outputs = self._pattern_polynomials
        entries = [
            context.from_dict(
                {
                    (*m, *(0,) * (len(gens) - len(m))): fmpq(int(c.p), int(c.q))
                    for m, c in sympy.Poly(v, *self.parameters, domain="QQ").terms()
                    if c
                }
            )
            for v in field
        ]
        for output in outputs:
            total = context.constant(0)
            for j, v in enumerate(entries):
                if not v.is_zero():
                    total = total + v * output.derivative(j)
            if not total.is_zero():
                return False
        return True

    def linear_fields(self, *, seed: int = 0) -> NullRelations:
        """Return all null vector fields with linear coefficients, and the generic rank.

        The fields are looked for by exact linear algebra: Σ_jk a_jk w_k ∂_j f(x, w) = 0 at more
        random exact (x, w) than there are unknowns a_jk, nothing being assumed about them. Each
        is then proved by :meth:`verify`. The rank given is the largest that was found at a few
        random parameters, bounded from above by the scaling relations. If the bounds meet, it is
        the largest of all, and that on an open set of parameters; elsewhere a network of several
        hidden layers may have less on open sets, where units are dead or always active.

        Raises
        ------
        ArithmeticError
            If a field found at random points is no identity.
        """
        rng = np.random.default_rng(seed)
        size = len(self.parameters)
        rows: list[list[fmpq]] = []
        for _ in range(ROUNDS):
            wanted = len(rows) + 2 * size * size
            while len(rows) < wanted:
                w = [fmpq(int(rng.integers(-9, 9, endpoint=True))) for _ in range(size)]
                x = [fmpq(int(rng.integers(-9, 9, endpoint=True))) for _ in range(self.widths[0])]
                # A gradient of zero gives no equation: no unit before that output is active.
                alive = filter(any, self.gradients(w, x))
                rows.extend([g * c for g in gradient for c in w] for gradient in alive)
            fields = [self._field(vector) for vector in right_kernel(rows)]
            if all(map(self.verify, fields)):
                break
        else:
            raise ArithmeticError("a field vanishes at all random points but is no identity")
        proof: RankProof | None = None
        for attempt in range(TRIES):
            # Mostly positive weights: a random network is often dead, and says little then.
            values = [
                sympy.Rational(int(rng.integers(-20, 60, endpoint=True)), 7) for _ in range(size)
            ]
            found = self.rank_proof(values, seed=attempt)
            if proof is None or found.lower > proof.lower:
                proof = found
            if proof.known == "proved":
                break
        if proof is None:
            raise ArithmeticError("no parameter was tried")
        return NullRelations(self.parameters, tuple(fields), proof)

    def _field(self, coefficients: Sequence[fmpq]) -> tuple[sympy.Expr, ...]:
        """Return the vector field Σ_jk a_jk w_k ∂_j from its coefficients."""
        size = len(self.parameters)
        return tuple(
            sympy.Add(
                *(
                    _rational(a) * p
                    for a, p in zip(
                        coefficients[j * size : (j + 1) * size], self.parameters, strict=True
                    )
                    if a
                )
            )
            for j in range(size)
        )

    def rank_proof(self, values: Values, *, seed: int = 0) -> RankProof:
        """Bound the rank of the Fisher information at a rational parameter from both sides.

        From below by the exact rank of the gradients at random rational inputs off all kinks (for
        a law whose support has these inputs in it, such as a normal one); from above by the
        scaling relations, which are identities. The bounds need not meet where units share
        hyperplanes or are dead.
        """
        w = [fmpq(int(v.p), int(v.q)) for v in self._rationals(values)]
        rng, size = np.random.default_rng(seed), len(self.parameters)
        rows: list[list[fmpq]] = []
        rank = stalled = 0
        while stalled < 3:  # gradients vary over small cells: go on until nothing is gained
            for _ in range(2 * size):
                x = [_random(rng) * int(rng.choice((1, 4, 16))) for _ in range(self.widths[0])]
                rows += self.gradients(w, x)
            found = fmpq_mat(rows).rank()
            stalled = stalled + 1 if found == rank else 0
            rank = found
        fields = [[fmpq(int(e.p), int(e.q)) for e in (
            sympy.sympify(v).xreplace(self.point(values)) for v in f)]
            for f in self.scaling_fields()]  # fmt: skip
        relations = fmpq_mat(fields).rank()
        return RankProof(
            rank,
            size - relations,
            size,
            f"exact gradients at {len(rows)} outputs and inputs have rank {rank}",
            f"{relations} independent scaling relation(s), identities by the chain rule",
        )

    def gradients(self, w: Sequence[fmpq], x: Sequence[fmpq]) -> list[list[fmpq]]:
        """Return ∂_j f_o at an input for every output o, exact, by backpropagation.

        At a kink the derivative is that of the side z < 0.
        """
        return gradients(self.layers, len(self.parameters), w, x)

    @cached_property
    def _pattern_polynomials(self) -> tuple[Any, Any, list[Any]]:
        """Return the ring of parameters, inputs and pattern, and the outputs in it."""
        size, inputs = len(self.parameters), self.widths[0]
        names = [f"v{k}" for k in range(size + inputs + self.hidden_units)]
        context = fmpq_mpoly_ctx.get(names, Ordering.lex)
        gens = context.gens()
        hidden, pattern = list(gens[size : size + inputs]), iter(gens[size + inputs :])
        for k, (weights, biases) in enumerate(self.layers):
            values = []
            for i, row in enumerate(weights):
                z = context.constant(0)
                for position, h in zip(row, hidden, strict=True):
                    z = z + gens[position] * h
                if biases:
                    z = z + gens[biases[i]]
                values.append(z if k == len(self.layers) - 1 else next(pattern) * z)
            hidden = values
        return context, gens, hidden

    def _rationals(self, values: Values) -> list[sympy.Rational]:
        point = self.point(values)
        for p, v in point.items():
            if not v.is_Rational:
                raise ValueError(f"value of {p} must be rational, got {v}")
        return list(point.values())


def _random(rng: np.random.Generator) -> fmpq:
    return fmpq(int(rng.integers(-60, 60, endpoint=True)), int(rng.integers(1, 6, endpoint=True)))


def _rational(value: fmpq) -> sympy.Rational:
    return sympy.Rational(int(value.p), int(value.q))
