"""Neuron kernels: the one function of a pair of units from which K, Fisher and W0 follow.

A newcomer adds a kernel by adding one file with a class that answers the questions of
:class:`~slt_symbolic.kernels.kernel.Kernel`, and naming it in
:mod:`~slt_symbolic.kernels.dispatch`.
"""

from slt_symbolic.kernels.dispatch import kernel_for
from slt_symbolic.kernels.feature import Feature
from slt_symbolic.kernels.kernel import Kernel, NoClosedFormError, TooManyNodesError
from slt_symbolic.kernels.neuron_kernel import NeuronKernel

__all__ = [
    "Feature",
    "Kernel",
    "NeuronKernel",
    "NoClosedFormError",
    "TooManyNodesError",
    "kernel_for",
]
