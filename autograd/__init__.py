"""chalkgrad: automatic differentiation that you can check on the blackboard."""

from autograd import operators as _operators
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
from autograd.modes import enable_grad, is_grad_enabled, no_grad
from autograd.ops.elementary import elu, erf, gelu, leaky_relu, relu, sigmoid, softplus
from autograd.ops.reduce import log_softmax, logsumexp, softmax
from autograd.primitive import primitive
from autograd.tensor import Tensor, variables
from autograd.transforms import grad, jvp, value_and_grad, vjp
