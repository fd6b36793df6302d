"""Lexical half of the expression parser: what may stand where in a text.

The text is checked completely before any parser sees it: its characters, its tokens, their order,
its brackets and its depth. What passes is a well-formed arithmetic expression, so that the
parser behind it never meets an error path, deep recursion or a number that takes long to read.
"""

import keyword
import re
import unicodedata
from collections.abc import Collection
from dataclasses import dataclass, field

MAX_LENGTH = 20_000  # characters of text
MAX_DIGITS = 1_000  # digits of one number literal
MAX_DECIMAL_EXPONENT = 1_000  # |e| in 1.5e-3
MAX_NESTING = 64  # brackets, signs and ** inside one another
MAX_CHAIN = 1_000  # operators of all enclosing levels together, at any place
MAX_NAME = 64  # characters of a name
_EXCERPT = 20

_NUMBER = re.compile(r"(?:\d+(?:\.\d*)?|\.\d+)(?:[eE][+-]?\d+)?", re.ASCII)
_NAME = re.compile(r"[A-Za-z_][A-Za-z0-9_]*")
_OPERATOR = re.compile(r"\*\*|[-+*/(),]")
_SPACE = re.compile(r"[ \t\r\n]+")
_ALLOWED = re.compile(r"[A-Za-z0-9_.+\-*/(), \t\r\n]")


class ExpressionError(ValueError):
    """A text is not an expression that the whitelist parser accepts.

    Parameters
    ----------
    reason : str
        What is wrong and what is allowed instead.
    text : str
        The text as given.
    position : int or None
        Index into `text`, from 0, of the first offending character, where there is one.

    Attributes
    ----------
    reason, text, position
        As given.
    """

    def __init__(self, reason: str, text: str = "", position: int | None = None) -> None:
        self.reason = reason
        self.text = text
        self.position = position
        message = reason
        if position is not None:
            excerpt = text[position : position + _EXCERPT]
            where = f"at {excerpt!a}" if excerpt else "at the end"
            message = f"position {position + 1}, {where}: {reason}"
        super().__init__(message)


# Its public name, the one that tracebacks should show.
ExpressionError.__module__ = "slt_symbolic.expressions"


@dataclass
class _Level:
    """One open bracket: where, whether it encloses arguments, and how deep it already is."""

    position: int
    is_call: bool
    nesting: int = 0  # signs and ** since the last + - * / or comma: these nest to the right
    chain: int = 0  # operators so far: these nest to the left


@dataclass
class _Scanner:
    """The state between two tokens."""

    text: str
    levels: list[_Level] = field(default_factory=lambda: [_Level(0, False)])
    operand_next: bool = True
    callee: bool = False  # the last token is a name that must be called

    def fail(self, reason: str, position: int) -> ExpressionError:
        return ExpressionError(reason, self.text, position)

    def operand(self, lexeme: str, position: int) -> None:
        if not self.operand_next:
            raise self.fail(f"an operator is missing before {lexeme[:_EXCERPT]!r}", position)
        self.operand_next = False

    def open(self, position: int) -> None:
        if not self.operand_next and not self.callee:
            raise self.fail("an operator is missing before '('; write * for a product", position)
        self.levels.append(_Level(position, self.callee))
        self.operand_next, self.callee = True, False
        self.check_depth(position)

    def close(self, position: int) -> None:
        if self.operand_next:
            raise self.fail("a number, a name or '(' must stand before ')'", position)
        if len(self.levels) == 1:
            raise self.fail("')' closes nothing", position)
        self.levels.pop()

    def operator(self, lexeme: str, position: int) -> None:
        level = self.levels[-1]
        level.chain += 1
        if self.operand_next:
            if lexeme not in {"+", "-"}:
                raise self.fail(f"a number, a name or '(' must stand before {lexeme!r}", position)
            level.nesting += 1
        elif lexeme == "**":
            level.nesting += 1
        else:
            level.nesting = 0
        if lexeme == "," and not level.is_call:
            raise self.fail("',' only separates the arguments of a function", position)
        self.operand_next = True
        self.check_depth(position)

    def check_depth(self, position: int) -> None:
        nesting = len(self.levels) - 1 + sum(level.nesting for level in self.levels)
        if nesting > MAX_NESTING:
            raise self.fail(f"nested more than {MAX_NESTING} deep", position)
        if sum(level.chain for level in self.levels) > MAX_CHAIN:
            raise self.fail(f"more than {MAX_CHAIN} operators in a row", position)


