"""Normals in blocks: their words, their formula, their law, their state, and in vectors."""

import math
import re

import mpmath
import numpy as np
import pytest
from scipy import stats

from slt_symbolic.compiled import elementary, normals

TOP = 0xFFFFFFFF


def philox_of_integers(counter, key):
    """Philox-4x32-10 anew, in Python's integers, as Salmon et al. (2011) print it."""
    (x0, x1, x2, x3), (k0, k1) = counter, key
    for turn in range(10):
        if turn:
            k0, k1 = (k0 + 0x9E3779B9) & TOP, (k1 + 0xBB67AE85) & TOP
        high0, low0 = divmod(0xD2511F53 * x0, 1 << 32)
        high1, low1 = divmod(0xCD9E8D57 * x2, 1 << 32)
        x0, x1, x2, x3 = high1 ^ x1 ^ k0, low1, high0 ^ x3 ^ k1, low0
    return x0, x1, x2, x3


def exact_pair(a, b, c, d):
    """The two normals of four words, to 40 digits but for u, which is rounded once."""
    u = mpmath.mpf((a + (b + 0.5) * 2.0**-32) * 2.0**-32)
    with mpmath.workdps(40):
        radius = mpmath.sqrt(-2 * mpmath.log(u))
        phi = mpmath.pi / 2 * (mpmath.mpf(c) / 2**32 + mpmath.mpf(d >> 2) / 2**62 - 0.5)
        x, y = radius * mpmath.cos(phi), radius * mpmath.sin(phi)
        x, y = (y, x) if d & 1 else (x, y)
        return (-x, -y) if d & 2 else (x, y)


def drawn(seed, size):
    rng = np.random.Generator(np.random.Philox(seed))
    out = np.zeros(size)
    normals.fill_normals(rng, out)
    return out, rng


def near(found, exact, ulps):
    """Whether a number has so many units of error, of its own or of phi's, 2^-62."""
    return abs(found - exact) <= ulps * 2.0**-53 * abs(exact) + 1e-17


def test_pair_is_its_formula_at_any_words():
    rng = np.random.default_rng(0)
    words = rng.integers(0, TOP, size=(2000, 4), endpoint=True)
    words[:500, 0] >>= rng.integers(0, 33, 500)  # u near 0
    words[500:1000, 0] = TOP - (words[500:1000, 0] >> rng.integers(0, 33, 500))  # u near 1
    words[1000:1500, 2] = (1 << 31) + (words[1000:1500, 2] >> rng.integers(1, 33, 500))
    edges = [
        (a, b, c, d) for a in (0, 1, TOP) for b in (0, TOP) for c in (0, TOP) for d in range(4)
    ]
    for a, b, c, d in [*map(tuple, words.tolist()), *edges]:
        found = normals.pair_of_normals(*map(np.uint64, (a, b, c, d)))
        exact = exact_pair(a, b, c, d)
        assert all(near(f, e, 8) for f, e in zip(found, exact, strict=True)), (a, b, c, d)
    assert math.hypot(*normals.pair_of_normals(*map(np.uint64, (0, 0, 5, 0)))) > 9.4


def test_logarithm_of_a_fraction():
    rng = np.random.default_rng(1)
    points = np.concatenate(
        [rng.random(1000), 10.0 ** -rng.uniform(0, 300, 500), 1 - 10.0 ** -rng.uniform(1, 16, 500)]
    )
    for u in [*points, 0.75, np.nextafter(0.75, 0), 0.5, 2.0**-65]:
        exact = mpmath.log(mpmath.mpf(float(u)))
        assert abs(elementary.log_of_fraction(u) - exact) <= 3 * 2.0**-53 * abs(exact), u
    assert elementary.log_of_fraction(1.0) == 0.0


@pytest.mark.parametrize("size", [32, 33, 64, 257])
def test_block_is_made_of_two_draws_and_a_counter(size):
    out, rng = drawn(4, size)
    reference = np.random.Generator(np.random.Philox(4))
    first, second = (int(reference.random() * 2.0**53) for _ in range(2))
    pairs = size // 2
    for i in range(pairs):
        counter = (i, 0, first >> 32, second >> 32)
        words = philox_of_integers(counter, (first & TOP, second & TOP))
        x, y = exact_pair(*words)
        assert near(out[i], x, 8)
        assert near(out[pairs + i], y, 8)
    if size % 2:
        assert out[-1] == reference.standard_normal()
    # Nothing else is taken from the generator, which alone is the state.
    assert rng.random() == reference.random()


def test_short_vectors_are_drawn_one_by_one():
    out, _ = drawn(5, normals.LEAST_BLOCK - 1)
    reference = np.random.Generator(np.random.Philox(5))
    np.testing.assert_array_equal(out, reference.standard_normal(len(out)))


def test_blocks_of_one_generator_differ_and_repeat():
    rng = np.random.Generator(np.random.Philox(6))
    state = rng.bit_generator.state
    blocks = np.zeros((2, 64))
    for out in blocks:
        normals.fill_normals(rng, out)
    assert len(np.unique(blocks)) == blocks.size
    rng.bit_generator.state = state
    again = np.zeros(64)
    normals.fill_normals(rng, again)
    np.testing.assert_array_equal(again, blocks[0])


def many(seed, blocks, size):
    rng = np.random.Generator(np.random.Philox(seed))
    out = np.zeros((blocks, size))
    for row in out:
        normals.fill_normals(rng, row)
    return out


def check_law(out):
    """Kolmogorov and Smirnov, moments to the eighth, correlations, at 5 standard errors."""
    flat, count = out.ravel(), out.size
    assert stats.kstest(flat[:500_000], "norm", method="asymp").pvalue > 1e-4
    exact = (0, 1, 0, 3, 0, 15, 0, 105, 0, 945, 0, 10395, 0, 135135, 0, 2027025)
    for k in range(1, 9):
        error = math.sqrt((exact[2 * k - 1] - exact[k - 1] ** 2) / count)
        assert abs(np.mean(flat**k) - exact[k - 1]) < 5 * error, k
    # Neighbours, the two of a pair, one place in successive blocks: they and their squares.
    half = out.shape[1] // 2
    pairs = (
        (out[:, :-1], out[:, 1:]), (out[:, :half], out[:, half : 2 * half]), (out[:-1], out[1:]),
    )  # fmt: skip
    for x, y in pairs:
        for a, b in ((x, y), (x**2 - 1, y**2 - 1)):
            scale = math.sqrt(np.mean(a**2) * np.mean(b**2) / a.size)
            assert abs(np.mean(a * b)) < 5 * scale
    for limit in (2.0, 3.0, 4.0, 5.0, 6.0):
        for side in (flat, -flat):
            expected = count * stats.norm.sf(limit)
            seen = np.count_nonzero(side > limit)
            assert stats.poisson.cdf(seen, expected) > 1e-6
            assert stats.poisson.sf(seen - 1, expected) > 1e-6


def test_law_of_the_normals():
    check_law(many(7, 4000, 256))


@pytest.mark.slow
def test_law_of_many_normals():
    for seed in range(20):
        check_law(many(100 + seed, 40_000, 256))


def test_a_noise_5_in_1000_too_large_is_seen():
    with pytest.raises(AssertionError):
        check_law(1.005 * many(7, 4000, 256))


def test_block_is_made_of_vectors():
    assembly = next(iter(normals._fill_pairs.inspect_asm().values()))
    assert re.search(r"\bv?sqrtpd\b|\bfsqrt\s+v\d+\.2d", assembly)
