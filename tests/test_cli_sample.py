"""`slt-symbolic sample` and `sweep` on networks and problems."""

import json

import pytest
from click.testing import CliRunner

from slt_symbolic.cli import cli
from slt_symbolic.commands.sampling_config import Config, read_config, read_ladder, sections
from slt_symbolic.commands.sweep import tasks_of

NET = """
[network]
activation = "relu"
width = 2
biases = 0
readouts = 1
output_bias = 0
[truth]
units = [{ readout = 1, weights = 1, bias = 0 }]
[inputs]
law = "uniform-interval"
lower = "-sqrt(6)"
upper = "sqrt(6)"
[prior]
law = "uniform-box"
lower = -2
upper = [2, 2]
[sampling]
betas = [100, 1000, "1e4", "1e5"]
draws = 1500
warmup = 500
"""
PRIOR = '[prior]\nlaw = "uniform-box"\nlower = -2\nupper = [2, 2]\n'
CASE = {
    "id": "half", "vars": ["x"], "kind": "ideal", "gens": ["x"],
    "locus": {"type": "point", "at": {"x": "0"}}, "region": ["x>=0"],
    "prior": [{"poly": "x", "exponent": "2"}],
}  # fmt: skip


@pytest.fixture
def net(tmp_path):
    path = tmp_path / "net.toml"
    path.write_text(NET)
    return path


@pytest.fixture
def suite(tmp_path):
    path = tmp_path / "suite.json"
    path.write_text(json.dumps({"cases": [CASE, {**CASE, "id": "other"}]}))
    return path


def call(*arguments):
    return CliRunner().invoke(cli, [str(a) for a in arguments])


def test_network_in_json(net, tmp_path):
    result = call("sample", net, "--json", "--store", tmp_path / "run.nc", "--plot", tmp_path / "p")
    assert result.exit_code == 0, result.output
    found = json.loads(result.stdout)
    assert found["verdict"]["verdict"] == "consistent"
    assert found["prediction"]["lambda"] == "1/2"
    assert found["prediction"]["m"] == 1
    assert abs(found["fit"]["lambda"] - 0.5) < 0.05
    assert [t["beta"] for t in found["temperatures"]] == [100, 1000, 1e4, 1e5]
    assert all(t["standard_error"] < 0.05 for t in found["temperatures"])
    assert sorted(p.name for p in (tmp_path / "p").iterdir()) == [
        "energies.png", "lambda.png", "posterior.png", "traces.png",
    ]  # fmt: skip
    again = call("sample", net, "--json", "--store", tmp_path / "run.nc", "--resume")
    assert json.loads(again.stdout)["fit"] == found["fit"]


def test_wrong_prediction_is_inconsistent(net):
    result = call("sample", net, "--predict", "3/4,1")
    assert result.exit_code == 1
    assert "inconsistent: predicted lambda = 0.75" in result.stdout


def test_problem_with_region_and_prior(suite):
    options = ("--betas", "1e2:1e5:6", "--draws", 1500, "--warmup", 500, "--json")
    result = call("sample", "--problem", suite, "--case", "half", *options)
    assert result.exit_code == 0, result.output
    found = json.loads(result.stdout)
    assert (found["prediction"]["lambda"], found["prediction"]["m"]) == ("3/2", 1)
    assert abs(found["fit"]["lambda"] - 1.5) < 0.1
    assert found["verdict"]["verdict"] == "consistent"
    assert max(found["temperatures"][0]["outside"]) > 0


def test_failed_diagnostics_withhold_the_estimate(net):
    few = ("--draws", 20, "--warmup", 24, "--json", "--predict", "1/2,1")
    result = call("sample", net, *few)
    assert result.exit_code == 1
    found = json.loads(result.stdout)
    assert found["fit"] is None
    assert {t["lambda_hat"] for t in found["temperatures"] if t["problems"]} == {None}
    assert found["verdict"]["verdict"] == "cannot tell"
    shown = json.loads(call("sample", net, *few, "--despite-problems").stdout)
    assert shown["fit"] is not None
    assert shown["shown_despite_problems"] is True


