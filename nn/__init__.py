"""chalkgrad's neural networks: layers, losses, optimizers and training, on `autograd`."""

from nn import functional, init, metrics, optim, plots
from nn.callbacks import Callback, Run
from nn.data import DataLoader
from nn.errors import CheckpointError
from nn.history import History
from nn.layers.activations import (
    ELU,
    GELU,
    Heaviside,
    LeakyReLU,
    LogSoftmax,
    ReLU,
    Sigmoid,
    Softmax,
    Softplus,
    Tanh,
)
from nn.layers.containers import Flatten, Identity, Sequential
from nn.layers.linear import Linear
from nn.layers.mlp import MLP
from nn.layers.perceptron import Perceptron
from nn.losses import BCELoss, BCEWithLogitsLoss, CrossEntropyLoss, L1Loss, MSELoss
from nn.module import Module, Parameter
from nn.optim import SGD, Adam, Optimizer
from nn.training import fit

__all__ = [
    "ELU",
    "GELU",
    "MLP",
    "SGD",
    "Adam",
    "BCELoss",
    "BCEWithLogitsLoss",
    "Callback",
    "CheckpointError",
    "CrossEntropyLoss",
    "DataLoader",
    "Flatten",
    "Heaviside",
    "History",
    "Identity",
    "L1Loss",
    "LeakyReLU",
    "Linear",
    "LogSoftmax",
    "MSELoss",
    "Module",
    "Optimizer",
    "Parameter",
    "Perceptron",
    "ReLU",
    "Run",
    "Sequential",
    "Sigmoid",
    "Softmax",
    "Softplus",
    "Tanh",
    "fit",
    "functional",
    "init",
    "metrics",
    "optim",
    "plots",
]
