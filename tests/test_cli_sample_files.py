"""`slt-symbolic sample`: stores, plots, and what is withheld in its table."""

import json

import pytest
from click.testing import CliRunner
from test_cli_sample import NET

from slt_symbolic.cli import cli

CUSP = {
    "id": "cusp", "vars": ["x", "y"], "kind": "ideal", "gens": ["x^2-y^3"],
    "locus": {"type": "point", "at": {"x": "0", "y": "0"}},
}  # fmt: skip


@pytest.fixture
def net(tmp_path):
    path = tmp_path / "net.toml"
    path.write_text(NET)
    return path


def call(*arguments):
    return CliRunner().invoke(cli, [str(a) for a in arguments])


def test_a_stored_run_is_not_sampled_over(net, tmp_path):
    store = tmp_path / "run.nc"
    store.write_bytes(b"hours of work")
    result = call("sample", net, "--store", store)
    assert result.exit_code == 2
    assert "--resume goes on from it; remove it to sample anew" in result.stderr
    assert store.read_bytes() == b"hours of work"


def test_two_parameters_have_their_posterior_plotted(tmp_path):
    """Kept in the store too: a plot asked for later goes on from a run without it, and with it."""
    suite = tmp_path / "suite.json"
    suite.write_text(json.dumps({"cases": [CUSP]}))
    options = ("--betas", "1e2,1e3", "--draws", 200, "--warmup", 48, "--predict", "none")
    for name, first, later in (("with", True, False), ("without", False, True)):
        store, plots = tmp_path / f"{name}.nc", tmp_path / name
        for wanted, more in ((first, ()), (later, ("--resume",))):
            plot = ("--plot", plots) if wanted else ()
            result = call("sample", "--problem", suite, *options, "--store", store, *more, *plot)
            assert result.exit_code in {0, 1}, result.output
        kept = {"energies.png", "lambda.png", "traces.png"} | (
            {"posterior.png"} if first else set()
        )
        assert {p.name for p in plots.iterdir()} == kept


def test_estimates_of_biased_steps_are_withheld_or_flagged(net):
    options = ("--sampler", "underdamped", "--draws", 800, "--predict", "none")
    rows = call("sample", net, *options).stdout.splitlines()[2:6]
    assert all("withheld" in row for row in rows), rows
    shown = call("sample", net, *options, "--despite-problems").stdout.splitlines()[2:6]
    assert all("withheld" not in row and row.endswith("flagged") for row in shown), shown
