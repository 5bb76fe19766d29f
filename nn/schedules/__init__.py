"""Schedules: how the learning rates of an optimizer change over a training."""

from nn.schedules.callback import ScheduleCallback
from nn.schedules.closed_forms import (
    CosineAnnealingLR,
    ExponentialLR,
    LinearLR,
    MultiStepLR,
    StepLR,
)
from nn.schedules.one_cycle import OneCycleLR
from nn.schedules.plateau import ReduceLROnPlateau
from nn.schedules.scheduler import LRScheduler, Scheduler
from nn.schedules.sequential import SequentialLR

__all__ = [
    "CosineAnnealingLR",
    "ExponentialLR",
    "LRScheduler",
    "LinearLR",
    "MultiStepLR",
    "OneCycleLR",
    "ReduceLROnPlateau",
    "ScheduleCallback",
    "Scheduler",
    "SequentialLR",
    "StepLR",
]
