"""Neuron kernels: the one function of a pair of units from which K, Fisher and W0 follow."""

from slt_symbolic.kernels.neuron_kernel import NeuronKernel

__all__ = ["NeuronKernel"]
