"""The names of claims."""

import pytest

from autograd.errors import WorksheetError
from autograd.marking.quantity import Quantity

NAMES = ["d", "df", "f", "w1", "y_hat", "W", "ŷ"]


@pytest.mark.parametrize(
    ("text", "quantity"),
    [
        ("f", Quantity("f")),
        ("df", Quantity("df")),
        ("y_hat", Quantity("y_hat")),
        ("W[0,1]", Quantity("W", (0, 1))),
        ("W[ 0, -1 ]", Quantity("W", (0, -1))),
        ("df/dw1", Quantity("f", wrt="w1")),
        ("df/dd", Quantity("f", wrt="d")),
        ("dd/ddf", Quantity("d", wrt="df")),
        ("ddf/dd", Quantity("df", wrt="d")),
        ("d f / d w1", Quantity("f", wrt="w1")),
        ("∂f/∂ŷ", Quantity("f", wrt="ŷ")),
        ("df/dW[0, 1]", Quantity("f", wrt="W", wrt_index=(0, 1))),
        ("dW[1]/dd", Quantity("W", (1,), "d")),
    ],
)
def test_parsing(text, quantity):
    assert Quantity.parse(text, NAMES) == quantity


def test_labels():
    assert str(Quantity.parse("d f / d W[0,1]", NAMES)) == "df/dW[0, 1]"
    assert str(Quantity.parse("W[ 1 ]", NAMES, after=True)) == "W[1] after"


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("g", "claim 'g': the program has no g; its names are d, df, f, w1"),
        ("y_hut", "did you mean y_hat?"),
        ("dy_hat", "the claim dy_hat could be many derivatives; say which, as in df/dy_hat"),
        ("df/dy_hst", "did you mean y_hat?"),
        ("d2f/dd2", "the program has no 2f"),
        ("df/w1", "the name of a claim is like f, df/dx or dL/dW"),
        ("f(x)", "the name of a claim is like"),
        ("W[a]", "the name of a claim is like"),
        ("", "the name of a claim is like"),
        ("x" * 1000, "the program has no xxx"),
        ("W[" + "9" * 5000 + "]", "the name of a claim is like"),
    ],
)
def test_errors(text, message):
    with pytest.raises(WorksheetError) as caught:
        Quantity.parse(text, NAMES)
    assert message in str(caught.value)
    assert len(str(caught.value)) < 200
