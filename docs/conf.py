"""Sphinx configuration: `make docs` builds docs/_build/html, and warnings are errors."""

import re

import slt_symbolic

project = "slt_symbolic"
author = "The slt_symbolic developers"
copyright = "2026, the slt_symbolic developers"  # noqa: A001 - Sphinx's own name
version = release = slt_symbolic.__version__

extensions = [
    "myst_nb",
    "sphinx.ext.autodoc",
    "sphinx.ext.autosummary",
    "sphinx.ext.napoleon",
    "sphinx.ext.viewcode",
]
root_doc = "index"
exclude_patterns = ["_build"]
templates_path = ["_templates"]
html_theme = "furo"
html_title = f"slt_symbolic {release}"

myst_enable_extensions = ["dollarmath", "deflist"]
myst_heading_anchors = 3
nb_execution_mode = "force"
nb_execution_timeout = 300
nb_execution_raise_on_error = True

autosummary_generate = True
autodoc_typehints = "none"
autodoc_member_order = "bysource"
napoleon_google_docstring = False
napoleon_use_rtype = False


def escape_bars(*arguments):
    """Keep |x| as it is: in reStructuredText bars would be a substitution."""
    lines = arguments[-1]
    for number, line in enumerate(lines):
        if not line.lstrip().startswith((">>>", "...", ".. ")):
            parts = line.split("``")
            parts[::2] = [re.sub(r"(?<!\\)\|", r"\|", part) for part in parts[::2]]
            lines[number] = "``".join(parts)


def setup(app):
    """Register the hook."""
    app.connect("autodoc-process-docstring", escape_bars)
