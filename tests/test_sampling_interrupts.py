"""Interrupts within a block of sweeps, and how long a block is."""

import numpy as np
import pytest

from slt_symbolic.sampling import Target, UniformBox, ladder, load_run, run_ladder

SMALL = {"draws": 300, "warmup": 120, "chains": 3, "seed": 6}


def crossing(w, g):
    product = w[0] * w[1]
    g[0], g[1] = 2 * product * w[1], 2 * product * w[0]
    return product * product


TARGET = Target(crossing, UniformBox((-1, -1), (1, 1)))


def same(one, other):
    for name in ("draws", "witness", "accepted", "outside", "diverged"):
        np.testing.assert_array_equal(getattr(one, name), getattr(other, name))
    assert one.exchange_rates == other.exchange_rates


@pytest.mark.parametrize("interrupted", [1, 3])
def test_an_interrupt_within_a_block_keeps_what_was_sampled(tmp_path, monkeypatch, interrupted):
    """The chains have gone on when the keyboard interrupts: the file has them where all agree."""
    monkeypatch.setattr(ladder, "SWEEPS_PER_BLOCK", 40)
    whole = run_ladder(TARGET, [10, 100], **SMALL)
    original, blocks = ladder.run_block, []

    def interrupting(*arguments, **options):
        block = original(*arguments, **options)
        blocks.append(block)
        if len(blocks) == interrupted:
            raise KeyboardInterrupt
        return block

    monkeypatch.setattr(ladder, "run_block", interrupting)
    file = tmp_path / "run.nc"
    options = {**SMALL, "checkpoint": file, "interval": 1e9}
    if interrupted == 1:
        with pytest.raises(KeyboardInterrupt):
            run_ladder(TARGET, [10, 100], **options)
    else:
        cut = run_ladder(TARGET, [10, 100], **options)
        assert not cut.complete
        same(cut, load_run(file))
        assert cut.draws.shape[2] == 40 * (interrupted - 1)
    resumed = run_ladder(TARGET, [10, 100], resume=True, **options)
    same(whole, resumed)


def test_slow_potentials_have_short_blocks(monkeypatch):
    """A block is 5 seconds of sweeps, so that a file or an interrupt does not wait for more."""
    monkeypatch.setattr(ladder, "SECONDS_PER_BLOCK", 1e-9)
    lengths = []
    original = ladder.run_block

    def counting(*arguments, **options):
        lengths.append(arguments[4])
        return original(*arguments, **options)

    monkeypatch.setattr(ladder, "run_block", counting)
    short = {**SMALL, "draws": 8}
    run = run_ladder(TARGET, [10, 100], **short)
    assert lengths == [1] * 8
    monkeypatch.setattr(ladder, "SECONDS_PER_BLOCK", 5.0)
    same(run, run_ladder(TARGET, [10, 100], **short))
    assert lengths[8:] == [8]
