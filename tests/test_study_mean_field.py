"""The mean-field study: random numbers, dynamics, fixed point, tests of clouds."""

import json

import numpy as np
import pytest

from slt_symbolic.studies.mean_field import MeanFieldSettings, Model, mean_field
from slt_symbolic.studies.mean_field.clouds import compare_clouds
from slt_symbolic.studies.mean_field.dynamics import evolve, prior_network, train_foreground
from slt_symbolic.studies.mean_field.fixed_point import solve_fixed_point
from slt_symbolic.studies.mean_field.philox import four_normals, philox

MODEL = Model(order=8)
TINY = MeanFieldSettings((48,), 8, 2e-3, 0.5, 99)


@pytest.fixture(scope="module")
def fixed():
    return solve_fixed_point(MODEL, cells=64)


@pytest.mark.parametrize(
    ("counter", "key", "expected"),
    [
        ((0, 0, 0, 0), (0, 0), (0x6627E8D5, 0xE169C58D, 0xBC57AC4C, 0x9B00DBD8)),
        ((0xFFFFFFFF,) * 4, (0xFFFFFFFF,) * 2, (0x408F276D, 0x41C83B0E, 0xA20BC7C6, 0x6D5451FD)),
        ((0x243F6A88, 0x85A308D3, 0x13198A2E, 0x03707344), (0xA4093822, 0x299F31D0),
         (0xD16CFE09, 0x94FDCCEB, 0x5001E420, 0x24126EA1)),
    ],
)  # fmt: skip
def test_philox_gives_the_published_words(counter, key, expected):
    words = philox(*(np.uint64(c) for c in (*counter, *key)))
    assert tuple(int(word) for word in words) == expected


def test_normals_of_streams_and_steps_are_normal_and_uncorrelated():
    draws = np.array([four_normals(7, i, t) for i in range(60) for t in range(60)])
    assert np.abs(draws.mean(axis=0)).max() < 4 / 60
    assert np.abs(np.cov(draws.T) - np.eye(4)).max() < 6 / 60
    first = draws[:, 0].reshape(60, 60)
    assert abs((first[:, 1:] * first[:, :-1]).mean()) < 4 / 59


def test_same_numbers_with_one_thread_and_several():
    import numba

    start = prior_network(MODEL, 80, 1, 0)
    several, mean = evolve(MODEL, start, steps=50, step=1e-3, seed=1)
    before = numba.get_num_threads()
    numba.set_num_threads(1)
    try:
        one, same = evolve(MODEL, start, steps=50, step=1e-3, seed=1)
    finally:
        numba.set_num_threads(before)
    assert (one.neurons == several.neurons).all()
    assert (mean == same).all()


def test_evolution_in_two_parts_is_that_in_one():
    start = prior_network(MODEL, 40, 3, 0)
    whole, _ = evolve(MODEL, start, steps=60, step=1e-3, seed=3)
    half, _ = evolve(MODEL, start, steps=30, step=1e-3, seed=3)
    rest, _ = evolve(MODEL, half, steps=30, step=1e-3, seed=3)
    assert np.allclose(rest.neurons, whole.neurons, rtol=1e-9, atol=1e-12)


def test_force_is_the_gradient_of_the_energy():
    # Two steps with the same noise, in two backgrounds: their difference is the force alone.
    start, h = prior_network(MODEL, 5, 2, 0), 1e-3
    pull = 0.3 * MODEL.target
    with_pull, _ = evolve(MODEL, start, steps=1, step=h, seed=2, background=MODEL.target - pull)
    without, _ = evolve(MODEL, start, steps=1, step=h, seed=2, background=MODEL.target)
    moved = (with_pull.neurons - without.neurons) / h
    weighted = MODEL.inputs.weights * pull

    def gain(neuron):
        return neuron[2] * float(MODEL.features(neuron[:2]) @ weighted) / MODEL.temperature

    scales = np.array([1.0, 1.0, MODEL.readout_variance])
    for neuron, found in zip(start.neurons, moved, strict=True):
        steps = 1e-6 * np.eye(3)
        slope = np.array([(gain(neuron + d) - gain(neuron - d)) / 2e-6 for d in steps])
        assert np.allclose(found, scales * slope, rtol=1e-4, atol=1e-6)


