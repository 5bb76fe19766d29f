"""Neural networks of chalkgrad: layers, losses, optimizers and training, on `autograd`."""

from importlib import import_module
from typing import TYPE_CHECKING

import autograd
from nn import functional, init, metrics, optim
from nn.data.loader import DataLoader
from nn.errors import CheckpointError
from nn.layers.activations import (
    ELU,
    GELU,
    SELU,
    Hardtanh,
    Heaviside,
    LeakyReLU,
    LogSigmoid,
    LogSoftmax,
    Mish,
    PReLU,
    ReLU,
    ReLU6,
    Sigmoid,
    SiLU,
    Softmax,
    Softplus,
    Softsign,
    Tanh,
)
from nn.layers.attention import MultiheadAttention
from nn.layers.containers import Flatten, Identity, Lambda, ModuleDict, ModuleList, Sequential
from nn.layers.convolution import Conv1d, Conv2d, ConvTranspose1d, ConvTranspose2d
from nn.layers.dropout import Dropout, Dropout2d
from nn.layers.embedding import Embedding
from nn.layers.language_model import TransformerLM
from nn.layers.linear import Bilinear, Linear
from nn.layers.maxout import Maxout
from nn.layers.mlp import MLP
from nn.layers.normalization import BatchNorm1d, BatchNorm2d, GroupNorm, LayerNorm, RMSNorm
from nn.layers.perceptron import Perceptron, ThresholdLogicUnit
from nn.layers.pooling import AdaptiveAvgPool2d, AvgPool1d, AvgPool2d, MaxPool1d, MaxPool2d
from nn.layers.positional import PositionalEncoding
from nn.layers.recurrent import GRU, LSTM, RNN
from nn.layers.recurrent_cells import GRUCell, LSTMCell, RNNCell
from nn.layers.residual import Residual
from nn.layers.transformer import (
    TransformerDecoder,
    TransformerDecoderLayer,
    TransformerEncoder,
    TransformerEncoderLayer,
)
from nn.losses import (
    BCELoss,
    BCEWithLogitsLoss,
    CosineEmbeddingLoss,
    CrossEntropyLoss,
    HalfSquaredLoss,
    HingeEmbeddingLoss,
    HingeLoss,
    HuberLoss,
    KLDivLoss,
    L1Loss,
    MSELoss,
    MultiMarginLoss,
    NLLLoss,
    PNormLoss,
    SmoothL1Loss,
)
from nn.module import Module, Parameter
from nn.optim import SGD, Adadelta, Adagrad, Adam, AdamW, Lion, NAdam, Optimizer, RMSprop
from nn.optim.clipping import clip_grad_norm_, clip_grad_value_

__version__ = autograd.__version__

if TYPE_CHECKING:
    from nn import plots, schedules
    from nn.files.checkpoints import load_checkpoint, save_checkpoint
    from nn.files.weights import load, save
    from nn.onnx import export_onnx
    from nn.schedules import (
        CosineAnnealingLR,
        ExponentialLR,
        LinearLR,
        LRScheduler,
        MultiStepLR,
        OneCycleLR,
        ReduceLROnPlateau,
        ScheduleCallback,
        SequentialLR,
        StepLR,
    )
    from nn.training.callbacks import (
        Callback,
        Checkpoint,
        CSVLogger,
        EarlyStopping,
        GradientMonitor,
        Run,
    )
    from nn.training.compiled import compile_step, functional_call
    from nn.training.evaluation import evaluate, predict
    from nn.training.history import History
    from nn.training.loop import fit
    from nn.training.lr_finder import RateSweep, find_lr
