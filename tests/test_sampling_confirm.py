"""Runs that follow each other until a prediction is decided."""

import json

import pytest
from click.testing import CliRunner

from slt_symbolic.cli import cli
from slt_symbolic.sampling import (
    Gaussian,
    SamplingError,
    Target,
    UniformBox,
    confirm,
    confirmation,
    restrict,
    suggested_sampler,
    validate,
)

SMALL = {"draws": 1000, "seed": 4}


def quartic(w, g):
    g[0] = w[0] ** 3
    return 0.25 * w[0] ** 4


def cusp(w, g):
    f = w[0] ** 2 - w[1] ** 3
    g[0], g[1] = 2.0 * f * w[0], -3.0 * f * w[1] ** 2
    return 0.5 * f * f


LINE = Target(quartic, UniformBox((-1,), (1,)))


def test_what_is_true_is_consistent_and_what_is_not_is_contradicted_twice():
    right = confirm((1 / 4, 1), LINE, **SMALL)
    assert (right.verdict, len(right.stages)) == ("consistent", 1)
    assert right.stages[0].sampler == "slice"
    wrong = confirm((0.4, 1), LINE, **SMALL)
    assert wrong.verdict == "inconsistent"
    assert [stage.validation.verdict for stage in wrong.stages] == ["inconsistent"] * 2
    first, second = wrong.stages
    assert second.betas[-1] > first.betas[-1]
    assert second.draws == 4 * first.draws
    assert "run 2: beta = 10000 to 1e+18, 4000 draws by slice" in str(wrong)
    # No temperature beyond the one that K can be computed for.
    near = confirm((0.4, 1), LINE, coldest=1e8, **SMALL)
    assert {stage.betas[-1] for stage in near.stages} == {1e8}


def test_a_contradiction_is_said_twice_or_not_at_all():
    found = confirm((0.4, 1), LINE, budget=1e-9, **SMALL)
    assert len(found.stages) == 1
    assert found.stages[0].validation.verdict == "inconsistent"
    assert found.verdict == "cannot tell"
    assert "one run only" in found.validation.reasons[0]


def test_a_cusp_by_lines():
    """lambda = 5/12 (Newton polygon): narrow far along the curve, wide at its tip."""
    found = confirm((5 / 12, 1), Target(cusp, UniformBox((-1, -1), (1, 1))), **SMALL)
    assert found.verdict == "consistent", found
    assert validate((0.5, 1), found.run).verdict == "inconsistent"


def sums(w, g):
    """K of the first two elementary symmetric functions: quadratic in one coordinate at a time."""
    a = w[0] + w[1] + w[2] + w[3]
    b = 0.5 * (a * a - w[0] ** 2 - w[1] ** 2 - w[2] ** 2 - w[3] ** 2)
    for i in range(4):
        g[i] = a + b * (a - w[i])
    return 0.5 * (a * a + b * b)


def test_a_sampler_that_does_not_mix_is_replaced():
    """lambda = 1/2 + 3/4: where a = 0 the second one is definite."""
    target = Target(sums, UniformBox((-1,) * 4, (1,) * 4))
    found = confirm((5 / 4, 1), target, draws=300, seed=1, budget=12)
    assert [stage.sampler for stage in found.stages[:2]] == ["gibbs", "valley"]
    assert found.stages[0].validation.verdict == "cannot tell"


def test_poles_that_theory_names_are_handed_on(monkeypatch):
    seen = []

    def spy(prediction, run, **options):
        seen.append(options["next_poles"])
        return validate(prediction, run, **options)

    monkeypatch.setattr(confirmation, "validate", spy)
    confirm((1 / 4, 1), LINE, next_poles=(1 / 4, 3 / 4), **SMALL)
    assert seen == [(1 / 4, 3 / 4)]


def test_the_sampler_fits_the_target():
    def long(w, g):
        k = 0.0
        for i in range(w.shape[0]):
            g[i] = w[i] ** 3
            k += 0.25 * w[i] ** 4
        return k

    def product(w, g):
        f = w[0] * w[1]
        g[0], g[1] = f * w[1], f * w[0]
        return 0.5 * f * f

    many = Target(long, Gaussian((0,) * 17, (1,) * 17))
    assert suggested_sampler(many)["sampler"] == "mala"
    box = UniformBox((-1, -1), (1, 1))
    assert suggested_sampler(Target(product, box))["sampler"] == "gibbs"
    # Draws of a block that a region rejects are lost.
    inside = Target(restrict(product, product), box, restricted=True)
    assert suggested_sampler(inside)["sampler"] == "slice"
    assert confirmation.LADDERS[0][1] == 1e10


@pytest.mark.parametrize(
    ("options", "message"), [({"budget": 0}, "budget"), ({"coldest": 1}, "1e6")]
)
def test_what_is_wrong_is_named(options, message):
    with pytest.raises(SamplingError, match=message):
        confirm((1 / 4, 1), LINE, **options)


def test_in_the_command(tmp_path):
    case = {
        "id": "cusp", "vars": ["x", "y"], "kind": "ideal", "gens": ["x^2-y^3"],
        "locus": {"type": "point", "at": {"x": "0", "y": "0"}}, "region": [], "prior": [],
    }  # fmt: skip
    suite = tmp_path / "suite.json"
    suite.write_text(json.dumps({"cases": [case]}))

    def call(*arguments):
        return CliRunner().invoke(cli, ["sample", "--problem", str(suite), *map(str, arguments)])

    result = call("--confirm", 60, "--json")
    assert result.exit_code == 0, result.output
    found = json.loads(result.stdout)
    assert (found["prediction"]["lambda"], found["verdict"]["verdict"]) == ("5/12", "consistent")
    assert [run["sampler"] for run in found["runs"]] == [found["sampler"]] * len(found["runs"])
    assert found["runs"][-1]["verdict"] == "consistent"
    assert found["draws"] == found["runs"][-1]["draws"]
    for arguments, message in (
        (("--confirm", 5, "--betas", "1e2:1e4:4"), "leave out --betas"),
        (("--confirm", 5, "--store", tmp_path / "run.nc"), "leave out --store"),
        (("--confirm", 5, "--predict", "none"), "needs lambda and m"),
    ):
        result = call(*arguments)
        assert (result.exit_code, message in result.stderr) == (2, True), result.stderr
