"""Runs on file: results that xarray reads, and the state to go on from."""

from __future__ import annotations

import json
import platform
from dataclasses import asdict, fields
from pathlib import Path
from typing import Any

import numpy as np

from slt_symbolic.sampling.chains import Chain, Tuning
from slt_symbolic.sampling.errors import SamplingError
from slt_symbolic.sampling.runs import LadderRun
from slt_symbolic.sampling.samplers.common import scratch_for
from slt_symbolic.sampling.state import Kept, RunState, Settings
from slt_symbolic.sampling.store import (
    DamagedFileError,
    OtherVersionError,
    read_arrays,
    write_arrays,
)
from slt_symbolic.sampling.target import Target
from slt_symbolic.sampling.warmup import WarmUp
from slt_symbolic.sampling.witness import WITNESSES

__all__ = ["keeps_parameters", "load_run", "load_state", "machine", "save_state"]

_KIND = "slt-symbolic sampling"
# Format 3: long vectors of normals are drawn in blocks, so an older run cannot be gone on with.
FORMAT = f"{_KIND} 3"
_EVENTS = ("accepted", "outside", "diverged")
_STATE = ("w", "g", "h", "p")


def machine() -> dict[str, str]:
    """Return versions and processor, which a bitwise repetition needs to be the same.

    Examples
    --------
    >>> sorted(machine())
    ['numba', 'numpy', 'processor', 'python', 'scipy', 'slt_symbolic', 'system', 'vector']
    """
    import llvmlite.binding as llvm
    import numba
    import scipy

    import slt_symbolic

    known = llvm.get_host_cpu_features()
    vector = [name for name in ("sse2", "avx", "avx2", "fma", "avx512f", "neon") if known.get(name)]
    return {
        "slt_symbolic": slt_symbolic.__version__,
        "python": platform.python_version(),
        "numpy": np.__version__,
        "numba": numba.__version__,
        "scipy": scipy.__version__,
        "system": f"{platform.system()} {platform.machine()}",
        "processor": llvm.get_host_cpu_name(),
        "vector": " ".join(vector),
    }


def save_state(path: str | Path, state: RunState, target: Target) -> None:
    """Write a run as far as it went, with all that is needed to go on."""
    kept, warm, settings = state.joined(), state.warm, state.settings
    draw = ("beta", "chain", "draw")
    arrays: dict[str, tuple[tuple[str, ...], np.ndarray[Any, Any]]] = {
        "beta": (("beta",), np.array(settings.betas)),
        "chain": (("chain",), np.arange(settings.chains, dtype=np.int32)),
        "rung": (("rung",), np.array(settings.ladder)),
        "exchanges": (("rung", "tried_made"), state.exchanges.astype(np.float64)),
        "length": (("rung",), warm.tuning.step),
        "scale": (("rung", "parameter"), warm.tuning.scale),
        "state_values": (
            ("chain", "rung", "K_and_energy"),
            np.stack([chain.values for chain in state.chains]),
        ),
        "prior_box": (("side", "parameter"), np.array(target.prior.box)),
        "prior_gauss": (("centre_precision", "parameter"), np.array(target.prior.gauss)),
    }
    for name in _STATE:
        stacked = np.stack([getattr(chain, name) for chain in state.chains])
        arrays[f"state_{name}"] = (("chain", "rung", "parameter"), stacked)
    if warm.tuning.basis.size:
        arrays["basis"] = (("rung", "direction", "parameter"), warm.tuning.basis)
        arrays["stretch"] = (("rung", "direction"), warm.tuning.stretch)
    if warm.count:
        arrays["warm_mean"] = (("rung", "parameter"), warm.mean)
        arrays["warm_squares"] = (("rung", "parameter"), warm.squares)
        if warm.rows.size:
            arrays["warm_rows"] = (("warm_row", "rung", "parameter"), warm.rows)
    if state.done:
        arrays["draw"] = (("draw",), np.arange(state.done, dtype=np.int32))
        arrays["K"] = (draw, kept.draws)
        for index, name in enumerate(WITNESSES):
            arrays[name] = (draw, kept.witness[..., index])
        for index, name in enumerate(_EVENTS):
            arrays[name] = (draw, kept.events[..., index].astype(np.int32))
        if settings.keep_parameters:
            arrays["w"] = ((*draw, "parameter"), kept.parameters)
    generators = [
        {"swept": chain.swept, "generator": _plain(chain.rng.bit_generator.state)}
        for chain in state.chains
    ]
    warm_up = {"block": warm.block, "since": warm.since, "count": warm.count}
    attributes = {
        "format": FORMAT,
        "settings": json.dumps(asdict(settings)),
        "machine": json.dumps(machine()),
        "chains_state": json.dumps(generators),
        "warm_up": json.dumps(warm_up),
        "complete": json.dumps(state.complete),
    }
    write_arrays(path, arrays, attributes)


def load_run(path: str | Path) -> LadderRun:
    """Read a run from its file.

    Parameters
    ----------
    path
        What ``run_ladder(..., checkpoint=path)`` wrote.

    Returns
    -------
    LadderRun
        The draws bit for bit.

    Raises
    ------
    DamagedFileError
        If the file is damaged, or of another kind.
    OtherVersionError
        If another version of the package wrote it.
    SamplingError
        If it holds no draws yet.

    Notes
    -----
    The file is netCDF-3: ``xarray.open_dataset(path)`` has ``K`` over beta, chain and draw.

    Examples
    --------
    >>> import tempfile
    >>> from slt_symbolic.sampling import Target, UniformBox, run_ladder
    >>> def potential(w, g):
    ...     g[0] = w[0]
    ...     return 0.5 * w[0] ** 2
    >>> file = Path(tempfile.mkdtemp()) / "run.nc"
    >>> target = Target(potential, UniformBox((-2,), (2,)))
    >>> run = run_ladder(target, [100], draws=100, warmup=50, checkpoint=file)
    >>> bool((load_run(file).draws == run.draws).all())
    True
    """
    state = _read(path)
    if not state.done:
        raise SamplingError(f"{path}: the run was stopped during warm-up and holds no draws")
    return state.run()


