"""Which references a result rests on, by the type of the result."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from importlib import import_module
from typing import Any

from slt_symbolic.citations.entries import UnknownReferenceError, entry, keys_in

__all__ = ["keys_of"]

# Units whose independence is proved by their poles, as for tanh.
_BY_POLES = ("tanh", "sigmoid", "softplus", "swish")
_COEFFICIENT = ("Watanabe2009",)
_ENCLOSED = ("Johansson2017",)


def _theorem(result: Any) -> Iterable[str]:
    # Derivations of this package are cited by their own text and have no entry.
    try:
        return (*_COEFFICIENT, entry(result.citation.key).key)
    except UnknownReferenceError:
        return _COEFFICIENT


def _search(result: Any) -> Iterable[str]:
    newton = {"newton", "system"} & set(result.certificate.node_kinds())
    return (*_COEFFICIENT, "Varchenko1976") if newton else _COEFFICIENT


def _local(result: Any) -> Iterable[str]:
    return keys_of(result.answer)


def _divergence(K: Any) -> Iterable[str]:
    from slt_symbolic.divergence.network_sum import parts_of
    from slt_symbolic.kernels.dispatch import kernel_for

    model, truth, law = K.model, K.truth, K.inputs
    name = model.activation.name
    kernel = type(kernel_for(law, model.activation, model.activation)).__name__
    if "Quadrature" in kernel:
        return ("Trefethen2013", "TrefethenWeideman2014", *_ENCLOSED)
    if kernel != "NormalPiecewiseKernel":
        return ()
    networks = (model, *parts_of(truth))
    biased = any(unit.bias != 0 for network in networks for unit in network.units)
    first = "Williams1997" if name == "erf" else "ChoSaul2009"
    return (first, "Owen1956") if biased else (first,)


def _fisher(information: Any) -> Iterable[str]:
    name = information.model.activation.name
    return ("Fukumizu1996", "Sussmann1992") if name in _BY_POLES else ()


def _networks(network: Any) -> Iterable[str]:
    name = network.activation.name
    if name == "tanh":
        return ("Sussmann1992", "FarrugiaRoberts2023")
    if name == "relu":  # whose theorems the strata extend
        return ("Carroll2021", "PhuongLampert2020")
    return ("Sussmann1992",) if name in _BY_POLES else ()


def _hermite(coefficient: Any) -> Iterable[str]:
    trapezoid = "trapezoid" in coefficient.method or "quadrature" in coefficient.method
    return ("TrefethenWeideman2014", *_ENCLOSED) if trapezoid else _ENCLOSED


def _run(run: Any) -> Iterable[str]:
    sampler = {"mala": ("RobertsTweedie1996",), "sgld": ("Lau2023",)}.get(run.sampler, ())
    return ("Watanabe2013", *sampler, "SwendsenWang1986", "Vehtari2021")


def _texts(claim: Any) -> Iterable[str]:
    return keys_in("; ".join(claim.references))


_Rule = Callable[[Any], Iterable[str]]
_RULES: dict[tuple[str, str], _Rule] = {
    ("rlct.theorems", "TheoremResult"): _theorem,
    ("rlct", "LearningCoefficient"): _search,
    ("phases", "LocalCoefficient"): _local,
    ("divergence", "KLDivergence"): _divergence,
    ("fisher", "FisherInformation"): _fisher,
    ("true_set", "TrueSet"): lambda W0: _networks(W0.model),
    ("true_set", "Equivalence"): lambda answer: _networks(answer.first),
    ("spectra", "HermiteCoefficient"): _hermite,
    ("sampling", "LadderRun"): _run,
    ("sampling", "Validation"): lambda _: (*_COEFFICIENT, "Watanabe2013"),
    ("claims", "Claim"): _texts,
}


def keys_of(result: object) -> tuple[str, ...]:
    """Return the keys of the references that a result rests on.

    Raises
    ------
    TypeError
        If results of this type have no rule.

    Examples
    --------
    >>> from slt_symbolic.rlct.theorems import deep_linear
    >>> keys_of(deep_linear([2, 2, 2], 1))
    ('Watanabe2009', 'Aoyagi2024')
    """
    for (room, name), rule in _RULES.items():
        if any(
            base.__name__ == name and base.__module__.startswith(f"slt_symbolic.{room}")
            for base in type(result).__mro__
        ) and isinstance(result, getattr(import_module(f"slt_symbolic.{room}"), name)):
            return tuple(dict.fromkeys(rule(result)))
    kinds = ", ".join(name for _, name in _RULES)
    raise TypeError(f"result must be one of {kinds}, got {type(result).__name__}")
