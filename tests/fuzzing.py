"""Seeded fuzzing: random damage to data, and a harness that judges what comes of it.

An input counts as handled if it is answered, or refused with one of the named errors and a message
in printable characters, within its share of processor time, and without code being run, files
being removed or processes being started on the way.
"""

import copy
import json
import random
import resource
import signal
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

FORBIDDEN = ("os.system", "os.exec", "os.posix_spawn", "subprocess.Popen", "socket.connect")
FORBIDDEN += ("pickle.find_class", "ctypes.dlopen", "shutil.rmtree", "os.remove", "os.rename")
_watch: dict[str, Any] = {"armed": False, "seen": [], "hooked": False}


def _hook(event: str, arguments: tuple[Any, ...]) -> None:
    if not _watch["armed"]:
        return
    if event in FORBIDDEN:
        _watch["seen"].append(f"{event} {arguments!r:.80}")
    elif event == "exec" and not _trusted():
        _watch["seen"].append(f"exec of {arguments[0].co_filename!r}")


def _trusted() -> bool:
    """Say whether code runs that no input wrote: a module is imported, or SymPy fills a template.

    SymPy writes the arithmetic of monomials from the number of variables alone.
    """
    frame = sys._getframe()
    while frame is not None:
        file = frame.f_code.co_filename
        if file == "<frozen importlib._bootstrap>" or file.endswith("sympy/polys/monomials.py"):
            return True
        frame = frame.f_back
    return False


@contextmanager
def watched() -> Iterator[list[str]]:
    """Collect what is run, compiled, started or removed meanwhile."""
    if not _watch["hooked"]:
        sys.addaudithook(_hook)
        _watch["hooked"] = True
    seen: list[str] = []
    _watch.update(armed=True, seen=seen)
    try:
        yield seen
    finally:
        _watch["armed"] = False


class TooSlowError(BaseException):
    """An input took longer than it may: no ``except Exception`` swallows it."""


def _ring(*_: object) -> None:
    raise TooSlowError


@dataclass
class Tally:
    """What came of the inputs."""

    answered: int = 0
    refused: int = 0
    slowest: float = 0.0
    slowest_input: str = ""
    faults: list[str] = field(default_factory=list)
    growth: float = 0.0

    @property
    def inputs(self) -> int:
        return self.answered + self.refused + len(self.faults)

    def __str__(self) -> str:
        return (
            f"{self.inputs} inputs: {self.answered} answered, {self.refused} refused, "
            f"{len(self.faults)} faults, slowest {self.slowest:.2f} s, "
            f"{self.growth:.0f} MB more memory"
        )


def fuzz(
    inputs: Iterator[Any],
    use: Callable[[Any], object],
    named: type[Exception] | tuple[type[Exception], ...],
    *,
    seconds: float,
    shown: Callable[[Any], str] = repr,
) -> Tally:
    """Feed inputs to a function, each with so many seconds of processor time."""
    tally = Tally()
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    previous = signal.signal(signal.SIGVTALRM, _ring)
    try:
        for item in inputs:
            fault, outcome = "", "answered"
            started = time.process_time()
            signal.setitimer(signal.ITIMER_VIRTUAL, seconds)
            with watched() as seen:
                try:
                    use(item)
                except named as error:
                    outcome, said = "refused", str(error)
                    if not said.strip() or not said.replace("\n", " ").isprintable():
                        fault = f"message {said!r:.200}"
                except (Exception, TooSlowError) as error:
                    fault = f"{type(error).__name__}: {error!s:.200}"
                finally:
                    signal.setitimer(signal.ITIMER_VIRTUAL, 0)
            spent = time.process_time() - started
            if spent > tally.slowest:
                tally.slowest, tally.slowest_input = spent, shown(item)[:2000]
            if seen:
                fault = f"executed: {seen[0]}"
            tally.answered += not fault and outcome == "answered"
            tally.refused += not fault and outcome == "refused"
            if fault:
                tally.faults.append(f"{fault}\n    on {shown(item)[:600]}")
    finally:
        signal.setitimer(signal.ITIMER_VIRTUAL, 0)
        signal.signal(signal.SIGVTALRM, previous)
    after = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    tally.growth = (after - before) / 1024
    return tally


def judge(tally: Tally, *, memory: float = 300.0) -> None:
    """Assert that nothing went wrong, and that some inputs were refused; ``-s`` shows the tally."""
    print(tally)
    assert not tally.faults, f"{tally}\n  " + "\n  ".join(tally.faults[:8])
    assert tally.refused > 0, str(tally)
    assert tally.growth < memory, str(tally)


