"""Complete LaTeX documents, and their compilation."""

import os
import shutil
import subprocess
from pathlib import Path

__all__ = ["LatexError", "compile_pdf", "document"]

_PREAMBLE = r"""\documentclass[a4paper,10pt]{article}
\usepackage[T1]{fontenc}
\usepackage[utf8]{inputenc}
\IfFileExists{lmodern.sty}{\usepackage{lmodern}}{}
\usepackage{amsmath,amssymb}
\usepackage{array,booktabs,longtable}
\usepackage{siunitx}
\usepackage[margin=18mm%s]{geometry}
\setlength{\parindent}{0pt}
\begin{document}
%s
\end{document}
"""


class LatexError(RuntimeError):
    """LaTeX is not installed, failed, or took too long; the message says what it printed."""


def document(body: str, *, landscape: bool = False) -> str:
    r"""Put LaTeX into a complete document with the packages that tables need.

    Parameters
    ----------
    body : str
        LaTeX.
    landscape : bool
        Whether the paper lies on its side.

    Returns
    -------
    str
        The document, in UTF-8 for pdfLaTeX.

    Examples
    --------
    >>> document(r"\num{12345}").splitlines()[-2]
    '\\num{12345}'
    """
    return _PREAMBLE % (",landscape" if landscape else "", body)


def compile_pdf(
    tex: str,
    directory: str | Path,
    *,
    name: str = "document",
    timeout: float = 120,
    runs: int = 2,
) -> Path:
    """Compile a document with pdfLaTeX.

    Parameters
    ----------
    tex : str
        A complete document.
    directory : str or pathlib.Path
        An existing directory; ``name.tex`` and LaTeX's files are written there.
    name : str
        Of the files, without ending.
    timeout : float
        Seconds that one run may take.
    runs : int
        How often to run; the second run places long tables and cross-references.

    Returns
    -------
    pathlib.Path
        The PDF file.

    Raises
    ------
    LatexError
        If pdfLaTeX is not installed, reports an error, or takes too long.
    ValueError
        If `name` is not a plain file name.

    Notes
    -----
    LaTeX runs without shell escape, and may read and write only below `directory` and in its own
    installation.
    """
    if not name.replace("-", "").replace("_", "").isalnum() or not name.isascii():
        raise ValueError(f"name must be letters, digits, - and _, not {name!r}")
    program = shutil.which("pdflatex")
    if program is None:
        raise LatexError("pdflatex is not installed")
    directory = Path(directory).resolve()
    (directory / f"{name}.tex").write_text(tex, encoding="utf-8")
    command = [program, "-no-shell-escape", "-interaction=nonstopmode", "-halt-on-error", name]
    environment = {**os.environ, "openin_any": "p", "openout_any": "p"}
    for _ in range(runs):
        try:
            # The command is fixed but for a checked name; the text is compiled without a shell.
            finished = subprocess.run(  # noqa: S603
                command,
                cwd=directory,
                env=environment,
                stdin=subprocess.DEVNULL,
                capture_output=True,
                timeout=timeout,
                check=False,
            )
        except subprocess.TimeoutExpired as error:
            raise LatexError(f"pdflatex took more than {timeout} seconds") from error
        if finished.returncode:
            raise LatexError(_complaint(finished.stdout.decode("utf-8", "replace")))
    return directory / f"{name}.pdf"


def _complaint(output: str) -> str:
    lines = output.splitlines()
    first = next(
        (i for i, line in enumerate(lines) if line.startswith("!")), max(0, len(lines) - 6)
    )
    return "pdflatex failed: " + "\n".join(lines[first : first + 6])
