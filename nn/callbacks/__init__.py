"""What may look on, and step in, while `fit` trains."""

from nn.callbacks.callback import Callback, Run
from nn.callbacks.checkpoint import Checkpoint
from nn.callbacks.csv_logger import CSVLogger
from nn.callbacks.early_stopping import EarlyStopping
from nn.callbacks.gradient_monitor import GradientMonitor

__all__ = ["CSVLogger", "Callback", "Checkpoint", "EarlyStopping", "GradientMonitor", "Run"]
