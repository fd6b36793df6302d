"""Fuzzing that follows coverage: an input that reaches new lines is kept, and changed further."""

import random
import sys
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path
from time import process_time
from types import CodeType, FrameType
from typing import Any

import slt_symbolic

ROOT = Path(slt_symbolic.__file__).parent


class Guided:
    """Inputs grown from seeds, for `fuzzing.fuzz`.

    Parameters
    ----------
    rng
        The generator.
    seeds
        The first inputs.
    change
        ``change(rng, item, donor)`` returns an input near an item, with parts of a donor.
    rooms
        Files or folders of the package whose lines count.
    """

    def __init__(
        self,
        rng: random.Random,
        seeds: Iterable[Any],
        change: Callable[[random.Random, Any, Any], Any],
        rooms: Iterable[str],
    ) -> None:
        self.seeds, self.corpus = tuple(seeds), []
        self.edges: set[tuple[CodeType, int, int]] = set()
        self._rng, self._change = rng, change
        self._rooms = tuple(str(ROOT / room) for room in rooms)
        self._inside: dict[CodeType, bool] = {}
        self._new = False

    def inputs(self, seconds: float, most: int = sys.maxsize) -> Iterator[Any]:
        """Yield the seeds, then changes of what was kept, for so much processor time."""
        yield from self.seeds
        assert self.corpus, "the seeds reached nothing: nothing was watched"
        end = process_time() + seconds
        made = 0
        while process_time() < end and made < most:
            made += 1
            # Half of the time of what was found last: it has been changed the least.
            last = self.corpus[-20:] if self._rng.random() < 0.5 else self.corpus
            yield self._change(self._rng, self._rng.choice(last), self._rng.choice(self.corpus))

    def watch(self, use: Callable[[Any], object]) -> Callable[[Any], None]:
        """Return the use of an input, which keeps the input if it reaches something new."""

        def watched(item: Any) -> None:
            self._new = False
            sys.settrace(self._called)
            try:
                use(item)
            finally:
                sys.settrace(None)
                if self._new:
                    self.corpus.append(item)

        return watched

    def _called(self, frame: FrameType, _event: str, _argument: object) -> Any:
        code = frame.f_code
        inside = self._inside.get(code)
        if inside is None:
            inside = self._inside[code] = code.co_filename.startswith(self._rooms)
        if not inside:
            return None
        before = 0
        edges = self.edges

        def step(frame: FrameType, event: str, _argument: object) -> Any:
            nonlocal before
            if event == "line":
                edge = (code, before, before := frame.f_lineno)
                if edge not in edges:
                    edges.add(edge)
                    self._new = True
            return step

        return step

    def __str__(self) -> str:
        return f"{len(self.edges)} steps between lines, {len(self.corpus)} inputs kept"
