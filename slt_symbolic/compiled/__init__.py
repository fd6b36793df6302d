"""Numba functions that several rooms share: elementary functions in vectors, fused networks.

Nothing here is symbolic, and nothing is imported before it is needed:
``compiled.elementary`` holds the branch-free functions, ``compiled.activations`` the activations
by name, ``compiled.squared_error`` the loss of a two-layer network with its gradient.
"""
