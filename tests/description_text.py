"""A description in parts, each of which a test may put something in place of."""

import sympy

from slt_symbolic.descriptions import read

NETWORK = """
[network]
activation = "relu"
width = 2
biases = 0
output_bias = 0
"""
TRUTH = """
[truth]
units = [{readout = 1, weights = "1/2", bias = 0}]
"""
INPUTS = """
[inputs]
law = "uniform-interval"
lower = "-sqrt(3)"
upper = "sqrt(3)"
"""


def described(network: str = NETWORK, truth: str = TRUTH, inputs: str = INPUTS, rest: str = ""):
    return read("\n".join([network, truth, inputs, rest]).encode(), "file.toml")


def reals(names: str) -> tuple[sympy.Symbol, ...]:
    return sympy.symbols(names, real=True)
