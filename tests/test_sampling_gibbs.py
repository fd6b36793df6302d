"""Blocks drawn at once: how they are found, and a ladder against an integral."""

import itertools

import numpy as np
import pytest

from slt_symbolic.sampling import Gaussian, SamplingError, Target, UniformBox, run_ladder
from slt_symbolic.sampling.blocks import quadratic_blocks
from slt_symbolic.sampling.samplers import gibbs

ROWS, HIDDEN = 4, 2


def product(w, g):
    """K = |B A|^2 / 2 for A of 2 x 4 and B of 4 x 2."""
    k = 0.0
    for i in range(16):
        g[i] = 0.0
    for i in range(4):
        for j in range(4):
            entry = w[8 + 2 * i] * w[j] + w[9 + 2 * i] * w[4 + j]
            k += 0.5 * entry * entry
            for h in range(2):
                g[8 + 2 * i + h] += entry * w[4 * h + j]
                g[4 * h + j] += entry * w[8 + 2 * i + h]
    return k


def by_singular_values(beta, nodes=3000):
    """E[beta K] under N(0, 1): B integrates out, and the density of A's singular values is known.

    With t the squared singular values of a 2 x 4 Gaussian matrix, of density
    |t1 - t2| prod t^((4 - 2 - 1)/2) exp(-t/2) (James 1964, Ann. Math. Stat. 35, 475-501), and a
    factor (1 + beta t)^(-4/2) for the four rows of B.
    """
    u = np.linspace(np.log(1e-4 / beta), np.log(80.0), nodes)
    t = np.exp(u)
    weight = t ** (0.5 * (ROWS - HIDDEN - 1) + 1) * np.exp(-t / 2) * (1 + beta * t) ** (-ROWS / 2)
    energy = 0.5 * ROWS * beta * t / (1 + beta * t)
    joint = np.abs(t[:, None] - t) * weight[:, None] * weight
    return float((joint * (energy[:, None] + energy)).sum() / joint.sum())


def test_blocks_of_a_product_are_its_factors():
    prior = Gaussian((0,) * 16, (1,) * 16)
    assert quadratic_blocks(Target(product, prior)) == (0,) * 8 + (1,) * 8


def test_blocks_share_no_third_derivative():
    def potential(w, g):  # f = w0 w1 + w2^2, K = f^2 / 2
        f = w[0] * w[1] + w[2] ** 2
        g[0], g[1], g[2] = f * w[1], f * w[0], 2 * f * w[2]
        return 0.5 * f * f

    def quartic(w, g):
        g[0] = 4 * w[0] ** 3
        return w[0] ** 4

    assert quadratic_blocks(Target(potential, UniformBox((-1,) * 3, (1,) * 3))) == (0, 1, -1)
    with pytest.raises(SamplingError, match="not quadratic in any coordinate"):
        quadratic_blocks(Target(quartic, UniformBox((-1,), (1,))))
    with pytest.raises(SamplingError, match="at most 128"):
        quadratic_blocks(Target(quartic, Gaussian((0,) * 129, (1,) * 129)))


def test_a_product_of_matrices_agrees_with_its_integral():
    target = Target(product, Gaussian((0,) * 16, (1,) * 16))
    betas = [1e2, 1e5, 1e8]
    run = run_ladder(target, betas, sampler="gibbs", draws=1500, warmup=100, inner=1)
    assert run.ok, run.problems
    for point in run.points:
        assert point.diagnostics.acceptance == pytest.approx((1.0,) * 4, abs=1e-3)
        found = point.lambda_hat
        assert found.standard_error < 0.04
        assert abs(found.value - by_singular_values(point.beta)) < 4 * found.standard_error
    # The integral itself, from nothing: Monte Carlo over A where beta is small.
    a = np.random.default_rng(0).standard_normal((40_000, HIDDEN, ROWS))
    t = np.linalg.svd(a, compute_uv=False) ** 2
    weight = np.prod((1 + 3 * t) ** (-ROWS / 2), axis=1)
    energy = (0.5 * ROWS * 3 * t / (1 + 3 * t)).sum(axis=1)
    assert by_singular_values(3.0) == pytest.approx((weight @ energy) / weight.sum(), rel=0.02)


def test_a_coordinate_without_a_block_moves_by_langevin():
    def potential(w, g):  # K = (w0 w1^2)^2: quadratic in w0 alone
        f = w[0] * w[1] ** 2
        g[0], g[1] = 2 * f * w[1] ** 2, 4 * f * w[0] * w[1]
        return f * f

    target = Target(potential, UniformBox((-1, -1), (1, 1)))
    assert quadratic_blocks(target) == (0, -1)
    run = run_ladder(target, [30.0, 300.0], sampler="gibbs", draws=3000, warmup=500)
    assert run.ok, run.problems
    for point in run.points:
        x, y = np.meshgrid(*itertools.repeat((np.arange(2000) + 0.5) / 2000, 2))
        k = x**2 * y**4
        weight = np.exp(-point.beta * k)
        exact = point.beta * float((k * weight).sum() / weight.sum())
        assert abs(point.lambda_hat.value - exact) < 4 * point.lambda_hat.standard_error


def test_a_wrong_block_costs_proposals_only():
    def quartic(w, g):
        g[0] = 4 * w[0] ** 3
        return w[0] ** 4

    target = Target(quartic, UniformBox((-1,), (1,)))
    run = run_ladder(target, [1.0, 4.0], sampler=gibbs([0]), draws=3000, warmup=100)
    for point in run.points:
        x = np.linspace(-1, 1, 20_001)
        weight = np.exp(-point.beta * x**4)
        exact = point.beta * float((x**4 * weight).sum() / weight.sum())
        assert abs(point.lambda_hat.value - exact) < 4 * point.lambda_hat.standard_error
        assert max(point.diagnostics.acceptance) < 0.999
