"""The whitelist parser: what it reads, what it refuses, and that neither takes long."""

import time

import pytest
import sympy
from hypothesis import given, settings
from hypothesis import strategies as st

from slt_symbolic.expressions import (
    CONSTANTS,
    FUNCTIONS,
    ExpressionError,
    parse_expression,
    parse_rational,
)

X, Y, Z = sympy.symbols("x y z", real=True)
HALF = sympy.Rational(1, 2)

READ = [
    ("x", X),
    (" x\n + y ", X + Y),
    ("(x*y - 0.25)**2/2", (X * Y - sympy.Rational(1, 4)) ** 2 / 2),
    ("0.1", sympy.Rational(1, 10)),
    (".5 + 5.", sympy.Rational(11, 2)),
    ("1e-3*x", X / 1000),
    ("1.5E2", sympy.Integer(150)),
    ("0.12345678901234567890123", sympy.Rational(12345678901234567890123, 10**23)),
    ("-x**2", -(X**2)),
    ("2**-x", 2 ** (-X)),
    ("x**2**3", X**8),
    ("x/y/z", X / (Y * Z)),
    ("x - y - z", X - Y - Z),
    ("x*y/z*2", 2 * X * Y / Z),
    ("x/(y/z)", X * Z / Y),
    ("x/(2/(y/z))", X * Y / Z / 2),
    ("x/(4*(x*y + 1))", sympy.Mul(X, sympy.Rational(1, 4), 1 / (X * Y + 1))),
    ("- - x", X),
    ("+x", X),
    ("pi", sympy.pi),
    ("E", sympy.E),
    ("exp(1)", sympy.E),
    ("E**(0.12345*x)", sympy.exp(sympy.Rational(12345, 100000) * X)),
    ("sqrt(x)", sympy.sqrt(X)),
    ("x**(3/2)", X ** sympy.Rational(3, 2)),
    ("2**(1/2)", sympy.sqrt(2)),
    ("relu(x)", sympy.Max(0, X)),
    ("Max(0, x, y)", sympy.Max(0, X, Y)),
    ("abs(x) + Abs(x)", 2 * sympy.Abs(X)),
    ("tanh(x*y + z)", sympy.tanh(X * Y + Z)),
    ("1" + "+1" * 999, sympy.Integer(1000)),
    ("(" * 60 + "x" + ")" * 60, X),
    ("(x+1)**1000", (X + 1) ** 1000),
    ("9" * 1000, sympy.Integer(10**1000 - 1)),
]


@pytest.mark.parametrize(("text", "expected"), READ, ids=[text[:20] for text, _ in READ])
def test_reads(text: str, expected: sympy.Expr) -> None:
    assert parse_expression(text) == expected
    assert not parse_expression(text).has(sympy.Float)


