"""Samplers, one file each: a compiled step that any ladder can hold."""

from __future__ import annotations

from collections.abc import Callable

from slt_symbolic.sampling.errors import SamplingError
from slt_symbolic.sampling.samplers.ghmc import ghmc
from slt_symbolic.sampling.samplers.gibbs import gibbs
from slt_symbolic.sampling.samplers.hmc import hmc
from slt_symbolic.sampling.samplers.langevin import langevin
from slt_symbolic.sampling.samplers.mala import mala
from slt_symbolic.sampling.samplers.sampler import Sampler
from slt_symbolic.sampling.samplers.sgld import sgld
from slt_symbolic.sampling.samplers.slice import slice_sampler
from slt_symbolic.sampling.samplers.underdamped import underdamped
from slt_symbolic.sampling.samplers.valley import valley_sampler

__all__ = [
    "SAMPLERS", "Sampler", "ghmc", "gibbs", "hmc", "langevin", "mala", "sampler", "sgld",
    "slice_sampler", "underdamped", "valley_sampler",
]  # fmt: skip

SAMPLERS: dict[str, Callable[..., Sampler]] = {
    "mala": mala,
    "hmc": hmc,
    "ghmc": ghmc,
    "gibbs": gibbs,
    "slice": slice_sampler,
    "valley": valley_sampler,
    "langevin": langevin,
    "underdamped": underdamped,
    "sgld": sgld,
}


def sampler(name: str, **options: float) -> Sampler:
    """Return a sampler by its name.

    Parameters
    ----------
    name
        ``mala``, ``hmc``, ``ghmc``, ``gibbs``, ``slice``, ``valley`` (exact), ``langevin``,
        ``underdamped``, ``sgld`` (biased).
    options
        Its own: ``leaps`` of hmc, ``friction`` of ghmc and underdamped, ``step`` of sgld,
        ``blocks`` of gibbs.

    Raises
    ------
    SamplingError
        If there is no such sampler, or it has no such option.

    Examples
    --------
    >>> sampler("hmc", leaps=7).settings
    (7.0,)
    """
    if name not in SAMPLERS:
        raise SamplingError(f"sampler must be one of {', '.join(SAMPLERS)}, got {name!r}")
    try:
        return SAMPLERS[name](**options)
    except TypeError as error:
        raise SamplingError(f"sampler {name}: {error}") from None
