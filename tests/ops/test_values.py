"""Functions of values alone: the answer is NumPy's, and no gradient is lost unsaid."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from autograd import ConversionError, Tensor

X = np.array([1.0, 2.5])


@pytest.mark.parametrize(
    "call",
    [
        np.array_repr,
        np.array_str,
        np.array2string,
        lambda x: np.array_repr(x, precision=0),
        lambda x: np.array2string(x, separator=";", formatter={"float": lambda v: f"<{v}>"}),
    ],
)
def test_text_is_that_of_the_value(call: Callable[[Any], str]) -> None:
    leaf = Tensor(X, requires_grad=True)
    assert call(leaf) == call(X)
    assert call(leaf * 1.0) == call(X)


def test_questions_about_memory_and_dtypes() -> None:
    leaf = Tensor(X, requires_grad=True)
    assert np.shares_memory(leaf, leaf.data)
    assert np.may_share_memory(X, leaf[:1]) == np.may_share_memory(X, leaf.data)
    assert not np.shares_memory(leaf, np.array(X))
    assert np.min_scalar_type(Tensor(3.0)) == np.min_scalar_type(np.float64(3.0))


SAVERS: dict[str, Callable[[Path, Any], None]] = {
    "save": lambda path, x: np.save(path, x),
    "save by keyword": lambda path, x: np.save(path, arr=x),
    "savez": lambda path, x: np.savez(path, X, weights=x),
    "savez by position": lambda path, x: np.savez(path, x, allow_pickle=False),
    "savez_compressed": lambda path, x: np.savez_compressed(path, weights=x),
    "savetxt": lambda path, x: np.savetxt(path, x, fmt="%.3f", delimiter=","),
}


@pytest.mark.parametrize("name", SAVERS)
def test_files_hold_constants(name: str, tmp_path: Path) -> None:
    save = SAVERS[name]
    save(tmp_path / "plain.npy", X)
    save(tmp_path / "tensor.npy", Tensor(X))
    plain, written = (next(tmp_path.glob(f"{kind}*")).read_bytes() for kind in ("plain", "tensor"))
    assert len(plain) == len(written) > 0
    for recorded in (Tensor(X, requires_grad=True, name="w"), Tensor(X, requires_grad=True) * 2):
        with pytest.raises(ConversionError, match=r"take t\.data"):
            save(tmp_path / "recorded.npy", recorded)


def test_bits_are_constants() -> None:
    x = Tensor([1.0, 3.0], requires_grad=True)
    byte = x.astype(np.uint8)
    assert byte.op is not None
    for call in (np.unpackbits, lambda b: np.packbits(np.unpackbits(b))):
        bits = call(byte)
        np.testing.assert_array_equal(bits.data, call(byte.data))
        assert not bits.requires_grad
        assert bits.op is not None
