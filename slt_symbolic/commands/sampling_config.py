"""The sections [prior] and [sampling] of a description, and the numbers a run is made with."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import sympy

from slt_symbolic.descriptions.document import MAX_BYTES, tables
from slt_symbolic.descriptions.entry import Entry
from slt_symbolic.descriptions.section import Section
from slt_symbolic.sampling import Gaussian, Prior, UniformBox, geometric_ladder
from slt_symbolic.sampling.samplers import SAMPLERS, Sampler, sampler

__all__ = ["Config", "content_of", "read_config", "read_ladder", "read_prior", "sections"]

_MOST = 100_000_000
_COUNTS = {"chains": 2, "draws": 8, "warmup": 1, "inner": 1, "seed": 0, "rank": 0}
_NUMBERS = ("bridge_ratio", "hottest", "level")
_LOCAL = ("around", "radius", "gamma")
_KEYS = (
    "betas", "lowest", "highest", "count", "sampler", "leaps", "friction", *_COUNTS, *_NUMBERS,
    *_LOCAL,
)  # fmt: skip


@dataclass(frozen=True)
class Config:
    """How to sample.

    Attributes
    ----------
    betas
        Inverse temperatures.
    sampler
        The kind of step.
    chains, draws, warmup, inner, seed, rank, bridge_ratio, hottest
        As for :func:`slt_symbolic.sampling.run_ladder`.
    level
        Of the test of the prediction.
    around, radius, gamma
        A parameter, exact, near which to sample, and the radius of the ball or the strength of
        the Gaussian factor that stands in place of the prior; None for the prior.
    """

    betas: tuple[float, ...] = geometric_ladder(1e2, 1e8, 10)
    sampler: str = "mala"
    options: tuple[tuple[str, float], ...] = ()
    chains: int = 4
    draws: int = 5000
    warmup: int = 2000
    inner: int = 5
    seed: int = 0
    rank: int = 0
    bridge_ratio: float = 4.0
    hottest: float = 1.0
    level: float = 0.01
    around: tuple[sympy.Expr, ...] | None = None
    radius: float | None = None
    gamma: float | None = None

    def kind(self) -> Sampler:
        """Return the sampler.

        Raises
        ------
        ValueError
            If it needs what no file describes.
        """
        if self.sampler == "sgld":
            raise ValueError(
                "sampler sgld needs minibatches of a data set: in Python alone "
                "(empirical_target and run_ladder)"
            )
        return sampler(self.sampler, **dict(self.options))

    def arguments(self) -> dict[str, Any]:
        """Return the arguments of ``run_ladder``, the target apart."""
        names = (*_COUNTS, "bridge_ratio", "hottest")
        found = {name: getattr(self, name) for name in names}
        return {"betas": self.betas, "sampler": self.kind(), **found}

    def changed(self, values: Mapping[str, Any]) -> Config:
        """Return it with the values that are not None in place of its own.

        A radius or a gamma stands in place of both.

        Raises
        ------
        ValueError
            If what comes out has no place to sample: see :meth:`checked`.
        """
        given = {k: v for k, v in values.items() if v is not None}
        if "radius" in given or "gamma" in given:
            given = {"radius": None, "gamma": None} | given
        return replace(self, **given).checked()

    def checked(self) -> Config:
        """Return it if ``around`` goes with exactly one of ``radius`` and ``gamma``."""
        extent = [name for name in ("radius", "gamma") if getattr(self, name) is not None]
        if len(extent) == 2:
            raise ValueError("radius is of a ball, gamma of a Gaussian factor: give one of them")
        if self.around is None and extent:
            raise ValueError(f"{extent[0]} needs around, the weights that it is the extent around")
        if self.around is not None and not extent:
            raise ValueError("around needs radius (of a ball) or gamma (of a Gaussian factor)")
        return self


def content_of(file: Path) -> bytes:
    """Return what a file holds, or enough of it to see that it is too long."""
    with file.open("rb") as stream:
        return stream.read(MAX_BYTES + 1)


def sections(content: bytes, name: str) -> Section:
    """Return the tables of a TOML file that need not be trusted."""
    return Section(tables(content, name), name, "")


def read_config(section: Section) -> Config:
    """Read [sampling]; what is absent is as in :class:`Config`.

    Raises
    ------
    DescriptionError
        If a key or value is not of this form; the message names it and what is allowed.
    """
    section.only(_KEYS)
    values: dict[str, Any] = {}
    for name, least in _COUNTS.items():
        if name in section:
            values[name] = section.entry(name).count(least, _MOST)
    for name in _NUMBERS:
        if name in section:
            values[name] = _positive(section.entry(name))
    if "betas" in section:
        entry = section.entry("betas")
        values["betas"] = tuple(_positive(item) for item in entry.items())
        if not values["betas"] or sorted(set(values["betas"])) != list(values["betas"]):
            raise entry.wrong("an array of increasing positive numbers")
    elif any(name in section for name in ("lowest", "highest", "count")):
        low, high = (_positive(section.entry(name)) for name in ("lowest", "highest"))
        count = section.entry("count").count(2, 1000)
        values["betas"] = section.checked(lambda: geometric_ladder(low, high, count))
    if "sampler" in section:
        entry = section.entry("sampler")
        if entry.string() not in SAMPLERS:
            raise entry.wrong(f"one of {', '.join(SAMPLERS)}")
        values["sampler"] = entry.string()
    options: list[tuple[str, float]] = []
    if "leaps" in section:
        options.append(("leaps", section.entry("leaps").count(1, 10_000)))
    if "friction" in section:
        options.append(("friction", _positive(section.entry("friction"))))
    if "around" in section:
        values["around"] = section.entry("around").numbers()
    for name in ("radius", "gamma"):
        if name in section:
            values[name] = _positive(section.entry(name))
    config = Config(**values, options=tuple(options))
    section.checked(config.kind)
    return section.checked(config.checked)


def read_ladder(text: str) -> tuple[float, ...]:
    """Read ``LOW:HIGH:COUNT``, spaced evenly in the logarithm, or a list ``100,1e3,1e4``.

    Examples
    --------
    >>> read_ladder("1e2:1e4:3"), read_ladder("10,100")
    ((100.0, 1000.0, 10000.0), (10.0, 100.0))
    """
    try:
        if ":" in text:
            low, high, count = text.split(":")
            return tuple(round(b, 9) for b in geometric_ladder(float(low), float(high), int(count)))
        return tuple(float(part) for part in text.split(","))
    except (ValueError, OverflowError) as error:
        raise ValueError(f"betas must be LOW:HIGH:COUNT or a list, got {text!r}: {error}") from None


def read_prior(section: Section, dimension: int) -> Prior:
    """Read [prior]: a law and its numbers, each one for all parameters or one for each."""
    laws = {"uniform-box": ("lower", "upper"), "gaussian": ("centre", "deviation")}
    law = section.entry("law")
    if not isinstance(law.value, str) or law.value not in laws:
        raise law.wrong(f"one of {', '.join(laws)}")
    names = laws[law.value]
    section.only(("law", *names), required=("law", *names))
    first, second = (_vector(section.entry(name), dimension) for name in names)
    build = UniformBox if law.value == "uniform-box" else Gaussian
    return section.checked(lambda: build(first, second))


def _vector(entry: Entry, dimension: int) -> tuple[float, ...]:
    if not isinstance(entry.value, list):
        return (float(entry.number()),) * dimension
    found = tuple(float(number) for number in entry.numbers())
    if len(found) != dimension:
        raise entry.error(f"must have one number for each of the {dimension} parameters")
    return found


def _positive(entry: Entry) -> float:
    number = float(entry.number())
    if not 0 < number < float("inf"):
        raise entry.wrong("a positive number")
    return number