# Each with a word of the message that must come: the reason, not just some refusal.
HOSTILE = [
    # Python beyond arithmetic
    ("x.__class__", "attributes"),
    ("(1).real", "attributes"),
    ("1..real", "attributes"),
    ("x[0]", "LEFT SQUARE BRACKET"),
    ("__import__('os')", "APOSTROPHE"),
    ("__import__(os)", "double underscore"),
    ("_x", "start with a letter"),
    ("a__b", "double underscore"),
    ("eval(x)", "not a function"),
    ("open(x)", "not a function"),
    ("x(2)", "not a function"),
    ("exp(x=1)", "EQUALS SIGN"),
    ("exp(*x)", "must stand before"),
    ("exp(**x)", "must stand before"),
    ("exp(x)(y)", "operator is missing"),
    ("(x)(y)", "operator is missing"),
    ("2(x)", "operator is missing"),
    ("lambda: 1", "COLON"),
    ("lambda", "keyword"),
    ("[x for x in y]", "LEFT SQUARE BRACKET"),
    ("{x}", "LEFT CURLY BRACKET"),
    ("'a'", "APOSTROPHE"),
    ('"a"', "QUOTATION MARK"),
    ("b'a'", "APOSTROPHE"),
    ("f'{x}'", "APOSTROPHE"),
    ("(x:=1)", "COLON"),
    ("x if y else z", "operator is missing"),
    ("x and y", "operator is missing"),
    ("not x", "keyword"),
    ("await x", "keyword"),
    ("x < 1", "LESS-THAN"),
    ("x == 1", "EQUALS SIGN"),
    ("x = 1", "EQUALS SIGN"),
    ("x; y", "SEMICOLON"),
    ("x # y", "NUMBER SIGN"),
    ("x\\\ny", "REVERSE SOLIDUS"),
    ("x\x00", "U+0000"),
    ("True", "keyword"),
    ("None", "keyword"),
    ("1j", "operator is missing"),
    ("0x1f", "operator is missing"),
    ("1_000", "operator is missing"),
    ("007", "does not start with 0"),
    ("...", "lone '.'"),
    ("x^2", "write **"),
    ("x//y", "must stand before"),
    ("x % 2", "PERCENT"),
    ("x @ y", "COMMERCIAL AT"),
    ("~x", "TILDE"),
    ("x * * y", "must stand before"),
    # form
    ("", "empty"),
    (" \n", "empty"),
    ("x y", "operator is missing"),
    ("x +", "is missing"),
    ("()", "must stand before"),
    ("(x", "never closed"),
    ("x)", "closes nothing"),
    ("exp", "'('"),
    ("exp x", "followed by"),
    ("exp()", "must stand before"),
    ("exp(x,)", "must stand before"),
    ("exp(x, y)", "at most 1"),
    ("log(8, 2)", "at most 1"),
    ("Max(" + ",".join("x" * 9) + ")", "at most 8"),
    ("(1, 2)", "separates"),
    ("x,", "separates"),
    # look-alikes
    ("х", "CYRILLIC SMALL LETTER HA"),
    ("λ", "GREEK SMALL LETTER LAMDA"),
    ("x²", "SUPERSCRIPT TWO"),
    ("１", "FULLWIDTH DIGIT ONE"),
    ("x−y", "MINUS SIGN"),  # the typographic minus
    ("x\u2028y", "LINE SEPARATOR"),
    ("x\u200by", "ZERO WIDTH SPACE"),
    ("ｅxp(x)", "FULLWIDTH LATIN"),
    ("\ud800", "U+D800"),
    # size
    ("x" * 20_001, "longer than"),
    ("x" * 65, "at most 64 characters"),
    ("(" * 10_000, "deep"),
    ("(" * 5_000 + "x" + ")" * 5_000, "deep"),
    ("exp(" * 65 + "x" + ")" * 65, "deep"),
    ("-" * 10_000 + "x", "deep"),
    ("x" + "**x" * 3_000, "deep"),
    ("1" + "+1" * 5_000, "in a row"),
    ("1" + "*(1" * 60 + "+1" * 1_000 + ")" * 60, "in a row"),
    ("9" * 1_001, "digits"),
    ("1." + "0" * 5_000, "digits"),
    ("1e1001", "decimal exponent"),
    ("1e-999999999999", "decimal exponent"),
    ("9" * 900 + "e1000", "bits"),
    ("2**(10**9)", "exponent"),
    ("2**10**9", "exponent"),
    ("9**9**9", "exponent"),
    ("9**9**9**9", "exponent"),
    ("2**-(10**9)", "exponent"),
    ("2**1e-6", "denominators"),
    ("x**0.0001", "denominators"),
    ("(x+1)**100000", "exponent"),
    ("((2**1000)**1000)**1000", "the power has"),
    ("*".join(["(10**500)"] * 900), "the product has"),
    ("(10**600)*(10**600)/(7**900)", "bits"),
    ("(10**300*x)**100", "bits"),
    ("(2**(1/2)*2**500*x)**1000", "bits"),
    ("x**1000*x", "exponent"),
    ("(x**1000)**1000", "exponent"),
    ("((x**100+1)**100+1)**100", "degree"),
    ("(10**300+1)**(1/3)", "under a root"),
    ("sqrt(10**300*x)", "under a root"),
    ("2**(x+10**500)*2**(-x)", "exponent"),
    ("2**(x+1000)*" * 5 + "2**(-5*x)", "exponent"),
    ("exp(10**500*log(2))", "exponent"),
    ("exp(x + 10**500*log(2))", "exponent"),
    ("E**(1000*log(2**999))", "bits"),
    ("exp(1000*log(2**999))", "exp(... log ...)"),
    # no finite real value
    ("1/0", "division by zero"),
    ("x/0.0", "division by zero"),
    ("x/(y - y)", "division by zero"),
    ("0**-1", "division by zero"),
    ("1/(1/(y - y))", "division by zero"),
    ("1/((y - y)/x)", "division by zero"),
    ("log(0)", "not finite"),
    ("log(-1)", "not real"),
    ("sqrt(-1)", "not real"),
    ("(-8)**(1/3)", "not real"),
    ("I", "no real number"),
    ("oo", "no real number"),
    ("nan", "no real number"),
]


