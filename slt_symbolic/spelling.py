"""What was probably meant by a name that is not known."""

from __future__ import annotations

from collections.abc import Iterable
from difflib import get_close_matches

_LONGEST = 64  # characters of a name that is still compared: the comparison is quadratic
_SHORTEST_PART = 3  # characters of a name that may stand for the one name that it is a part of


def normal_form(name: str) -> str:
    """Return a name in lower case, with underscores for hyphens and spaces.

    Examples
    --------
    >>> normal_form("Leaky-ReLU")
    'leaky_relu'
    """
    return name.strip().lower().replace("-", "_").replace(" ", "_")


def meant(name: object, known: Iterable[str]) -> str | None:
    """Return the known name that is nearest to another one, None if none is near.

    Parameters
    ----------
    name : object
        What was given; only texts are near to anything.
    known : iterable of str
        The names that there are.

    Examples
    --------
    >>> meant("uniform_intervall", ["uniform-box", "uniform-interval"])
    'uniform-interval'
    >>> meant("normal", ["uniform-box", "standard-normal"])
    'standard-normal'
    >>> meant("x", ["uniform-box"])
    """
    if not isinstance(name, str) or len(name) > _LONGEST:
        return None
    names, given = {normal_form(k): k for k in known}, normal_form(name)
    parts = [k for k in names if given in k] if len(given) >= _SHORTEST_PART else []
    close = parts or get_close_matches(given, names, n=1)
    return names[close[0]] if len(close) == 1 else None


def hint(name: object, known: Iterable[str]) -> str:
    """Return the end of a message: ``; did you mean 'relu'?``, or nothing.

    Examples
    --------
    >>> hint("rleu", ["relu", "tanh"])
    "; did you mean 'relu'?"
    >>> hint("softmax-of-everything", ["relu", "tanh"])
    ''
    """
    close = meant(name, known)
    return "" if close is None else f"; did you mean {close!r}?"
