"""Files that are whole or not there: netCDF-3, replaced at once, with a hash over every byte.

netCDF-3 needs nothing beyond SciPy, and xarray and ArviZ read it. The hash stands in the file's
header as an attribute, computed with the attribute's own digits as zeros: it covers header and
body, and the file stays valid for readers that know nothing about it.
"""

from __future__ import annotations

import contextlib
import hashlib
import io
import os
import tempfile
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np

from slt_symbolic.sampling.errors import SamplingError

__all__ = ["DamagedFileError", "OtherVersionError", "read_arrays", "write_arrays"]

_MARK = b"sha256:"
_BLANK = _MARK + b"0" * 64

Arrays = Mapping[str, tuple[tuple[str, ...], np.ndarray[Any, Any]]]


class DamagedFileError(SamplingError):
    """A file is not what was written: cut off, changed, or of another kind."""


class OtherVersionError(SamplingError):
    """A file is whole, and of a form that this version does not read."""


def write_arrays(path: str | Path, arrays: Arrays, attributes: Mapping[str, str]) -> None:
    """Write named arrays, or leave the file as it was.

    Parameters
    ----------
    path
        The file, replaced as a whole.
    arrays
        Name: (names of the dimensions, array of float64 or int32).
    attributes
        Texts.

    Raises
    ------
    SamplingError
        If two arrays disagree about a dimension, or one is too large for the format.

    Examples
    --------
    >>> import tempfile
    >>> file = Path(tempfile.mkdtemp()) / "draws.nc"
    >>> write_arrays(file, {"K": (("draw",), np.array([0.5, 0.25]))}, {"title": "two draws"})
    >>> arrays, attributes = read_arrays(file)
    >>> arrays["K"].tolist(), attributes["title"]
    ([0.5, 0.25], 'two draws')
    """
    content = _sealed(_encoded(arrays, attributes))
    path = Path(path)
    path.parent.mkdir(parents=True, exist_ok=True)
    handle, name = tempfile.mkstemp(prefix=f".{path.name}.", dir=path.parent)
    try:
        with os.fdopen(handle, "wb") as stream:
            stream.write(content)
            stream.flush()
            os.fsync(stream.fileno())
            # mkstemp makes files for the owner alone; a result is as readable as any other file.
            os.fchmod(stream.fileno(), 0o666 & ~_umask())
        os.replace(name, path)
    except BaseException:
        with contextlib.suppress(OSError):
            os.unlink(name)
        raise
    _sync_folder(path.parent)


def read_arrays(path: str | Path) -> tuple[dict[str, np.ndarray[Any, Any]], dict[str, str]]:
    """Read what :func:`write_arrays` wrote, bit for bit.

    Raises
    ------
    DamagedFileError
        If the file is not exactly what was written; the message names it.
    OSError
        If it cannot be read.
    """
    content = Path(path).read_bytes()
    place = content.find(_MARK)
    digits = content[place + len(_MARK) : place + len(_BLANK)]
    if not content.startswith(b"CDF") or place < 0:
        raise DamagedFileError(f"{path}: not a file of sampling results")
    blank = content[:place] + _BLANK + content[place + len(_BLANK) :]
    if hashlib.sha256(blank).hexdigest().encode() != digits:
        raise DamagedFileError(f"{path}: damaged (its {len(content)} bytes do not have its hash)")
    try:
        return _decoded(content)
    except (
        LookupError,
        TypeError,
        ValueError,
        AttributeError,
        OverflowError,
        MemoryError,
    ) as error:
        raise DamagedFileError(f"{path}: not netCDF-3: {error!r}") from error


def _decoded(content: bytes) -> tuple[dict[str, np.ndarray[Any, Any]], dict[str, str]]:
    from scipy.io import netcdf_file

    with netcdf_file(io.BytesIO(content), "r", mmap=False) as data:
        arrays = {}
        for name, variable in data.variables.items():
            stored = np.array(variable[...])
            arrays[name] = stored.astype(stored.dtype.newbyteorder("="))
        attributes = {
            name: value.decode("utf-8") if isinstance(value, bytes) else str(value)
            for name, value in data._attributes.items()
        }
    return arrays, attributes


def _encoded(arrays: Arrays, attributes: Mapping[str, str]) -> bytes:
    from scipy.io import netcdf_file

    stream = io.BytesIO()
    data = netcdf_file(stream, "w", version=2)
    # Attributes are written in order of their making: the hash comes first.
    data.content_hash = _BLANK
    for name, text in attributes.items():
        setattr(data, name, text.encode("utf-8"))
    sizes: dict[str, int] = {}
    for name, (dimensions, array) in arrays.items():
        if array.nbytes >= 2**31:
            raise SamplingError(f"{name} has {array.nbytes} bytes: keep fewer draws in one file")
        for dimension, size in zip(dimensions, array.shape, strict=True):
            if sizes.setdefault(dimension, size) != size:
                raise SamplingError(f"{name}: dimension {dimension} has {size} entries")
            if dimension not in data.dimensions:
                data.createDimension(dimension, size)
        variable = data.createVariable(name, array.dtype.newbyteorder(">"), dimensions)
        variable[...] = array
    data.flush()
    content = stream.getvalue()
    data.close()
    return content


def _sealed(content: bytes) -> bytes:
    place = content.index(_BLANK)
    digits = hashlib.sha256(content).hexdigest().encode()
    return content[:place] + _MARK + digits + content[place + len(_BLANK) :]


def _umask() -> int:
    mask = os.umask(0o022)
    os.umask(mask)
    return mask


def _sync_folder(folder: Path) -> None:
    """Make the rename itself durable, where the system can."""
    with contextlib.suppress(OSError):
        handle = os.open(folder, os.O_RDONLY)
        try:
            os.fsync(handle)
        finally:
            os.close(handle)
