"""Bounds on what one operation of the expression parser may build.

SymPy evaluates while it constructs: ``Integer(9)**Integer(9**9)`` would compute the integer. These
checks run before each construction (`check_power`, `check_product`, `check_exponential`) and after
it (`SizeGuard.check`): every operation starts from small operands and ends in a small result.
"""

import sympy

MAX_BITS = 4_096  # size of a rational number, numerator and denominator each
MAX_EXPONENT = 1_000  # numerators inside exponents
MAX_ROOT = 1_000  # denominators inside exponents
MAX_RADICAND_BITS = 128  # SymPy looks for factors of what stands under a root
MAX_DEGREE = 10_000  # of nested powers, were they expanded
MAX_NODES = 20_000  # distinct subexpressions


class SizeError(ValueError):
    """An operation would exceed a size limit; the message says which."""


def _rational_bits(number: sympy.Rational) -> int:
    # ceil(log2 |p|): powers of 0, 1 and -1 do not grow.
    return int(max((abs(number.p) - 1).bit_length(), (number.q - 1).bit_length()))


def number_bits(expr: sympy.Expr) -> int:
    """Bound the bits of the rational number that `expr` contributes as a factor.

    Parameters
    ----------
    expr : sympy.Expr
        An expression.

    Returns
    -------
    int
        Bits of a rational number; summed over the factors of a product; scaled by the exponent of
        a power; the largest term of a sum, which SymPy leaves unexpanded in products and powers.
    """
    if expr.is_Rational:
        return _rational_bits(expr)
    if expr.is_Mul:
        return sum(number_bits(factor) for factor in expr.args)
    if expr.is_Pow and expr.exp.is_Rational:
        # Whole part only: n**(1/2) contributes n itself when it meets its like.
        return number_bits(expr.base) * max(1, -(-abs(expr.exp.p) // expr.exp.q))
    return max((number_bits(arg) for arg in expr.args), default=0)


def _check_exponent(exponent: sympy.Expr) -> None:
    for number in exponent.atoms(sympy.Rational):
        if abs(number.p) > MAX_EXPONENT:
            raise SizeError(f"numbers in an exponent are at most {MAX_EXPONENT}")
        if number.q > MAX_ROOT:
            raise SizeError(f"denominators in an exponent are at most {MAX_ROOT}")


def check_power(base: sympy.Expr, exponent: sympy.Expr) -> None:
    """Refuse a power that is undefined, not real, or too large to evaluate.

    Parameters
    ----------
    base, exponent : sympy.Expr
        The operands.

    Raises
    ------
    SizeError
        With the reason.
    """
    _check_exponent(exponent)
    if exponent.is_Integer:
        if base.is_zero and exponent.is_negative:
            raise SizeError("division by zero")
        if number_bits(base) * abs(int(exponent)) > MAX_BITS:
            raise SizeError(f"the power has numbers of more than {MAX_BITS} bits")
        return
    if exponent.is_Rational and base.is_Rational and base.is_negative:
        raise SizeError("a root of a negative number is not real")
    if not base.is_Add and number_bits(base) > MAX_RADICAND_BITS:
        raise SizeError(f"numbers under a root have at most {MAX_RADICAND_BITS} bits")


def check_product(factors: list[sympy.Expr]) -> None:
    """Refuse a product whose number is too large.

    Parameters
    ----------
    factors : list of sympy.Expr
        The operands.

    Raises
    ------
    SizeError
        With the reason.
    """
    if sum(number_bits(factor) for factor in factors) > MAX_BITS:
        raise SizeError(f"the product has numbers of more than {MAX_BITS} bits")


def check_exponential(argument: sympy.Expr) -> None:
    """Refuse an exponential that SymPy would turn into a large power: exp(n log a) is a**n.

    Parameters
    ----------
    argument : sympy.Expr
        The argument of exp.

    Raises
    ------
    SizeError
        With the reason.
    """
    logarithms = argument.atoms(sympy.log)
    if logarithms:
        rest = argument.replace(sympy.log, lambda _: sympy.Dummy())
        _check_exponent(rest)
        largest = max((abs(int(n.p)) for n in rest.atoms(sympy.Rational)), default=1)
        bits = sum(number_bits(logarithm.args[0]) for logarithm in logarithms)
        if bits * largest > MAX_BITS:
            raise SizeError(f"exp(... log ...) has numbers of more than {MAX_BITS} bits")


class SizeGuard:
    """Checks of finished expressions, each distinct subexpression once.

    Notes
    -----
    Beside sizes it refuses what is no finite real number: an infinity, nan, and the imaginary unit.
    """

    def __init__(self) -> None:
        self._degree: dict[sympy.Basic, int] = {}

    def check(self, expr: sympy.Expr) -> sympy.Expr:
        """Return `expr` if it is finite, real in form, and within the limits.

        Parameters
        ----------
        expr : sympy.Expr
            A finished expression, of bounded depth.

        Returns
        -------
        sympy.Expr
            The same expression.

        Raises
        ------
        SizeError
            With the reason.
        """
        self._visit(expr)
        if len(self._degree) > MAX_NODES:
            raise SizeError(f"more than {MAX_NODES} distinct subexpressions")
        return expr

    def _visit(self, expr: sympy.Basic) -> int:
        known = self._degree.get(expr)
        if known is not None:
            return known
        children = [self._visit(arg) for arg in expr.args]
        degree = max(children, default=int(expr.is_Symbol))
        if expr.is_Rational:
            if _rational_bits(expr) > MAX_BITS:
                raise SizeError(f"a number has more than {MAX_BITS} bits")
        elif expr.is_Mul:
            degree = sum(children)
        elif expr.is_Pow and not isinstance(expr, sympy.exp):
            _check_exponent(expr.exp)
            if expr.exp.is_Rational:
                degree = -(-children[0] * abs(int(expr.exp.p)) // int(expr.exp.q))
        elif isinstance(expr, sympy.exp):
            check_exponential(expr.args[0])
        elif expr.is_number and not expr.args and not expr.is_finite:
            raise SizeError("the value is not finite (division by zero or the like)")
        elif expr is sympy.I:
            raise SizeError("the value is not real")
        if degree > MAX_DEGREE:
            raise SizeError(f"the degree is more than {MAX_DEGREE}")
        self._degree[expr] = degree
        return degree