def generator(seed: int) -> random.Random:
    """Return the generator of one test: the same seed, the same inputs."""
    return random.Random(seed)  # noqa: S311 - inputs that come again, no secrets


JUNK: tuple[Any, ...] = (
    *(None, True, False, 0, 1, -1, 2, 7, 64, 10**6, -(10**6), 10**30, 1.5, float("nan")),
    *(float("inf"), "", "x", "0", "1", "-1", "1/2", "1/0", "0/0", "-0", "nan", "1e9", "1_0", "٣"),
    *("9" * 5000, "x**2", "__import__('os').system('true')", "\x00", "\ud800", "../../etc/passwd"),
    *([], [[]], [None], {}, {"kind": "newton"}, {"__class__": "os"}, [[["0", [0]]]], "oo", "I"),
)


def places(item: Any, path: tuple[Any, ...] = ()) -> Iterator[tuple[Any, ...]]:
    """Yield the paths of everything inside nested data, iteratively: data may be deep."""
    stack = [(item, path)]
    while stack:
        here, at = stack.pop()
        yield at
        if isinstance(here, dict | list):
            children = here.items() if isinstance(here, dict) else enumerate(here)
            stack.extend((child, (*at, key)) for key, child in children)


def at(item: Any, path: tuple[Any, ...]) -> Any:
    for key in path:
        item = item[key]
    return item


def _changed(rng: random.Random, value: Any, donor: Any) -> Any:
    """Return something near a value, or far from it."""
    sort = rng.random()
    if sort < 0.3:
        return copy.deepcopy(rng.choice(JUNK))
    if sort < 0.45:
        return copy.deepcopy(at(donor, rng.choice(list(places(donor)))))
    if isinstance(value, bool):
        return not value
    if isinstance(value, int):
        return value + rng.choice((-2, -1, 1, 2, 100, 10**5, 10**9))
    if isinstance(value, str):
        cut = rng.randrange(len(value) + 1)
        piece = rng.choice(("0", "9", "/", "-", "x", "(", "*", "**9", "λ", ".5", value, " "))
        return rng.choice((value[:cut] + piece + value[cut:], value[:cut] + value[cut + 1 :]))
    if isinstance(value, list) and value:
        k = rng.randrange(len(value))
        doubled = [*value, copy.deepcopy(value[k])]
        shuffled = rng.sample(value, len(value))
        return rng.choice((value[:k] + value[k + 1 :], doubled, shuffled, [value], value * 3))
    if isinstance(value, dict) and value:
        key = rng.choice(list(value))
        other = rng.choice(list(value))
        rest = {k: v for k, v in value.items() if k != key}
        renamed = {**rest, f"{key}x": value[key]}
        swapped = {**value, key: value[other], other: value[key]}
        inside = {**value, key: copy.deepcopy(value)}
        return rng.choice((rest, renamed, swapped, inside))
    return copy.deepcopy(rng.choice(JUNK))


def damaged(rng: random.Random, data: Any, donor: Any, *, most: int = 3) -> Any:
    """Return a copy of JSON-like data with one to `most` random edits.

    Parameters
    ----------
    rng
        The generator.
    data
        What is damaged.
    donor
        Other data of the same sort: parts of it are transplanted.
    most
        The most edits.
    """
    data = copy.deepcopy(data)
    for _ in range(rng.randint(1, most)):
        path = rng.choice(list(places(data)))
        if not path:
            if rng.random() < 0.1:
                data = _changed(rng, data, donor)
            continue
        inside = at(data, path[:-1])
        inside[path[-1]] = _changed(rng, inside[path[-1]], donor)
    return data


def damaged_bytes(rng: random.Random, content: bytes) -> bytes:
    """Return bytes with a few flipped, cut out, doubled or put in."""
    changed = bytearray(content)
    for _ in range(rng.randint(1, 4)):
        k = rng.randrange(len(changed) + 1)
        sort = rng.randrange(5)
        if sort == 0 and k < len(changed):
            changed[k] ^= 1 << rng.randrange(8)
        elif sort == 1:
            del changed[k : k + rng.randint(1, 20)]
        elif sort == 2:
            changed[k:k] = bytes(rng.randrange(256) for _ in range(rng.randint(1, 8)))
        elif sort == 3:
            changed[k:k] = changed[k : k + rng.randint(1, 60)]
        else:
            del changed[k:]
    return bytes(changed)


def as_json(item: Any) -> str:
    """Return JSON text, whatever Python's reader would take."""
    return json.dumps(item)
