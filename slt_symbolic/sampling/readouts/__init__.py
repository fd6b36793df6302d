"""Networks linear in their readouts: the readouts integrated out, the other parameters sampled."""

from slt_symbolic.sampling.readouts.target import MarginalValue, ReadoutTarget

__all__ = ["MarginalValue", "ReadoutTarget"]
