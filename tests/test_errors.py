"""The exceptions: one base, the built-in one that users expect, and a public name for each."""

import inspect

import pytest

import autograd
from autograd import errors

HIERARCHY: dict[str, type[Exception]] = {
    "AutogradError": Exception,
    "ShapeError": ValueError,
    "GraphReleasedError": RuntimeError,
    "StaleGraphError": RuntimeError,
    "NotDifferentiableError": TypeError,
    "ConversionError": TypeError,
    "AnomalyError": ArithmeticError,
    "TraceError": RuntimeError,
    "GradientMismatch": AssertionError,
    "ProgramError": ValueError,
    "WorksheetError": ValueError,
    "RendererNotFound": RuntimeError,
}


@pytest.mark.parametrize("name", HIERARCHY)
def test_each_error_is_public_and_what_users_expect(name: str) -> None:
    error = getattr(autograd, name)
    assert error is getattr(errors, name)
    assert issubclass(error, errors.AutogradError)
    assert issubclass(error, HIERARCHY[name])
    assert name in autograd.__all__
    assert error.__doc__


def test_there_are_no_others() -> None:
    declared = {name for name, _ in inspect.getmembers(errors, inspect.isclass)}
    declared.remove("GradientLostWarning")
    assert declared == set(HIERARCHY)


def test_every_public_name_exists() -> None:
    assert len(set(autograd.__all__)) == len(autograd.__all__)
    assert [name for name in autograd.__all__ if not hasattr(autograd, name)] == []
