"""The one place where text becomes mathematics: a parser over a whitelist."""

from slt_symbolic.expressions.parser import (
    CONSTANTS,
    FUNCTIONS,
    ExpressionError,
    parse_expression,
    parse_rational,
)

__all__ = ["CONSTANTS", "FUNCTIONS", "ExpressionError", "parse_expression", "parse_rational"]
