"""The node for quasi-homogeneous germs in space: one weighted blow-up, then complete plane covers.

Let K, the inequalities and the prior factors be homogeneous for positive weights w, in three
variables. On the part of the space where abs(x_i)**(1/w_i) is the largest,

    x_i = +-s**w_i,   x_j = s**w_j t_j,   s >= 0,   -1 <= t_j <= 1,

K is s**d K'(t), the density s**(h - 1) p(t) up to constants, with d the degree of K and h the sum
of the weights and of the degrees of the prior. So zeta is a product of one integral over s, with
its pole at -h/d, and one over the square, which `slt_symbolic.rlct.checker.cover` decides. The six
parts meet in sets of measure zero, and zeta is the sum of their integrals.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from flint import fmpq

from ..errors import EmptyGermError
from .algebra import at_origin, compose, constant, context, initial_form, require
from .blocks import multiply
from .cover import cover_node
from .germ import Germ, Judge, Node, Verdict, least

SQUARE = ((fmpq(-1), fmpq(1)), (fmpq(-1), fmpq(1)))


def parts(germ: Germ) -> Iterator[Germ | None]:
    """Yield K', region and prior on the six squares; None where an inequality fails throughout."""
    plane = context(2)
    y, z = plane.gens()
    for i in range(3):
        for sign in (1, -1):
            images = [y, z]
            images.insert(i, constant(plane, fmpq(sign)))
            region = [compose(r, images) for r in germ.region]
            prior = [(compose(p, images), s) for p, s in germ.prior]
            if any(r.is_constant() and at_origin(r) < 0 for r in region):
                yield None
                continue
            yield Germ(
                plane,
                compose(germ.K, images),
                tuple(r for r in region if not r.is_constant()),
                tuple((p, s) for p, s in prior if not p.is_constant()),
            )


def sphere_node(germ: Germ, node: Node, _judge: Judge) -> Verdict | None:
    """Accept a weighted blow-up of the origin with a plane cover on each of its six charts."""
    weights = node["weights"]
    require(germ.ring.nvars() == 3, "a sphere is for three variables")
    positive = all(type(w) is int and 0 < w <= 10**4 for w in weights) and len(weights) == 3
    require(positive, "weights are positive integers")
    degrees = []
    for p in (germ.K, *germ.region, *(p for p, _ in germ.prior)):
        form, degree = initial_form(p, weights)
        require(form == p, "K or a condition is not homogeneous")
        degrees.append(degree)
    powers = degrees[1 + len(germ.region) :]
    height = fmpq(sum(weights))
    for (p, s), degree in zip(germ.prior, powers, strict=True):
        # Poles of other shapes could be too deep where K does not vanish.
        require(s > 0 or (len(p) == 1 and s > -1), "the prior has a pole that is no coordinate")
        height += s * degree
    require(height > 0 and degrees[0] > 0, "the prior is not integrable, or K does not vanish")
    radial = Verdict(height / degrees[0], height / degrees[0], 1)
    children = node["children"]
    require(len(children) == 6, "one cover for each of the six charts")
    verdicts = []
    charts = list(parts(germ))
    for k, (part, child) in enumerate(zip(charts, children, strict=True)):
        if part is None:
            continue
        if child["kind"] == "mirror":
            j = child["of"]
            require(type(j) is int and 0 <= j < k, "a mirror image of a later chart")
            require(flipped(part, child["flips"]) == charts[j], "not a mirror image")
            continue
        require(child["kind"] == "cover", "a chart of a sphere needs a cover")
        try:
            verdicts.append(multiply([radial, cover_node(part, SQUARE, child)]))
        except EmptyGermError:
            continue
    return least(verdicts)


def flipped(part: Germ, flips: Sequence[int]) -> Germ:
    """Return a chart after t_j -> -t_j for the listed coordinates; the square is the same."""
    images = [-t if j in flips else t for j, t in enumerate(part.ring.gens())]
    region = tuple(compose(r, images) for r in part.region)
    prior = tuple((compose(p, images), s) for p, s in part.prior)
    return Germ(part.ring, compose(part.K, images), region, prior)