def check_text(text: str, functions: Collection[str]) -> None:
    """Check that a text is a well-formed expression within the limits of this module.

    Parameters
    ----------
    text : str
        The text.
    functions : collection of str
        Names that must be called; every other name must not be.

    Raises
    ------
    ExpressionError
        Naming the position and what is allowed there.
    """
    check_characters(text)
    scanner = _Scanner(text)
    position = 0
    while position < len(text):
        if space := _SPACE.match(text, position):
            position = space.end()
            continue
        match = _NUMBER.match(text, position) or _NAME.match(text, position)
        match = match or _OPERATOR.match(text, position)
        if match is None:
            raise scanner.fail("a lone '.' is no number; attributes are not allowed", position)
        lexeme = match.group()
        if scanner.callee and lexeme != "(":
            raise scanner.fail("a function must be followed by '('", position)
        if lexeme[0].isalpha() or lexeme[0] == "_":
            scanner.operand(lexeme, position)
            _check_name(scanner, lexeme, match.end(), functions)
        elif lexeme[0].isdigit() or lexeme[0] == ".":
            scanner.operand(lexeme, position)
            _check_number(scanner, lexeme, position)
        elif lexeme == "(":
            scanner.open(position)
        elif lexeme == ")":
            scanner.close(position)
        else:
            scanner.operator(lexeme, position)
        position = match.end()
    if scanner.operand_next or scanner.callee:
        wanted = "'('" if scanner.callee else "a number, a name or '('"
        raise scanner.fail(f"{wanted} is missing", len(text))
    if len(scanner.levels) > 1:
        raise scanner.fail("this '(' is never closed", scanner.levels[-1].position)


def check_characters(text: str) -> None:
    """Check type, length and alphabet of a text.

    Parameters
    ----------
    text : str
        The text.

    Raises
    ------
    TypeError
        If `text` is not a string.
    ExpressionError
        If it is empty, too long, or has a character outside the alphabet of arithmetic.
    """
    if not isinstance(text, str):
        raise TypeError(f"text must be a str, not {type(text).__name__}")
    if len(text) > MAX_LENGTH:
        raise ExpressionError(f"longer than {MAX_LENGTH} characters: {len(text)}")
    if not text.strip():
        raise ExpressionError("the text is empty; a number, a name or '(' is needed")
    for position, character in enumerate(text):
        if not _ALLOWED.match(character):
            name = unicodedata.name(character, "unnamed character")
            hint = "; write ** for a power" if character == "^" else ""
            raise ExpressionError(
                f"U+{ord(character):04X} {name} is not allowed: "
                f"ASCII letters, digits, _ . + - * / ( ) , and spaces are{hint}",
                text,
                position,
            )


def small_exponent(exponent: str) -> bool:
    """Tell whether the exponent of a decimal literal, digits with a sign or not, is within limits.

    Parameters
    ----------
    exponent : str
        What follows the letter e.

    Returns
    -------
    bool
        True if it is at most `MAX_DECIMAL_EXPONENT` in size.
    """
    # By its length first: int() of many digits is slow, and refused by Python beyond 4300.
    return len(exponent) <= MAX_DIGITS and abs(int(exponent)) <= MAX_DECIMAL_EXPONENT


def _check_name(scanner: _Scanner, name: str, end: int, functions: Collection[str]) -> None:
    position = end - len(name)
    if name.startswith("_") or "__" in name:
        raise scanner.fail("names start with a letter and have no double underscore", position)
    if len(name) > MAX_NAME:
        raise scanner.fail(f"a name has at most {MAX_NAME} characters", position)
    if keyword.iskeyword(name):
        raise scanner.fail(f"{name!r} is a Python keyword and cannot name a symbol", position)
    called = scanner.text[end:].lstrip(" \t\r\n")[:1] == "("
    if called and name not in functions:
        known = ", ".join(sorted(functions))
        raise scanner.fail(
            f"{name!r} is not a function (write * for a product); functions: {known}", position
        )
    scanner.callee = name in functions


def _check_number(scanner: _Scanner, lexeme: str, position: int) -> None:
    if sum(character.isdigit() for character in lexeme) > MAX_DIGITS:
        raise scanner.fail(f"a number has at most {MAX_DIGITS} digits", position)
    mantissa, _, exponent = lexeme.lower().partition("e")
    if exponent and not small_exponent(exponent):
        raise scanner.fail(f"a decimal exponent is at most {MAX_DECIMAL_EXPONENT}", position)
    if mantissa.isdigit() and len(mantissa) > 1 and mantissa.startswith("0") and int(mantissa):
        raise scanner.fail("an integer does not start with 0", position)
