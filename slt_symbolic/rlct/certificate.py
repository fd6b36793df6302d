"""Certificates: a proof of a learning coefficient as plain, serialisable data."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import Any

from flint import fmpq, fmpq_mpoly

from .errors import CertificateError

FORMAT = "slt-symbolic learning coefficient certificate 1"
_LONGEST_TEXT = 50_000_000


def encode(p: fmpq_mpoly) -> list[list[Any]]:
    """Return a polynomial as a sorted list of pairs ``[coefficient, exponents]``.

    Examples
    --------
    >>> from flint import Ordering, fmpq_mpoly_ctx
    >>> x, y = fmpq_mpoly_ctx.get(["x", "y"], Ordering.lex).gens()
    >>> encode(x * y**2 / 2 - 3)
    [['-3', [0, 0]], ['1/2', [1, 2]]]
    """
    terms = ((tuple(int(e) for e in powers), c) for powers, c in p.to_dict().items())
    return [[str(fmpq(c)), list(powers)] for powers, c in sorted(terms)]


@dataclass(frozen=True)
class Certificate:
    """A statement, the claim about it, and the proof tree that the checker verifies.

    Attributes
    ----------
    data : dict
        ``format``; ``statement`` (variables, point, and K, region and prior of each piece);
        ``claim`` (lower, upper, multiplicity); ``proofs``, one tree of nodes for each piece.
        Numbers are strings of exact rationals, polynomials lists of
        ``[coefficient, exponents]``. `slt_symbolic.rlct.checker` documents the node kinds.
    """

    data: dict[str, Any]

    @classmethod
    def of(cls, statement: dict[str, Any], claim: Any, proofs: list[Any]) -> Certificate:
        """Return the certificate of a verdict about a statement."""
        return cls(
            {
                "format": FORMAT,
                "statement": statement,
                "claim": {
                    "lower": str(claim.lower),
                    "upper": None if claim.upper is None else str(claim.upper),
                    "multiplicity": claim.multiplicity,
                },
                "proofs": proofs,
            }
        )

    def to_json(self) -> str:
        """Return the certificate as JSON text."""
        return json.dumps(self.data, sort_keys=True)

    @classmethod
    def from_json(cls, text: str) -> Certificate:
        """Read a certificate from JSON text, which is data only: nothing in it is executed.

        Raises
        ------
        CertificateError
            If the text is not a JSON object. Whether its content is true is for the checker.
        """
        if len(text) > _LONGEST_TEXT:
            raise CertificateError("the certificate is too long")
        try:
            data = json.loads(text)
        except (ValueError, RecursionError) as error:
            raise CertificateError(f"not a JSON certificate: {error}") from error
        if not isinstance(data, dict):
            raise CertificateError("a certificate is a JSON object")
        return cls(data)

    def node_kinds(self) -> tuple[str, ...]:
        """Return the kinds of the nodes, in depth-first order.

        Examples
        --------
        >>> Certificate({"proofs": [{"kind": "scale", "child": {"kind": "newton"}}]}).node_kinds()
        ('scale', 'newton')
        """
        kinds: list[str] = []
        stack: list[Any] = [self.data.get("proofs", [])]
        while stack:
            item = stack.pop()
            if isinstance(item, dict):
                if "kind" in item:
                    kinds.append(item["kind"])
                stack.extend(reversed(list(item.values())))
            elif isinstance(item, list):
                stack.extend(reversed(item))
        return tuple(kinds)

    def __repr__(self) -> str:
        return f"Certificate({' > '.join(self.node_kinds())})"
