"""The absolute value |z|."""

import sympy

from slt_symbolic.activations.activation import Activation, Branches, Reflection

ABSOLUTE = Activation(
    name="abs",
    latex=r"\mathrm{abs}",
    formula=sympy.Abs,
    scaling_degree=1,
    reflection=Reflection(sign=1),
    branches=Branches(below=(sympy.S.Zero, sympy.S.NegativeOne), above=(sympy.S.Zero, sympy.S.One)),
    independence="by its folds, as for the ReLU",
)