else:
    # Loaded when first asked for, since only some programs need them.
    _LATE = {
        "nn": "plots schedules",
        "nn.files.checkpoints": "load_checkpoint save_checkpoint",
        "nn.files.weights": "load save",
        "nn.onnx": "export_onnx",
        "nn.schedules": "CosineAnnealingLR ExponentialLR LRScheduler LinearLR MultiStepLR "
        "OneCycleLR ReduceLROnPlateau ScheduleCallback SequentialLR StepLR",
        "nn.training.callbacks": "CSVLogger Callback Checkpoint EarlyStopping GradientMonitor Run",
        "nn.training.compiled": "compile_step functional_call",
        "nn.training.evaluation": "evaluate predict",
        "nn.training.history": "History",
        "nn.training.loop": "fit",
        "nn.training.lr_finder": "RateSweep find_lr",
    }

    def __getattr__(name):
        for module, names in _LATE.items():
            if name in names.split():
                if module == __name__:
                    return import_module(f"{module}.{name}")
                value = globals()[name] = getattr(import_module(module), name)
                return value
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")

    def __dir__():
        others = "__doc__", "__file__", "__name__", "__path__", "__spec__", "__version__"
        return [*__all__, *others]


__all__ = [
    "ELU",
    "GELU",
    "GRU",
    "LSTM",
    "MLP",
    "RNN",
    "SELU",
    "SGD",
    "Adadelta",
    "Adagrad",
    "Adam",
    "AdamW",
    "AdaptiveAvgPool2d",
    "AvgPool1d",
    "AvgPool2d",
    "BCELoss",
    "BCEWithLogitsLoss",
    "BatchNorm1d",
    "BatchNorm2d",
    "Bilinear",
    "CSVLogger",
    "Callback",
    "Checkpoint",
    "CheckpointError",
    "Conv1d",
    "Conv2d",
    "ConvTranspose1d",
    "ConvTranspose2d",
    "CosineAnnealingLR",
    "CosineEmbeddingLoss",
    "CrossEntropyLoss",
    "DataLoader",
    "Dropout",
    "Dropout2d",
    "EarlyStopping",
    "Embedding",
    "ExponentialLR",
    "Flatten",
    "GRUCell",
    "GradientMonitor",
    "GroupNorm",
    "HalfSquaredLoss",
    "Hardtanh",
    "Heaviside",
    "HingeEmbeddingLoss",
    "HingeLoss",
    "History",
    "HuberLoss",
    "Identity",
    "KLDivLoss",
    "L1Loss",
    "LRScheduler",
    "LSTMCell",
    "Lambda",
    "LayerNorm",
    "LeakyReLU",
    "Linear",
    "LinearLR",
    "Lion",
    "LogSigmoid",
    "LogSoftmax",
    "MSELoss",
    "MaxPool1d",
    "MaxPool2d",
    "Maxout",
    "Mish",
    "Module",
    "ModuleDict",
    "ModuleList",
    "MultiMarginLoss",
    "MultiStepLR",
    "MultiheadAttention",
    "NAdam",
    "NLLLoss",
    "OneCycleLR",
    "Optimizer",
    "PNormLoss",
    "PReLU",
    "Parameter",
    "Perceptron",
    "PositionalEncoding",
    "RMSNorm",
    "RMSprop",
    "RNNCell",
    "RateSweep",
    "ReLU",
    "ReLU6",
    "ReduceLROnPlateau",
    "Residual",
    "Run",
    "ScheduleCallback",
    "Sequential",
    "SequentialLR",
    "SiLU",
    "Sigmoid",
    "SmoothL1Loss",
    "Softmax",
    "Softplus",
    "Softsign",
    "StepLR",
    "Tanh",
    "ThresholdLogicUnit",
    "TransformerDecoder",
    "TransformerDecoderLayer",
    "TransformerEncoder",
    "TransformerEncoderLayer",
    "TransformerLM",
    "clip_grad_norm_",
    "clip_grad_value_",
    "compile_step",
    "evaluate",
    "export_onnx",
    "find_lr",
    "fit",
    "functional",
    "functional_call",
    "init",
    "load",
    "load_checkpoint",
    "metrics",
    "optim",
    "plots",
    "predict",
    "save",
    "save_checkpoint",
    "schedules",
]