def test_fixed_point_is_one(fixed):
    # Independent draws by rejection, no grid: their mean output is y - r.
    cloud = fixed.sample(20_000, 1)
    gap = MODEL.output(cloud) - (MODEL.target - fixed.residual)
    expected = fixed.spread / len(cloud)
    assert MODEL.inputs.weights @ gap**2 < 5 * expected
    assert abs(fixed.gap) < 1e-12
    assert 0.5 < fixed.learned < 0.8


def test_odd_activation_learns_nothing():
    odd = solve_fixed_point(Model(order=8, floor=-1.0), cells=32)
    assert abs(odd.learned) < 1e-12
    assert odd.loss == pytest.approx(float(MODEL.inputs.weights @ MODEL.target**2))


def test_lone_neurons_come_to_the_fixed_point(fixed):
    background = MODEL.target - fixed.residual
    cloud = train_foreground(
        MODEL, background, width=300, steps=12_000, step=1e-3, seed=4, stream=0
    )
    scale = np.array([1.0, 1.0, MODEL.readout_variance**-0.5])
    tests = compare_clouds(
        cloud * scale, fixed.sample(300, 5) * scale, permutations=199, seed=0
    )  # fmt: skip
    assert min(t.p_value for t in tests) > 0.005
    prior = prior_network(MODEL, 300, 6, 0).neurons
    assert (
        compare_clouds(cloud * scale, prior * scale, permutations=199, seed=0)[0].p_value == 1 / 200
    )


def test_energy_distance_against_sums_over_pairs():
    rng = np.random.default_rng(0)
    a, b = rng.standard_normal((6, 2)), rng.standard_normal((4, 2)) + 0.3

    def mean(p, q):
        return np.mean([np.linalg.norm(x - y) for x in p for y in q])

    found = compare_clouds(a, b, permutations=99, seed=1)[0].value
    assert found == pytest.approx(2 * mean(a, b) - mean(a, a) - mean(b, b))


def test_study_is_resumed_and_reproducible(tmp_path):
    path, told = tmp_path / "rows.json", []
    first = mean_field(TINY, store=path, progress=told.append)
    assert told
    told.clear()
    again = mean_field(TINY, store=path, progress=told.append)
    assert not told
    assert first.to_json() == again.to_json() == mean_field(TINY).to_json()
    assert {f["claim"] for f in json.loads(first.to_json())["findings"]} == {
        "D1", "D1: snapshot", "D2",
    }  # fmt: skip
    assert "fixed point" in first.text()
    assert r"\toprule" in first.latex()
    assert len(first.figure().axes) == 4


@pytest.mark.parametrize(
    "make",
    [
        lambda: Model(temperature=0.0), lambda: Model(floor=0.5), lambda: Model(order=9).inputs,
        lambda: MeanFieldSettings((8,), 8, 1e-3, 1.0, 99),
        lambda: compare_clouds(np.zeros((3, 2)), np.ones((3, 2)), permutations=9, seed=0),
        lambda: evolve(MODEL, prior_network(MODEL, 4, 0, 0), steps=0, step=1e-3, seed=0),
    ],
)  # fmt: skip
def test_what_is_not_allowed_is_named(make):
    with pytest.raises(ValueError, match="must"):
        make()


def test_few_neurons_are_not_divided_among_threads(monkeypatch):
    from slt_symbolic.studies.mean_field import dynamics

    asked = []
    monkeypatch.setattr(dynamics, "get_num_threads", lambda: 4)
    monkeypatch.setattr(dynamics, "set_num_threads", asked.append)
    for neurons in (64, 2048, 10**5):
        with dynamics._threads_for(neurons):
            pass
    assert asked == [1, 4, 2, 4, 4, 4]
