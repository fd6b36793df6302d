"""The Heaviside step, 1 for z > 0 and 0 for z < 0; ½ at zero, a null set."""

import sympy

from slt_symbolic.activations.activation import Activation, Branches, Reflection

STEP = Activation(
    name="step",
    latex=r"\Theta",
    formula=lambda z: sympy.Heaviside(z, sympy.Rational(1, 2)),
    scaling_degree=0,
    reflection=Reflection(sign=-1, constant=sympy.S.One),
    branches=Branches(below=(), above=(sympy.S.One,)),
    independence="by its jumps: a point of one hyperplane that lies on no other isolates its jump",
)