def test_around_weights_the_ball_stands_in_place_of_the_prior(net):
    """Two relu units that fold to the true one: K is a square across a hypersurface, lambda 1/2."""
    net.write_text(NET.replace("readouts = 1\n", "").partition("[prior]")[0])
    weights = "1.02,0.49,1.97,0.26"
    options = ("--radius", 0.3, "--betas", "1e3,1e4,1e5", "--draws", 1500, "--json")
    result = call("sample", net, "--around", weights, *options, "--predict", "1/2,1")
    found = json.loads(result.stdout)
    assert found["problems"] == [], result.output
    assert (found["around"]["radius"], found["around"]["point"][1]) == (0.3, 0.49)
    # w1 q1 + w2 q2 misses 1 by 0.012, inputs have variance 2, half of them are on one side.
    loss = found["around"]["K"]
    assert loss == pytest.approx(0.5 * 0.5 * 2 * 0.012**2, rel=1e-6)
    for temperature, local in zip(
        found["temperatures"], found["around"]["local_lambda_hat"], strict=True
    ):
        whole, error = temperature["lambda_hat"], temperature["standard_error"]
        assert local == pytest.approx(whole - temperature["beta"] * loss, abs=1e-9)
        assert abs(whole - 0.5) < 5 * error


@pytest.mark.parametrize("extent", ["radius", "gamma"])
def test_around_in_the_file_is_the_option(net, extent):
    """Away from 0 the true parameters are lines w q = 1 of two weights: lambda 1/2, derived."""
    options = ("--betas", "1e3,1e4,1e5,1e6", "--draws", 2000, "--json")
    value, amount = ("1/4", 0.25) if extent == "radius" else ("25", 25)
    net.write_text(NET + f'around = [1, 0]\n{extent} = "{value}"\n')
    inside = json.loads(call("sample", net, *options).stdout)
    net.write_text(NET.partition("[prior]")[0])
    weights = ("--around", "1,0", f"--{extent}", amount)
    outside = json.loads(call("sample", net, *weights, *options, "--warmup", 500).stdout)
    assert inside["around"] == outside["around"]
    assert inside["temperatures"] == outside["temperatures"]
    assert inside["around"][extent] == amount
    assert inside["around"]["estimated"].startswith("local: ")
    assert (inside["prediction"]["lambda"], inside["prediction"]["m"]) == ("1/2", 1)
    assert "at w*" in inside["prediction"]["how"]
    assert inside["verdict"]["verdict"] != "inconsistent", inside["verdict"]
    assert inside["temperatures"][-1]["lambda_hat"] == pytest.approx(0.5, abs=0.04)
    # An option stands in place of the file's.
    net.write_text(NET + f'around = [1, 0]\n{extent} = "{value}"\n')
    other = json.loads(call("sample", net, "--gamma", 100, *options).stdout)
    assert (other["around"]["radius"], other["around"]["gamma"]) == (None, 100)


def test_interrupted_run_shows_what_was_sampled(net, monkeypatch):
    from slt_symbolic.sampling import ladder

    monkeypatch.setattr(ladder, "SWEEPS_PER_BLOCK", 500)
    original = ladder.report_of

    def interrupting(phase, done, *rest):
        if phase == "sampling" and done >= 1000:
            raise KeyboardInterrupt
        return original(phase, done, *rest)

    monkeypatch.setattr(ladder, "report_of", interrupting)
    result = call("sample", net, "--json", "--predict", "none")
    assert result.exit_code == 130
    found = json.loads(result.stdout)
    assert (found["complete"], found["draws"]) == (False, 1000)


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ((), "give either a description or --problem"),
        (("NET", "--resume"), "--store"),
        (("NET", "--predict", "1/2"), "--predict"),
        (("NET", "--betas", "1e2:"), "betas"),
        (("NET", "--sampler", "nuts"), "must be one of"),
        (("NET", "--sampler", "sgld"), "needs minibatches of a data set: in Python alone"),
        (("NET", "--around", "1,1"), "around needs radius (of a ball) or gamma"),
        (("NET", "--gamma", "3"), "gamma needs around"),
        (("NET", "--around", "1,1", "--radius", "1", "--gamma", "3"), "give one of them"),
        (("NET", "--around", "1,1,1", "--radius", "1"), "must have 2 numbers, for"),
        (("NET", "--around", "1,x", "--radius", "1"), "must be finite numbers such as"),
        (("NET", "--around", "1,nan", "--radius", "1"), "must be finite numbers such as"),
        (("--problem", "SUITE", "--case", "half", "--gamma", "1"), "needs a description"),
        (("--problem", "SUITE", "--around", "1", "--radius", "1"), "needs a description"),
        (("--problem", "SUITE"), "choose one with --case"),
        (("--problem", "SUITE", "--case", "x"), "no case 'x'"),
        (("--problem", "SUITE", "--case", "half", "--half-width", "-1"), "half-width"),
    ],
)
def test_bad_requests_are_one_line(net, suite, arguments, message):
    places = {"NET": net, "SUITE": suite}
    result = call("sample", *(places.get(a, a) for a in arguments))
    assert result.exit_code == 2
    assert message in result.stderr
    assert "Traceback" not in result.stderr


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        ('law = "uniform-box"', 'law = "box"', "[prior] law: must be one of uniform-box, gaussian"),
        ("upper = [2, 2]", "upper = [2]", "[prior] upper: must have one number for each of the 2"),
        ("draws = 1500", "draws = 1500\nsteps = 3", "[sampling] steps: unknown key"),
        ("draws = 1500", "draws = 1", "[sampling] draws: must be an integer from 8"),
        ("betas = [100, 1000,", "betas = [1000, 100,", "increasing positive"),
        ('"1e5"]', "0.5]", "must be exact"),
        (PRIOR, "", "prior: sampling needs a prior"),
        ("draws = 1500", 'around = ["1/2", "1/2"]', "[sampling]: around needs radius"),
        ("draws = 1500", "radius = 1", "[sampling]: radius needs around"),
        ("draws = 1500", "around = [1, 0]\nradius = 1\ngamma = 2", "give one of them"),
        ("draws = 1500", "around = [1, 0]\nradius = -1", "[sampling] radius: must be a positive"),
        ("draws = 1500", "around = [1]\ngamma = 2", "must have 2 numbers, for"),
    ],
)
def test_bad_descriptions_name_the_place(net, old, new, message):
    net.write_text(NET.replace(old, new))
    result = call("sample", net)
    assert result.exit_code == 2
    assert message in result.stderr


