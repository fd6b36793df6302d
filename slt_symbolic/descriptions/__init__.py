"""Descriptions: one TOML form that serves every command.

Numbers in it are exact, and nothing is evaluated as code. ``docs/description.md`` has the form,
its errors and examples.
"""

from slt_symbolic.descriptions.description import Description, load, read
from slt_symbolic.descriptions.errors import DescriptionError
from slt_symbolic.descriptions.stated import Divergence, Stated, load_divergence, read_divergence

__all__ = [
    "Description",
    "DescriptionError",
    "Divergence",
    "Stated",
    "load",
    "load_divergence",
    "read",
    "read_divergence",
]