def keeps_parameters(path: str | Path) -> bool:
    """Whether the run in a file keeps the draws of w, as one that goes on from it must.

    Raises
    ------
    DamagedFileError
        If the file is damaged.
    """
    return _read(path).settings.keep_parameters


def load_state(path: str | Path, settings: Settings, target: Target) -> RunState:
    """Read the state of a run, to go on with it; the run asked for must be the same.

    Raises
    ------
    DamagedFileError
        If the file is damaged.
    SamplingError
        If it belongs to another run: the message names what differs.
    """
    state = _read(path)
    for name in (f.name for f in fields(Settings)):
        was, now = getattr(state.settings, name), getattr(settings, name)
        if was != now:
            raise SamplingError(f"{path}: of another run: {name} was {was}, now it is {now}")
    arrays, _ = read_arrays(path)
    for name, now in (("box", target.prior.box), ("gauss", target.prior.gauss)):
        if not np.array_equal(arrays[f"prior_{name}"], now):
            raise SamplingError(f"{path}: of another run: the prior's {name} differs")
    if settings.exact:
        _check_potential(path, state, target)
    return state


def _check_potential(path: str | Path, state: RunState, target: Target) -> None:
    gradient = np.zeros(target.dimension)
    for chain in state.chains:
        for w, (k, _) in zip(chain.w, chain.values, strict=True):
            value = float(target.compiled(w, gradient))
            if not abs(value - k) <= 1e-9 * abs(k) + 1e-300:
                raise SamplingError(
                    f"{path}: of another potential: K is {value} where it was {float(k)}"
                )


def _read(path: str | Path) -> RunState:
    arrays, attributes = read_arrays(path)
    try:
        return _state_of(path, arrays, attributes)
    except SamplingError:
        raise
    except (
        LookupError,
        TypeError,
        ValueError,
        AttributeError,
        OverflowError,
        MemoryError,
    ) as error:
        raise DamagedFileError(f"{path}: not the state of a run: {error!r}") from error


def _state_of(
    path: str | Path, arrays: dict[str, np.ndarray[Any, Any]], attributes: dict[str, str]
) -> RunState:
    stands = attributes.get("format", "")
    if stands.startswith(_KIND) and stands != FORMAT:
        raise OtherVersionError(f"{path}: its format is {stands!r}, not {FORMAT!r}: sample again")
    if stands != FORMAT:
        raise DamagedFileError(f"{path}: its format is {stands!r}, not {FORMAT!r}")
    stated = json.loads(attributes["settings"])
    values: dict[str, Any] = {k: tuple(v) if isinstance(v, list) else v for k, v in stated.items()}
    settings = Settings(**values)
    kinds = {"int": int, "bool": bool, "str": str}
    for f in fields(Settings):
        value, kind = getattr(settings, f.name), kinds.get(str(f.type), tuple)
        if type(value) is not kind or (kind is tuple and not np.isfinite(np.array(value)).all()):
            raise TypeError(f"{f.name} is {value!r:.60}")
    chains = []
    for index, entry in enumerate(json.loads(attributes["chains_state"])):
        rng = np.random.Generator(np.random.Philox(0))
        rng.bit_generator.state = _arrays_of(entry["generator"])
        w, g, h, p, values_of = (
            np.ascontiguousarray(arrays[f"state_{name}"][index]) for name in (*_STATE, "values")
        )
        scratch = scratch_for(settings.dimension)
        chains.append(Chain(w, g, h, p, values_of, scratch, rng, entry["swept"]))
    low_rank = [arrays[name] for name in ("basis", "stretch") if name in arrays]
    warm = WarmUp(Tuning(arrays["length"], arrays["scale"], *low_rank))
    warm.block, warm.since, warm.count = (
        json.loads(attributes["warm_up"])[name] for name in ("block", "since", "count")
    )
    if warm.count:
        warm.mean, warm.squares = arrays["warm_mean"], arrays["warm_squares"]
        shape = (0, *warm.mean.shape)
        warm.rows = arrays.get("warm_rows", np.zeros(shape))
    state = RunState(settings, chains, warm, [], arrays["exchanges"].astype(np.int64))
    if "K" in arrays:
        events = np.stack([arrays[name] for name in _EVENTS], axis=-1).astype(np.int64)
        parameters = arrays.get("w")
        if parameters is None:
            parameters = np.zeros((*arrays["K"].shape[:2], 0, settings.dimension))
        seen = np.stack([arrays[name] for name in WITNESSES], axis=-1)
        state.blocks.append(Kept(arrays["K"], seen, events, parameters))
    return state


def _plain(value: Any) -> Any:
    """Return a generator's state as JSON can hold it."""
    if isinstance(value, dict):
        return {key: _plain(item) for key, item in value.items()}
    if isinstance(value, np.ndarray):
        return {"uint64": [int(item) for item in value]}
    return value if isinstance(value, str) else int(value)


def _arrays_of(value: Any) -> Any:
    if isinstance(value, dict):
        if set(value) == {"uint64"}:
            return np.array(value["uint64"], dtype=np.uint64)
        return {key: _arrays_of(item) for key, item in value.items()}
    return value
