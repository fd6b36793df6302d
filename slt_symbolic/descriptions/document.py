"""From the bytes of a TOML file to its tables, for files that need not be trusted."""

from __future__ import annotations

import re
import tomllib
from typing import Any

from slt_symbolic.descriptions.errors import DescriptionError, TomlFloat

MAX_BYTES = 1_000_000
MAX_KEY_PARTS = 16

# tomllib takes time and memory quadratic in the number of parts of a dotted key. Every quantifier
# is possessive and starts only where a part can, so that the search itself is linear.
_PART = r"""(?:[A-Za-z0-9_-]++|"(?:[^"\\\n]|\\.)*+"|'[^'\n]*+')"""
_LONG_KEY = re.compile(
    rf"(?<![A-Za-z0-9_\\-])(?:{_PART}[ \t]*+\.[ \t]*+){{{MAX_KEY_PARTS}}}{_PART}"
)


def tables(content: bytes, file: str) -> dict[str, Any]:
    """Read the tables of a TOML file.

    Parameters
    ----------
    content : bytes
        The file's content.
    file : str
        Its name, for messages.

    Returns
    -------
    dict
        As ``tomllib`` returns it, but with floats kept as text.

    Raises
    ------
    DescriptionError
        If the file is too large, not UTF-8, not TOML, or nested too deeply.
    """

    def error(reason: str) -> DescriptionError:
        return DescriptionError(file, "", "", reason)

    if len(content) > MAX_BYTES:
        raise error(f"a description has at most {MAX_BYTES} bytes")
    try:
        text = content.decode("utf-8")
    except UnicodeDecodeError as problem:
        raise error(f"not UTF-8: byte {problem.start + 1} cannot be read") from None
    if _LONG_KEY.search(text):
        raise error(f"a dotted key has at most {MAX_KEY_PARTS} parts")
    try:
        return tomllib.loads(text.replace("\r\n", "\n"), parse_float=TomlFloat)
    except tomllib.TOMLDecodeError as problem:
        raise error(f"not TOML: {problem}") from None
    except RecursionError:
        raise error("arrays or tables are nested too deeply") from None
    except ValueError:  # Python's own limit on the digits of an integer
        raise error("an integer has too many digits") from None
