"""Files and state dicts of PyTorch load as they are, and ours load there."""

from pathlib import Path
from typing import Any

import numpy as np
import pytest

import nn

torch = pytest.importorskip("torch", reason="PyTorch serves as the oracle: make test-oracle")
pytestmark = pytest.mark.oracle

X = np.random.default_rng(0).normal(size=(4, 5)).astype(np.float32)


def theirs() -> Any:
    torch.manual_seed(0)
    layers = torch.nn
    return layers.Sequential(
        layers.Linear(5, 6), layers.BatchNorm1d(6), layers.ReLU(), layers.Linear(6, 3)
    )


def ours() -> nn.Sequential:
    return nn.Sequential(nn.Linear(5, 6), nn.BatchNorm1d(6), nn.ReLU(), nn.Linear(6, 3))


def assert_same(model: nn.Module, other: Any) -> None:
    output = other.eval()(torch.tensor(X)).detach().float().numpy()
    np.testing.assert_allclose(model.eval()(X).data, output, rtol=1e-5, atol=1e-6)


def test_a_file_of_theirs_loads_here(tmp_path: Path) -> None:
    from safetensors.torch import save_file

    other, model = theirs(), ours()
    save_file(other.state_dict(), tmp_path / "model", {"format": "pt"})
    assert nn.load(model, tmp_path / "model") == {"format": "pt"}
    assert_same(model, other)


@pytest.mark.parametrize("dtype", [torch.bfloat16, torch.float16, torch.float64])
def test_other_dtypes_of_theirs_load_in_ours(tmp_path: Path, dtype: Any) -> None:
    from safetensors.torch import save_file

    other, model = theirs().to(dtype), ours()
    save_file(other.state_dict(), tmp_path / "model")
    nn.load(model, tmp_path / "model")
    same = ours()
    same.load_state_dict(other.state_dict())
    for name, value in other.state_dict().items():
        for mine in (model, same):
            np.testing.assert_array_equal(
                mine.state_dict()[name], value.float().numpy().astype(mine.state_dict()[name].dtype)
            )


def test_parameters_that_require_gradients_load_here() -> None:
    other, model = theirs(), ours()
    state = dict(other.named_parameters()) | dict(other.named_buffers())
    assert state["0.weight"].requires_grad
    model.load_state_dict(state)
    assert_same(model, other)


def test_a_file_of_ours_loads_there(tmp_path: Path) -> None:
    from safetensors.torch import load_file

    other, model = theirs(), ours()
    nn.save(model, tmp_path / "model")
    other.load_state_dict(load_file(tmp_path / "model"))
    assert_same(model, other)
