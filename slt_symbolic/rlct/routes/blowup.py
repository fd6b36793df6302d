"""Blow-up of a coordinate subspace of codimension two, with rational centres on the fibre."""

from __future__ import annotations

from collections.abc import Callable
from itertools import combinations
from typing import Any

from flint import fmpq, fmpq_mpoly, fmpq_poly

from ..clock import poll
from ..germ import Germ


def blow_up(germ: Germ, solve: Callable[[Germ], Any]) -> dict[str, Any] | None:
    """Blow up the first pair of coordinates whose fibre has isolated rational real centres."""
    for i, j in combinations(range(germ.n), 2):
        poll()
        charts = [_chart(germ, u, v) for u, v in ((i, j), (j, i))]
        if all(chart is not None for chart in charts):
            listed = []
            for chart in charts:
                lifted, v, centres = chart  # type: ignore[misc]  # None is excluded above
                entries = []
                for c in centres:
                    point = [c if k == v else fmpq(0) for k in range(germ.n)]
                    entries.append({"at": str(c), "child": solve(lifted.at(point))})
                listed.append(entries)
            return {"kind": "blowup", "centre": [i, j], "charts": listed}
    return None


def _chart(germ: Germ, u: int, v: int) -> tuple[Germ, int, list[fmpq]] | None:
    """Return the pulled-back germ, and the points of |v| <= 1 where it needs a closer look."""
    images = list(germ.ring.gens())
    images[v] = images[u] * images[v]
    K = germ.K.compose(*images, ctx=germ.ring)
    conditions = [p.compose(*images, ctx=germ.ring) for p in germ.conditions()]
    watched = fmpq_poly([1])
    for p in [K, *conditions]:
        line = _on_fibre(p, u, v)
        if line.is_zero():
            return None
        watched *= line
    if min(int(a[u]) for a in K.to_dict()) == 0:
        return None
    centres = []
    for factor, _ in watched.factor()[1]:
        if factor.degree() == 1:
            root = -factor[0] / factor[1]
            if abs(root) <= 1:
                centres.append(root)
        elif _real_root_in_chart(factor):
            return None
    pulled = germ.substitute(images)
    lifted = Germ(K, pulled.region, (*pulled.prior, (images[u], fmpq(1))), pulled.squares)
    return lifted, v, sorted(centres)


def _on_fibre(p: fmpq_mpoly, u: int, v: int) -> fmpq_poly:
    """Restrict the strict transform, p / u**k with k maximal, to the fibre over the origin."""
    table = {tuple(int(e) for e in a): c for a, c in p.to_dict().items()}
    k = min(a[u] for a in table)
    line = {
        a[v]: c
        for a, c in table.items()
        if a[u] == k and not any(e for i, e in enumerate(a) if i not in (u, v))
    }
    return fmpq_poly([line.get(e, 0) for e in range(max(line, default=0) + 1)])


def _real_root_in_chart(p: fmpq_poly) -> bool:
    """Say whether an irreducible polynomial has a real root in [-1, 1] (from enclosures)."""
    roots: list[Any] = p.complex_roots()
    return any(root.imag.contains(0) and not abs(root.real) > 1 for root, _ in roots)
