"""Finding proof files and the claims in them."""

from __future__ import annotations

import importlib.util
import sys
from pathlib import Path
from types import ModuleType

from slt_symbolic.claims.claim import Claim
from slt_symbolic.claims.errors import EmptyClaimError, LedgerError

__all__ = ["default_folder", "load_claims", "proof_files"]


def default_folder() -> Path:
    """Find this package's proofs: inside an installed wheel, or beside it in a checkout.

    Raises
    ------
    LedgerError
        If neither is there.
    """
    package = Path(__file__).resolve().parents[1]
    for folder in (package / "_proofs", package.parent / "proofs"):
        if folder.is_dir():
            return folder
    raise LedgerError(f"no proofs found in {package / '_proofs'} or {package.parent / 'proofs'}")


def proof_files(path: str | Path | None = None) -> tuple[Path, ...]:
    """List the proof files of a folder, or one file by itself.

    Parameters
    ----------
    path
        Folder or file; None for the package's own proofs. Files whose name begins with ``_`` are
        helpers that proof files may import (``from ._name import ...``).

    Raises
    ------
    FileNotFoundError
        If there is no such path.
    LedgerError
        If it is a file, but not one of Python.
    """
    where = default_folder() if path is None else Path(path).resolve()
    if where.is_file():
        if where.suffix != ".py":
            raise LedgerError(f"{path} is not a Python file: claims are written in Python")
        return (where,)
    if not where.is_dir():
        raise FileNotFoundError(f"no proof file or folder at {where}")
    return tuple(sorted(p for p in where.glob("*.py") if not p.name.startswith("_")))


def load_claims(path: Path) -> tuple[Claim, ...]:
    """Import a proof file and return the claims that it defines, in its order.

    Parameters
    ----------
    path
        The file.

    Raises
    ------
    EmptyClaimError
        If it defines no claim.
    Exception
        Whatever its code raises.
    """
    module = _import(path.resolve())
    claims = {id(v): v for v in vars(module).values() if isinstance(v, Claim)}
    if not claims:
        raise EmptyClaimError(f"{path.name} defines no claim at module level")
    return tuple(claims.values())


def _import(path: Path) -> ModuleType:
    # One made-up package per folder, so that equal file names in two folders do not meet and
    # relative imports of helpers work without touching sys.path.
    package = f"_slt_proofs_{abs(hash(str(path.parent))):x}"
    if package not in sys.modules:
        parent = ModuleType(package)
        parent.__path__ = [str(path.parent)]
        sys.modules[package] = parent
    name = f"{package}.{path.stem}"
    spec = importlib.util.spec_from_file_location(name, path)
    if spec is None or spec.loader is None:
        raise LedgerError(f"{path} is not a Python file")
    module = importlib.util.module_from_spec(spec)
    sys.modules[name] = module
    try:
        spec.loader.exec_module(module)
    except BaseException:
        del sys.modules[name]
        raise
    return module
