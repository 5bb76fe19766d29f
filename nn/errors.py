"""Exceptions of `nn`; errors about shapes and gradients are those of `autograd`."""

from autograd import AutogradError


class CheckpointError(AutogradError, ValueError):
    """Saved parameters or optimizer state that do not fit the object they are loaded into."""
