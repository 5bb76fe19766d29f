"""The embedding: looked-up rows, gradients that add up, padding, errors."""

import numpy as np
import pytest

import nn
from autograd import Tensor, gradcheck
from nn import functional as F

TABLE = np.random.default_rng(0).normal(size=(6, 3))


@pytest.mark.parametrize("shape", [(), (4,), (2, 5), (2, 0)])
@pytest.mark.parametrize("dtype", [np.int64, np.uint8])
def test_indices_of_any_shape_give_rows(shape: tuple[int, ...], dtype: type) -> None:
    layer = nn.Embedding(6, 3, dtype=np.float64)
    layer.weight.assign(TABLE)
    index = np.random.default_rng(0).integers(0, 6, shape).astype(dtype)
    for given in (index, Tensor(index)):
        np.testing.assert_array_equal(layer(given).data, TABLE[index])
        np.testing.assert_array_equal(F.embedding(given, TABLE), TABLE[index])


def test_gradients_of_repeated_indices_add_up() -> None:
    layer = nn.Embedding(6, 3, dtype=np.float64)
    np.sum(layer(np.array([[1, 4], [1, 1]])) * 2).backward()
    assert layer.weight.grad.tolist() == [[2 * n] * 3 for n in (0, 3, 0, 0, 1, 0)]


@pytest.mark.parametrize("padding", [2, -4])
def test_padding_starts_at_zero_and_learns_nothing(padding: int) -> None:
    layer = nn.Embedding(6, 3, padding, dtype=np.float64, seed=0)
    assert layer.weight.data[2].tolist() == [0, 0, 0]
    assert np.all(layer.weight.data[[0, 1, 3, 4, 5]] != 0)
    layer.weight.assign(TABLE)
    y = layer(np.array([2, 3, 2]))
    np.testing.assert_array_equal(y.data, TABLE[[2, 3, 2]])
    np.sum(y).backward()
    assert layer.weight.grad.tolist() == [[n] * 3 for n in (0, 0, 0, 1, 0, 0)]
    table = Tensor(TABLE, requires_grad=True)
    np.sum(F.embedding(np.array([2, 3, 2]), table, padding)).backward()
    np.testing.assert_array_equal(table.grad, layer.weight.grad)


def test_derivatives_are_differences() -> None:
    index = np.array([[0, 5], [5, 1]])
    gradcheck(lambda table: F.embedding(index, table), TABLE)
    # The padding row is not looked up, so that its missing gradient is right.
    gradcheck(lambda table: F.embedding(index, table, padding_idx=2), TABLE)


def test_it_starts_standard_normal() -> None:
    weight = nn.Embedding(100, 50, seed=0).weight.data
    assert weight.dtype == np.float32
    assert abs(weight.mean()) < 0.05
    assert weight.std() == pytest.approx(1, abs=0.05)
    np.testing.assert_array_equal(weight, nn.Embedding(100, 50, seed=0).weight.data)


@pytest.mark.parametrize("dtype", [float, bool])
def test_indices_are_integers(dtype: type) -> None:
    with pytest.raises(
        TypeError, match=r"indices of an integer dtype, got (float64|bool); convert"
    ):
        nn.Embedding(6, 3)(np.zeros(2, dtype))


@pytest.mark.parametrize("wrong", [6, -1])
def test_an_index_out_of_range_is_refused(wrong: int) -> None:
    with pytest.raises(IndexError) as refusal:
        nn.Embedding(6, 3)(np.array([[0, 5], [wrong, 1]]))
    assert str(refusal.value) == (
        f"embedding got the index {wrong}, but its table has 6 rows, 0 to 5"
    )


def test_settings_are_checked() -> None:
    with pytest.raises(ValueError, match="got num_embeddings=0 and embedding_dim=3"):
        nn.Embedding(0, 3)
    for padding in (6, -7):
        with pytest.raises(ValueError, match=f"has rows 0 to 5, got padding_idx={padding}"):
            nn.Embedding(6, 3, padding)
    assert repr(nn.Embedding(6, 3, -1)) == "Embedding(6, 3, padding_idx=5)"
    assert repr(nn.Embedding(6, 3)) == "Embedding(6, 3)"
