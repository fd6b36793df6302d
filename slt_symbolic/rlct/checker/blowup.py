"""The blow-up of a coordinate subspace of codimension two."""

from __future__ import annotations

from itertools import pairwise

from flint import fmpq, fmpq_mpoly, fmpq_poly

from .algebra import (
    compose,
    count_roots,
    divide_out,
    rational,
    require,
    require_positive,
    univariate,
)
from .germ import Germ, Judge, Node, Verdict, least
from .size_line import product_of, value_at


def _on_fibre(p: fmpq_mpoly, v: int) -> fmpq_poly:
    """Restrict to the line where all coordinates but v are zero."""
    terms = p.to_dict().items()
    line = {int(e[v]): c for e, c in terms if not any(a for k, a in enumerate(e) if k != v)}
    require(bool(line), "a strict transform vanishes on the whole fibre")
    return univariate(line)


def blowup_node(germ: Germ, node: Node, judge: Judge) -> Verdict | None:
    """Blow up {x_i = x_j = 0}: the fibre over the origin is a line, covered by |v| <= 1 twice."""
    i, j = node["centre"]
    n, gens = germ.ring.nvars(), germ.ring.gens()
    require(type(i) is type(j) is int and 0 <= i < n and 0 <= j < n and i != j, "bad centre")
    require(len(node["charts"]) == 2, "a blow-up of codimension two has two charts")
    verdicts: list[Verdict | None] = []
    for (u, v), listed in zip(((i, j), (j, i)), node["charts"], strict=True):
        images = [gens[u] * gens[v] if k == v else gens[k] for k in range(n)]
        K, degree = divide_out(compose(germ.K, images), gens[u])
        region = [divide_out(compose(r, images), gens[u]) for r in germ.region]
        prior = [(*divide_out(compose(p, images), gens[u]), s) for p, s in germ.prior]
        lifted = Germ(
            germ.ring,
            compose(germ.K, images),
            tuple(compose(r, images) for r in germ.region),
            (*((compose(p, images), s) for p, s in germ.prior), (gens[u], fmpq(1))),
        )

        value, signs = _on_fibre(K, v), [(_on_fibre(r, v), a) for r, a in region]
        watched = product_of([value, *(q for q, _ in signs), *(_on_fibre(p, v) for p, *_ in prior)])
        centres = [rational(entry["at"]) for entry in listed]
        require(centres == sorted(set(centres)), "the centres of a chart must increase")
        require(all(abs(c) <= 1 for c in centres), "a centre lies outside its chart")
        require(
            all(value_at(watched, c) == 0 for c in centres), "a centre is not a root on the fibre"
        )
        inside = count_roots(watched, fmpq(-1), fmpq(1)) + (value_at(watched, fmpq(-1)) == 0)
        require(inside == len(centres), "the centres do not cover the fibre")
        height = 2 + sum((s * b for _, b, s in prior), fmpq(0))
        require(degree > 0, "K does not vanish on the centre of a blow-up")
        require(height > 0, "the prior is not integrable")
        ends = [fmpq(-1), *centres, fmpq(1)]
        for left, right in pairwise(ends):
            sample = (left + right) / 2
            if left == right:
                continue
            for side in (1, -1):
                if all(value_at(q, sample) * side**a > 0 for q, a in signs):
                    require_positive(value_at(value, sample) * side**degree > 0, "K is negative")
                    verdicts.append(Verdict(height / degree, height / degree, 1))
        for c, entry in zip(centres, listed, strict=True):
            moved = lifted.substitute([x + c if k == v else x for k, x in enumerate(gens)])
            verdicts.append(judge(moved, entry["child"]))
    return least(verdicts)
