"""The benchmark of the diagnosis: what it finds is what the documentation promises."""

import warnings
from typing import Any


def test_the_true_mistake_is_named(load: Any) -> None:
    diagnosis = load("diagnosis")
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        result = diagnosis.measure(1)
    total = result.total
    assert len(diagnosis.DERIVATIONS) == 30
    assert total.made > 200
    assert total.first >= 0.85 * total.made
    assert total.listed >= 0.97 * total.made
    assert result.right > 100
    assert result.called_wrong == 0


def test_edits_of_what_was_written(load: Any) -> None:
    diagnosis = load("diagnosis")
    assert diagnosis.with_swapped_digits("3.14159") == "3.14195"
    assert diagnosis.with_swapped_digits("3.3") is None
    assert diagnosis.with_moved_point("3.14159") == "31.4159"
    assert diagnosis.with_moved_point("3.1") is None