@pytest.mark.parametrize(("text", "reason"), HOSTILE, ids=[ascii(text[:24]) for text, _ in HOSTILE])
def test_refuses_with_reason_and_quickly(text: str, reason: str) -> None:
    started = time.perf_counter()
    with pytest.raises(ExpressionError) as caught:
        parse_expression(text)
    assert reason in str(caught.value)
    # The measured worst is 0.1 s; what the limits prevent takes minutes or all memory.
    assert time.perf_counter() - started < 2


def test_error_names_the_position() -> None:
    with pytest.raises(ExpressionError, match="position 7, at 'y'") as caught:
        parse_expression("x + 1 y")
    assert (caught.value.position, caught.value.text) == (6, "x + 1 y")
    with pytest.raises(ExpressionError) as caught:
        parse_expression("  x +\n undeclared", ["x"])
    assert caught.value.position == 7
    assert isinstance(caught.value, ValueError)


def test_symbols_are_the_declared_ones() -> None:
    n = sympy.Symbol("n", integer=True)
    assert parse_expression("n*x", [n, "x"]) == n * X
    assert parse_expression("I", ["I"]) == sympy.Symbol("I", real=True)
    assert all(symbol.is_real for symbol in parse_expression("a*b").free_symbols)
    for symbols in (["y"], []):
        with pytest.raises(ExpressionError, match="not declared"):
            parse_expression("x", symbols)
    for symbols in (["exp"], ["pi"], ["E"], ["n", n]):
        with pytest.raises(ValueError, match="symbols"):
            parse_expression("1", symbols)
    for symbols in ("xy", [1]):
        with pytest.raises(TypeError, match="symbol"):
            parse_expression("1", symbols)


def test_functions_can_only_be_taken_away() -> None:
    assert parse_expression("tanh(x)", functions=["tanh"]) == sympy.tanh(X)
    with pytest.raises(ExpressionError, match="not a function"):
        parse_expression("exp(x)", functions=["tanh"])
    with pytest.raises(ValueError, match="unknown functions"):
        parse_expression("x", functions=["system"])


@pytest.mark.parametrize("value", [b"x", 1, None, X])
def test_only_text_is_read(value: object) -> None:
    for parse in (parse_expression, parse_rational):
        with pytest.raises(TypeError, match="text must be a str"):
            parse(value)  # type: ignore[arg-type]


# Property tests

NUMBERS = st.fractions(-1000, 1000, max_denominator=60).map(
    lambda q: sympy.Rational(q.numerator, q.denominator)
)
LEAVES = NUMBERS | st.sampled_from([X, Y, Z, sympy.pi, sympy.E])
UNARY = [FUNCTIONS[name] for name in sorted(FUNCTIONS.keys() - {"Max", "Min", "log", "sqrt"})]


def _grow(children: st.SearchStrategy[sympy.Expr]) -> st.SearchStrategy[sympy.Expr]:
    pairs = st.tuples(children, children)
    return st.one_of(
        st.lists(children, min_size=2, max_size=4).map(lambda terms: sympy.Add(*terms)),
        st.lists(children, min_size=2, max_size=4).map(lambda factors: sympy.Mul(*factors)),
        pairs.map(lambda p: p[0] / p[1] if p[1].is_zero is False else p[0] - p[1]),
        st.tuples(children, st.integers(0, 4)).map(lambda p: p[0] ** p[1]),
        children.map(lambda e: sympy.sqrt(1 + e**2)),
        children.map(lambda e: sympy.log(1 + e**2)),
        st.tuples(st.sampled_from(UNARY), children).map(lambda p: p[0](p[1])),
        pairs.map(lambda p: sympy.Max(*p)),
    )


