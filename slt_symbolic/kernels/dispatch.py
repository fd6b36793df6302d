"""Which kernel answers for a law of the inputs and a pair of activations."""

from __future__ import annotations

from typing import Any

from slt_symbolic.activations import Activation
from slt_symbolic.inputs import InputDistribution
from slt_symbolic.kernels.circle import CircleKernel
from slt_symbolic.kernels.finite_sample import FiniteSampleKernel
from slt_symbolic.kernels.kernel import Kernel
from slt_symbolic.kernels.normal_piecewise import NormalPiecewiseKernel
from slt_symbolic.kernels.quadrature_interval import IntervalQuadratureKernel
from slt_symbolic.kernels.quadrature_normal import NormalQuadratureKernel
from slt_symbolic.kernels.quadrature_region import RegionQuadratureKernel
from slt_symbolic.kernels.quadrature_sphere import SphereQuadratureKernel
from slt_symbolic.kernels.sphere import SphereKernel
from slt_symbolic.kernels.sphere_polynomials import SpherePolynomialKernel
from slt_symbolic.kernels.trigonometric_box import TrigonometricBoxKernel
from slt_symbolic.kernels.trigonometric_interval import TrigonometricIntervalKernel
from slt_symbolic.kernels.trigonometric_normal import TrigonometricNormalKernel
from slt_symbolic.kernels.trigonometric_polygon import TrigonometricPolygonKernel
from slt_symbolic.kernels.trigonometric_sphere import TrigonometricSphereKernel
from slt_symbolic.kernels.uniform_box import UniformBoxKernel
from slt_symbolic.kernels.uniform_interval import UniformIntervalKernel
from slt_symbolic.kernels.uniform_polygon import UniformPolygonKernel

# In order of preference: closed forms first, the generic fallback last.
KINDS: tuple[Any, ...] = (
    CircleKernel,  # before the sphere's: shorter forms
    FiniteSampleKernel,
    NormalPiecewiseKernel,
    SphereKernel,
    SpherePolynomialKernel,
    TrigonometricIntervalKernel,
    TrigonometricNormalKernel,
    TrigonometricPolygonKernel,  # before the box's: breaks too
    TrigonometricBoxKernel,
    TrigonometricSphereKernel,
    UniformIntervalKernel,
    UniformPolygonKernel,  # before the box's: faster in the plane
    UniformBoxKernel,
    IntervalQuadratureKernel,
    NormalQuadratureKernel,
    RegionQuadratureKernel,
    SphereQuadratureKernel,
)


def kernel_for(inputs: InputDistribution, first: Activation, second: Activation) -> Kernel:
    """Return the kernel for a law and a pair of activations.

    Raises
    ------
    ValueError
        If no kind of kernel supports the pair under that law.
    """
    for kind in KINDS:
        if kind.supports(inputs, first, second):
            kernel: Kernel = kind(inputs)
            return kernel
    raise ValueError(
        f"no neuron kernel for activations {first.name} and {second.name} under inputs {inputs!r}"
    )
