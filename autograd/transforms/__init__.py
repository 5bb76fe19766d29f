"""Transforms of functions: gradients, Jacobians, batches, recomputing, and checks."""