def test_config_is_read_exactly():
    text = b'[sampling]\nlowest = 10\nhighest = "1e3"\ncount = 3\nsampler = "hmc"\nleaps = 7\n'
    config = read_config(sections(text, "x.toml").section("sampling"))
    assert config.betas == pytest.approx((10, 100, 1000))
    assert config.kind().settings == (7.0,)
    assert config.changed({"seed": 3, "draws": None}).seed == 3
    assert Config().draws == config.draws
    assert read_ladder("1,2") == (1.0, 2.0)


SWEEP = """
[sweep]
models = ["net.toml"]
problems = [{ file = "suite.json", case = "half" }]
ladders = ["1e2:1e4:4", "1e2:1e5:5"]
seeds = [0, 1, 2]
"""


@pytest.mark.usefixtures("suite")
def test_tasks_are_models_times_ladders_times_seeds(net, tmp_path):
    path = tmp_path / "sweep.toml"
    path.write_text(SWEEP)
    tasks = tasks_of(path)
    assert len(tasks) == 12
    assert tasks_of(path) == tasks
    net.write_text(NET.replace("draws = 1500", "draws = 1600"))
    # What changed has another key: an old record of it is not taken for the new one.
    assert len(set(tasks) & set(tasks_of(path))) == 6


@pytest.mark.usefixtures("net", "suite")
def test_sweep_resumes_and_computes_nothing_twice(tmp_path, monkeypatch):
    from concurrent.futures import ThreadPoolExecutor

    from slt_symbolic.commands import sweep

    path = tmp_path / "sweep.toml"
    path.write_text(SWEEP + "budget = 1\n[sampling]\ndraws = 400\nwarmup = 100\n")
    done = []

    def work(payload):
        done.append(payload["task"]["seed"])
        if payload["task"]["model"]["name"] == "net.toml" and len(done) == 3:
            raise RuntimeError("no luck")
        return {"complete": True, "fit": None, "verdict": None, "problems": []}

    monkeypatch.setattr(sweep, "work", work)
    monkeypatch.setattr(sweep, "local_processes", lambda _jobs: lambda: ThreadPoolExecutor(1))
    first = call("sweep", path, "--out", tmp_path / "out")
    assert first.exit_code == 1
    assert "RuntimeError: no luck" in first.stdout
    assert len(done) == 12
    second = call("sweep", path, "--out", tmp_path / "out")
    assert second.exit_code == 0
    assert len(done) == 13
    damaged = next((tmp_path / "out").glob("*.json"))
    damaged.write_text("{")
    third = call("sweep", path, "--out", tmp_path / "out")
    assert third.exit_code == 2
    assert damaged.name in third.stderr


@pytest.mark.slow
@pytest.mark.usefixtures("net", "suite")
def test_sweep_in_processes(tmp_path):
    path = tmp_path / "sweep.toml"
    path.write_text(SWEEP.replace("[0, 1, 2]", "[0]") + "[sampling]\ndraws = 800\nwarmup = 300\n")
    result = call("sweep", path, "--out", tmp_path / "out", "-j", 2, "--json")
    records = json.loads(result.stdout)
    assert len(records) == 4
    assert all("error" not in r for r in records), records
    assert call("sweep", path, "--out", tmp_path / "out").exit_code == result.exit_code