EXPRESSIONS = st.recursive(LEAVES, _grow, max_leaves=8)


@given(EXPRESSIONS)
@settings(max_examples=150, deadline=None)
def test_reads_back_what_sympy_prints(expr: sympy.Expr) -> None:
    refusal = ""
    try:
        assert parse_expression(str(expr)) == expr
    except ExpressionError as error:
        refusal = str(error)
    # Random towers may exceed a limit; they must not be refused for their form.
    assert not refusal or any(word in refusal for word in ("bits", "exponent")), refusal


WORDS = [*FUNCTIONS, *CONSTANTS, *"xyz(()),+-*/. ", "**", "1", "0", "7", "0.5", "10**500", "1000"]
WORDS += ["1e900", "(1/3)", "**(x+1000)", "*log(", "lambda", "__class__", "λ", "9" * 300]


@given(st.text(max_size=60) | st.lists(st.sampled_from(WORDS), max_size=25).map("".join))
@settings(max_examples=400, deadline=2000)
def test_any_text_gives_an_expression_or_the_named_error(text: str) -> None:
    try:
        expr = parse_expression(text)
    except ExpressionError:
        return
    assert isinstance(expr, sympy.Expr)
    assert not expr.has(sympy.nan, sympy.zoo, sympy.oo, sympy.I, sympy.Float)


OPERANDS = st.sampled_from(
    ["x", "y", "2", "0.5", "1000", "(1/3)", "10**300", "-7", "pi", "(x+1)", "2**x", "log(3)"]
)


@given(
    st.recursive(
        OPERANDS,
        lambda inner: st.one_of(
            st.tuples(inner, st.sampled_from(["+", "-", "*", "/", "**"]), inner).map(
                lambda p: f"({p[0]}{p[1]}{p[2]})"
            ),
            st.tuples(st.sampled_from(sorted(FUNCTIONS)), inner).map(lambda p: f"{p[0]}({p[1]})"),
            st.lists(inner, min_size=2, max_size=6).map(lambda p: "Max(" + ",".join(p) + ")"),
        ),
        max_leaves=16,
    )
)
@settings(max_examples=400, deadline=2000)
def test_any_well_formed_text_ends_in_time(text: str) -> None:
    refusal = ""
    try:
        assert isinstance(parse_expression(text), sympy.Expr)
    except ExpressionError as error:
        refusal = str(error)
    assert "missing" not in refusal  # never refused for its form


@given(st.fractions())
def test_rationals_read_back(value: object) -> None:
    assert parse_rational(str(value)) == sympy.Rational(str(value))
    assert parse_rational(f" {value} ") == parse_expression(str(value))


@given(st.decimals(allow_nan=False, allow_infinity=False, places=7))
def test_decimals_are_exact(value: object) -> None:
    assert parse_rational(str(value)) == sympy.Rational(str(value))


def test_parse_rational_refuses() -> None:
    for text, reason in [
        ("", "empty"),
        ("x", "is written like"),
        ("1 2", "is written like"),
        ("1/-2", "is written like"),
        ("0.5/2", "is written like"),
        ("1e3/2", "is written like"),
        ("1/2/3", "is written like"),
        ("inf", "is written like"),
        ("nan", "is written like"),
        ("--1", "is written like"),
        ("1/0", "division by zero"),
        ("２", "FULLWIDTH"),
        ("1e1001", "decimal exponent"),
        ("1e" + "9" * 9_999, "decimal exponent"),
        ("9" * 1_001, "digits"),
        ("1/" + "9" * 1_001, "digits"),
    ]:
        with pytest.raises(ExpressionError, match=reason):
            parse_rational(text)
    assert parse_rational("1e-3") == sympy.Rational(1, 1000)
    assert parse_rational("+2/6") == sympy.Rational(1, 3)
    assert parse_rational("1E2") == 100
