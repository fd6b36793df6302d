"""Descriptions: one TOML form of network, truth, inputs and noise that serves every command.

Numbers in it are exact, and nothing is evaluated as code. ``docs/description.md`` has the form,
its errors and examples.
"""

from slt_symbolic.descriptions.description import Description, load, read
from slt_symbolic.descriptions.errors import DescriptionError

__all__ = ["Description", "DescriptionError", "load", "read"]
