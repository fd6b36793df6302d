"""The rectified linear unit, max(0, z)."""

import sympy

from slt_symbolic.activations.activation import Activation, Branches, Reflection

RELU = Activation(
    name="relu",
    latex=r"\mathrm{ReLU}",
    formula=lambda z: sympy.Max(0, z),
    scaling_degree=1,
    reflection=Reflection(sign=1, slope=sympy.S.NegativeOne),
    branches=Branches(below=(), above=(sympy.S.Zero, sympy.S.One)),
    independence="by its folds: a point of one hyperplane that lies on no other isolates its jump",
)
