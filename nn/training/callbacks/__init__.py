"""Callbacks, which observe and control `fit`."""

from nn.training.callbacks.callback import Callback, Run
from nn.training.callbacks.checkpointing import Checkpoint
from nn.training.callbacks.csv_logger import CSVLogger
from nn.training.callbacks.early_stopping import EarlyStopping
from nn.training.callbacks.gradient_monitor import GradientMonitor

__all__ = ["CSVLogger", "Callback", "Checkpoint", "EarlyStopping", "GradientMonitor", "Run"]
