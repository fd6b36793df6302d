"""``slt-symbolic sweep``: models x ladders x seeds, side by side, resumable."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

from slt_symbolic.claims.report import write_atomically
from slt_symbolic.descriptions.section import Section
from slt_symbolic.rlct.suite import Case, read_suite
from slt_symbolic.sampling import run_ladder
from slt_symbolic.sampling.scheduling import dask_cluster, local_processes, work_through

from .sample import compare, prediction_of
from .sampling_config import content_of, read_config, read_ladder, sections
from .sampling_models import model_of_case, model_of_description
from .sampling_report import record

__all__ = ["failed", "run", "tasks_of", "to_json", "to_text", "work"]

Record = dict[str, Any]
_KEYS = ("models", "problems", "ladders", "seeds", "budget")
_MOST_TASKS = 1_000_000


def tasks_of(file: Path) -> dict[str, Record]:
    """Return the tasks of a sweep by their keys: plain data, complete in itself.

    Raises
    ------
    DescriptionError
        If the section [sweep] is not of its form.
    """
    whole = sections(content_of(file), str(file))
    whole.only(("sweep", "sampling"), required=("sweep",))
    section = whole.section("sweep")
    section.only(_KEYS)
    sampling = {key: _plain(entry.value) for key, entry in whole.section("sampling").entries()}
    read_config(whole.section("sampling"))
    models = _models(section, file.parent)
    if not models:
        raise section.error("there must be models or problems")
    ladders: list[str | None] = [None]
    if "ladders" in section:
        entry = section.entry("ladders")
        ladders = [item.string() for item in entry.items()]
        for text in ladders:
            entry.checked(lambda text=text: read_ladder(text))  # type: ignore[misc]  # a default
    seeds = [0]
    if "seeds" in section:
        seeds = [item.count(0, 2**62) for item in section.entry("seeds").items()]
    if len(models) * len(ladders) * len(seeds) > _MOST_TASKS:
        raise section.error(f"a sweep has at most {_MOST_TASKS} runs")
    budget = float(section.entry("budget").number()) if "budget" in section else 30.0
    tasks = {}
    for model in models:
        for ladder in ladders:
            for seed in seeds:
                task = {
                    "model": model, "ladder": ladder, "seed": seed, "sampling": sampling,
                    "budget": budget,
                }  # fmt: skip
                text = json.dumps(task, sort_keys=True)
                digest = hashlib.sha256(text.encode()).hexdigest()[:16]
                tasks[f"{_safe(model['name'])}-{seed}-{digest}"] = task
    return tasks


def _models(section: Section, folder: Path) -> list[Record]:
    found: list[Record] = []
    if "models" in section:
        for item in section.entry("models").items():
            path = folder / item.string()
            content = item.checked(lambda path=path: content_of(path))  # type: ignore[misc]  # a default
            found.append({"name": path.name, "toml": content.decode("utf-8", "replace")})
    if "problems" in section:
        for table in section.sections("problems"):
            table.only(("file", "case"), required=("file",))
            path = folder / table.entry("file").string()
            cases = table.checked(lambda path=path: read_suite(path))  # type: ignore[misc]  # a default
            if "case" in table:
                wanted = table.entry("case").string()
                cases = [case for case in cases if case.id == wanted]
                if not cases:
                    raise table.error(f"{path} has no case {wanted!r}", "case")
            found.extend({"name": case.id, "case": case.data} for case in cases)
    return found


def _plain(value: Any) -> Any:
    """Return a value of the file as JSON can hold it; a TOML float never gets here."""
    if isinstance(value, list):
        return [_plain(item) for item in value]
    return value if isinstance(value, int | str) else str(value)


def _safe(name: str) -> str:
    return "".join(c if c.isalnum() or c in "-_" else "_" for c in name)[:60]


def work(payload: Record) -> Record:
    """Run one task and return its record; runs in a worker."""
    task, store = payload["task"], payload["store"]
    model_data = task["model"]
    config = None
    if task["sampling"]:
        config = read_config(Section(task["sampling"], "sweep", "sampling"))
    if "toml" in model_data:
        model = model_of_description(model_data["toml"].encode(), model_data["name"], config)
    elif config is not None and config.around is not None:
        raise ValueError("[sampling] around: is of a network, not of an RLCT problem")
    else:
        model = model_of_case(Case(model_data["name"], model_data["case"]))
    config = model.config if config is None else config
    ladder = None if task["ladder"] is None else read_ladder(task["ladder"])
    config = config.changed({"betas": ladder, "seed": task["seed"]})
    # One thread: the other processors have runs of their own.
    found = run_ladder(
        model.target, **config.arguments(), threads=1, checkpoint=store, resume=store is not None
    )
    prediction = model.predict(task["budget"]) if task["budget"] > 0 else prediction_of("none")
    return record(compare(model, config, found, prediction, despite_problems=False))


def run(
    file: Path,
    out: Path,
    *,
    jobs: int | None,
    dask: str | None,
    report: Callable[[str], None],
) -> tuple[list[Record], bool]:
    """Run what is not finished yet.

    Returns
    -------
    records : list of dict
        Of all finished tasks, in the order of the sweep; a failed one has a key ``error``.
    interrupted : bool
        Whether Ctrl-C ended it.

    Raises
    ------
    ValueError
        If the sweep or one of its files makes no sense.
    """
    tasks = tasks_of(file)
    out.mkdir(parents=True, exist_ok=True)
    records = {key: found for key in tasks if (found := _finished(out, key)) is not None}
    waiting = {
        # A cluster's workers have no share in this folder: they hold no checkpoint.
        key: {"task": task, "store": None if dask else str(out / f"{key}.nc")}
        for key, task in tasks.items()
        if key not in records
    }
    report(f"{len(records)} of {len(tasks)} runs were finished before")
    opened = dask_cluster(dask) if dask else local_processes(jobs)
    interrupted = False
    try:
        for key, result in work_through(waiting, work, opened):
            if isinstance(result, BaseException):
                records[key] = {"key": key, "error": f"{type(result).__name__}: {result}"}
            elif not result["complete"]:
                interrupted = True
                continue
            else:
                records[key] = {"key": key, **result}
                write_atomically(out / f"{key}.json", json.dumps(records[key], indent=2) + "\n")
            report(f"[{len(records)}/{len(tasks)}] {_line(records[key])}")
    except KeyboardInterrupt:
        interrupted = True
    return [records[key] for key in tasks if key in records], interrupted


def _finished(out: Path, key: str) -> Record | None:
    path = out / f"{key}.json"
    if not path.exists():
        return None
    try:
        found = json.loads(path.read_text(encoding="utf-8"))
    except (ValueError, RecursionError) as error:
        raise ValueError(f"{path}: damaged, remove it to run this again: {error}") from error
    if not isinstance(found, dict) or found.get("key") != key:
        raise ValueError(f"{path}: not the record of this run; remove it to run this again")
    return found


def failed(found: Record) -> bool:
    """Whether a run failed, was withheld or contradicts its prediction."""
    if "error" in found:
        return True
    verdict = found["verdict"]
    return bool(found["problems"]) or (verdict is not None and verdict["verdict"] == "inconsistent")


def _line(found: Record) -> str:
    if "error" in found:
        return f"{found['key']}: {found['error']}"
    fit = found["fit"]
    shown = "withheld" if fit is None else f"lambda = {fit['lambda']:.4f}"
    if fit is not None and fit["standard_error"] is not None:
        shown += f" +- {fit['standard_error']:.4f}"
    verdict = "" if found["verdict"] is None else f", {found['verdict']['verdict']}"
    return f"{found['key']}: {shown}{verdict}"


def to_json(records: Sequence[Record]) -> str:
    """Write the records as a JSON list."""
    return json.dumps(list(records), indent=2)


def to_text(records: Sequence[Record]) -> str:
    """Write one line for each record."""
    return "\n".join(_line(found) for found in records)
