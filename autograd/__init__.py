"""chalkgrad: automatic differentiation that you can check on the blackboard."""

from autograd import environment as environment  # refuses a mixed installation
from autograd import operators as operators  # attaches them to Tensor
from autograd.check import gradcheck
from autograd.errors import (
    AnomalyError,
    AutogradError,
    ConversionError,
    GradientMismatch,
    GraphReleasedError,
    NotDifferentiableError,
    ProgramError,
    RendererNotFound,
    ShapeError,
    StaleGraphError,
    TraceError,
    WorksheetError,
)
from autograd.explain import Explanation, draw, explain, save
from autograd.modes import enable_grad, is_grad_enabled, no_grad
from autograd.ops.elementary import elu, erf, gelu, leaky_relu, relu, sigmoid, softplus
from autograd.ops.reduce import log_softmax, logsumexp, softmax
from autograd.primitive import primitive
from autograd.tensor import Tensor, variables
from autograd.transforms import grad, jvp, value_and_grad, vjp
from autograd.verify import Report, verify, verify_file, verify_submissions

__all__ = [
    "AnomalyError",
    "AutogradError",
    "ConversionError",
    "Explanation",
    "GradientMismatch",
    "GraphReleasedError",
    "NotDifferentiableError",
    "ProgramError",
    "RendererNotFound",
    "Report",
    "ShapeError",
    "StaleGraphError",
    "Tensor",
    "TraceError",
    "WorksheetError",
    "draw",
    "elu",
    "enable_grad",
    "erf",
    "explain",
    "gelu",
    "grad",
    "gradcheck",
    "is_grad_enabled",
    "jvp",
    "leaky_relu",
    "log_softmax",
    "logsumexp",
    "no_grad",
    "primitive",
    "relu",
    "save",
    "sigmoid",
    "softmax",
    "softplus",
    "value_and_grad",
    "variables",
    "verify",
    "verify_file",
    "verify_submissions",
    "vjp",
]
