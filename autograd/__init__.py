"""chalkgrad: automatic differentiation that you can check on the blackboard."""

from importlib import import_module
from typing import TYPE_CHECKING

from autograd import allocation as allocation  # has freed memory kept
from autograd import environment as environment  # refuses a mixed installation
from autograd import operators as operators  # attaches them to Tensor
from autograd.anomaly import detect_anomaly
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
from autograd.explain import notebook as notebook  # attaches itself to Tensor
from autograd.jacobians import hessian, hvp, jacobian
from autograd.modes import enable_grad, is_grad_enabled, no_grad, set_grad_enabled
from autograd.ops.activations import (
    elu,
    gelu,
    hardtanh,
    leaky_relu,
    log_sigmoid,
    mish,
    relu,
    relu6,
    selu,
    sigmoid,
    silu,
    softplus,
    softsign,
)
from autograd.ops.convolution import conv1d, conv2d, conv_transpose1d, conv_transpose2d
from autograd.ops.index import put, put_along_axis
from autograd.ops.pooling import (
    adaptive_avg_pool2d,
    avg_pool1d,
    avg_pool2d,
    fold,
    max_pool1d,
    max_pool2d,
    unfold,
)
from autograd.ops.softmax import log_softmax, logsumexp, softmax
from autograd.ops.special import digamma, erf, erfc, gammaln
from autograd.placeholders import placeholder
from autograd.primitive import primitive
from autograd.recompute import checkpoint
from autograd.sampling import sample
from autograd.tensor import Tensor, variables
from autograd.threads import in_parallel
from autograd.tracing import checked, concrete
from autograd.transforms import grad, gradients, jvp, value_and_grad, vjp

if TYPE_CHECKING:
    from autograd.check import gradcheck
    from autograd.explain.dot import draw, save
    from autograd.explain.explanation import Explanation, explain
    from autograd.replay import compile
    from autograd.verify.check import verify, verify_file
    from autograd.verify.classroom import verify_submissions
    from autograd.verify.report import Report
else:
    # What only some programs need loads when it is first asked for.
    _LATE = {
        "Explanation": "autograd.explain.explanation",
        "Report": "autograd.verify.report",
        "compile": "autograd.replay",
        "draw": "autograd.explain.dot",
        "explain": "autograd.explain.explanation",
        "gradcheck": "autograd.check",
        "save": "autograd.explain.dot",
        "verify": "autograd.verify.check",
        "verify_file": "autograd.verify.check",
        "verify_submissions": "autograd.verify.classroom",
    }

    # Python binds a package to its name once, when it loads it; these names are for the functions.
    import_module("autograd.verify")
    del explain, verify

    def __getattr__(name):
        if name not in _LATE:
            raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
        value = globals()[name] = getattr(import_module(_LATE[name]), name)
        return value

    def __dir__():
        return sorted({*globals(), *_LATE})


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
    "adaptive_avg_pool2d",
    "avg_pool1d",
    "avg_pool2d",
    "checked",
    "checkpoint",
    "compile",
    "concrete",
    "conv1d",
    "conv2d",
    "conv_transpose1d",
    "conv_transpose2d",
    "detect_anomaly",
    "digamma",
    "draw",
    "elu",
    "enable_grad",
    "erf",
    "erfc",
    "explain",
    "fold",
    "gammaln",
    "gelu",
    "grad",
    "gradcheck",
    "gradients",
    "hardtanh",
    "hessian",
    "hvp",
    "in_parallel",
    "is_grad_enabled",
    "jacobian",
    "jvp",
    "leaky_relu",
    "log_sigmoid",
    "log_softmax",
    "logsumexp",
    "max_pool1d",
    "max_pool2d",
    "mish",
    "no_grad",
    "placeholder",
    "primitive",
    "put",
    "put_along_axis",
    "relu",
    "relu6",
    "sample",
    "save",
    "selu",
    "set_grad_enabled",
    "sigmoid",
    "silu",
    "softmax",
    "softplus",
    "softsign",
    "unfold",
    "value_and_grad",
    "variables",
    "verify",
    "verify_file",
    "verify_submissions",
    "vjp",
]
