"""chalkgrad: automatic differentiation that you can check on the blackboard."""

from importlib import import_module
from typing import TYPE_CHECKING

from autograd import operators as operators  # Attaches operators and methods to Tensor.
from autograd.engine.axes import Elementwise
from autograd.engine.declare import primitive
from autograd.engine.facts import Facts
from autograd.engine.modes import enable_grad, is_grad_enabled, no_grad, set_grad_enabled
from autograd.engine.tensor import Tensor, variables
from autograd.engine.tracing import checked, concrete
from autograd.engine.walk import ancestors
from autograd.errors import (
    AnomalyError,
    AutogradError,
    ConversionError,
    GradientLostWarning,
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
from autograd.explanation import notebook as notebook  # Attaches itself to Tensor.
from autograd.host.installation import refuse_mixture as _refuse_mixture
from autograd.host.memory import tune_memory
from autograd.host.threads import in_parallel
from autograd.host.version import VERSION
from autograd.ops import operations
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
from autograd.ops.shared.axes import Along, LastAxes
from autograd.ops.softmax_family import log_softmax, logsumexp, softmax
from autograd.ops.special import digamma, erf, erfc, gammaln
from autograd.transforms.anomaly import detect_anomaly
from autograd.transforms.derivatives import grad, gradients, jvp, value_and_grad, vjp
from autograd.transforms.jacobians import hessian, hvp, jacobian
from autograd.transforms.recompute import checkpoint
from autograd.transforms.sampling import placeholder, sample

__version__ = VERSION

_refuse_mixture(__path__[0])

if TYPE_CHECKING:
    from autograd.compiler import compile
    from autograd.explanation.dot import draw, save
    from autograd.explanation.explanation import Explanation, explain
    from autograd.host.files import write_whole
    from autograd.marking.classroom import verify_submissions
    from autograd.marking.report import Report
    from autograd.marking.verification import verify, verify_file
    from autograd.transforms.gradient_check import gradcheck
else:
    # Loaded when first asked for, since only some programs need them.
    _LATE = {
        "autograd.compiler": "compile",
        "autograd.explanation.dot": "draw save",
        "autograd.explanation.explanation": "Explanation explain",
        "autograd.host.files": "write_whole",
        "autograd.marking.classroom": "verify_submissions",
        "autograd.marking.verification": "verify verify_file",
        "autograd.marking.report": "Report",
        "autograd.transforms.gradient_check": "gradcheck",
    }

    def __getattr__(name):
        for module, names in _LATE.items():
            if name in names.split():
                value = globals()[name] = getattr(import_module(module), name)
                return value
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")

    def __dir__():
        others = "__doc__", "__file__", "__name__", "__path__", "__spec__", "__version__"
        return [*__all__, *others]


__all__ = [
    "Along",
    "AnomalyError",
    "AutogradError",
    "ConversionError",
    "Elementwise",
    "Explanation",
    "Facts",
    "GradientLostWarning",
    "GradientMismatch",
    "GraphReleasedError",
    "LastAxes",
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
    "ancestors",
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
    "operations",
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
    "tune_memory",
    "unfold",
    "value_and_grad",
    "variables",
    "verify",
    "verify_file",
    "verify_submissions",
    "vjp",
    "write_whole",
]
