"""Coefficients that the reflection σ(−z) = ±σ(z) + slope·z + constant determines exactly."""

from __future__ import annotations

from flint import fmpq

from slt_symbolic.activations import Activation
from slt_symbolic.spectra.atoms import ClosedForm, One


def reflected_coefficient(activation: Activation, order: int, weight: fmpq) -> ClosedForm | None:
    """Return E[σ(wX)He_k(X)] where the reflection of σ fixes it, else None.

    Parameters
    ----------
    activation : Activation
        The activation σ.
    order : int
        Order k.
    weight : flint.fmpq
        Exact w; the bias is zero.

    Notes
    -----
    Since −X has the law of X and He_k(−x) = (−1)^k He_k(x), the reflection gives
    ((−1)^k − sign)·e_k = slope·w·[k = 1] + constant·[k = 0]. Where (−1)^k ≠ sign this is e_k
    itself: zero for an odd σ and even k.

    Examples
    --------
    >>> from slt_symbolic.activations import RELU, TANH
    >>> reflected_coefficient(TANH, 2, fmpq(1)).expression()
    0
    >>> reflected_coefficient(RELU, 1, fmpq(3)).expression()
    3/2
    """
    reflection = activation.reflection
    if reflection is None:
        return None
    sign = -1 if order % 2 else 1
    if sign == reflection.sign:
        return None
    value = fmpq(0)
    if order == 0:
        value = fmpq(int(reflection.constant.p), int(reflection.constant.q))
    elif order == 1:
        value = weight * fmpq(int(reflection.slope.p), int(reflection.slope.q))
    return ClosedForm.of((value / (2 * sign), One()))
