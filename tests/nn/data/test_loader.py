"""Batches: every row once, in an order that the seed decides."""

from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import nn
from autograd import Tensor


@settings(deadline=None)
@given(
    rows=st.integers(1, 40),
    batch_size=st.integers(1, 50),
    shuffle=st.booleans(),
    seed=st.integers(0, 5),
)
def test_every_epoch_has_every_row_once_and_rows_stay_together(
    rows: int, batch_size: int, shuffle: bool, seed: int
) -> None:
    x = np.arange(rows)
    loader = nn.DataLoader(x, x**2, batch_size=batch_size, shuffle=shuffle, seed=seed)
    for _ in range(2):
        batches = list(loader)
        assert len(batches) == len(loader) == -(-rows // batch_size)
        assert [len(b) for b, _ in batches[:-1]] == [batch_size] * (len(batches) - 1)
        seen = np.concatenate([b for b, _ in batches])
        np.testing.assert_array_equal(np.concatenate([s for _, s in batches]), seen**2)
        np.testing.assert_array_equal(np.sort(seen) if shuffle else seen, x)


def orders(loader: nn.DataLoader, epochs: int = 3) -> list[list[int]]:
    return [np.concatenate([x for (x,) in loader]).tolist() for _ in range(epochs)]


def test_a_seed_decides_the_orders_which_differ_between_epochs() -> None:
    first = orders(nn.DataLoader(np.arange(50), shuffle=True, seed=1))
    assert first == orders(nn.DataLoader(np.arange(50), shuffle=True, seed=1))
    assert first == orders(
        nn.DataLoader(np.arange(50), shuffle=True, seed=np.random.default_rng(1))
    )
    assert first[0] != first[1] != first[2]
    assert first != orders(nn.DataLoader(np.arange(50), shuffle=True, seed=2))


def test_an_epoch_left_early_does_not_disturb_the_next() -> None:
    loader = nn.DataLoader(np.arange(50), batch_size=8, shuffle=True, seed=1)
    next(iter(loader))
    whole = orders(nn.DataLoader(np.arange(50), batch_size=8, shuffle=True, seed=1), epochs=2)
    assert orders(loader, epochs=1) == whole[1:]


def test_numpy_s_global_state_is_neither_read_nor_changed() -> None:
    before = np.random.get_state()[1].tolist()  # noqa: NPY002
    unseeded = nn.DataLoader(np.arange(50), shuffle=True)
    first = orders(unseeded, 1)
    np.random.seed(0)  # noqa: NPY002
    second = orders(nn.DataLoader(np.arange(50), shuffle=True), 1)
    np.random.seed(0)  # noqa: NPY002
    assert second != orders(nn.DataLoader(np.arange(50), shuffle=True), 1) != first
    np.random.set_state(("MT19937", before, 624))  # noqa: NPY002


def test_drop_last_keeps_whole_batches_only() -> None:
    loader = nn.DataLoader(np.arange(10), batch_size=4, drop_last=True)
    assert len(loader) == 2
    assert [x.tolist() for (x,) in loader] == [[0, 1, 2, 3], [4, 5, 6, 7]]


def test_lists_tensors_and_other_arrays_are_taken_too() -> None:
    ((x, y, z),) = nn.DataLoader([1, 2], Tensor([3.0, 4.0]), Tensor([5.0, 6.0], requires_grad=True))
    assert [type(a) for a in (x, y, z)] == [np.ndarray] * 3
    assert (x.tolist(), y.tolist(), z.tolist()) == ([1, 2], [3, 4], [5, 6])


def test_arrays_of_different_lengths_are_refused_with_their_shapes() -> None:
    with pytest.raises(ValueError, match=r"equally many rows, got shapes \(3, 2\) and \(4,\)"):
        nn.DataLoader(np.zeros((3, 2)), np.zeros(4))


@pytest.mark.parametrize(("arrays", "said"), [((), "none"), ((3.0,), r"\(\)"), (([],), r"\(0,\)")])
def test_data_without_rows_are_refused(arrays: tuple[object, ...], said: str) -> None:
    with pytest.raises(ValueError, match=f"needs arrays with rows, got {said}"):
        nn.DataLoader(*arrays)


def test_batch_sizes_that_leave_nothing_are_refused() -> None:
    with pytest.raises(ValueError, match="batch_size must be at least 1, got 0"):
        nn.DataLoader([1], batch_size=0)
    with pytest.raises(ValueError, match="drop_last with batch_size=4 leaves no batch of 3 rows"):
        nn.DataLoader([1, 2, 3], batch_size=4, drop_last=True)


def test_the_repr_shows_shapes() -> None:
    loader = nn.DataLoader(np.zeros((3, 2)), np.zeros(3), batch_size=2)
    assert repr(loader) == "DataLoader((3, 2), (3,), batch_size=2, shuffle=False)"


# Resuming ----------------------------------------------------------------------------------------


@settings(deadline=None, max_examples=60)
@given(
    rows=st.integers(1, 20),
    batch_size=st.integers(1, 9),
    shuffle=st.booleans(),
    epochs=st.integers(0, 2),
    given_batches=st.integers(0, 20),
)
def test_a_loader_goes_on_with_the_next_batch_of_the_same_epoch(
    rows: int, batch_size: int, shuffle: bool, epochs: int, given_batches: int
) -> None:
    def fresh(seed: int) -> nn.DataLoader:
        return nn.DataLoader(np.arange(rows), batch_size=batch_size, shuffle=shuffle, seed=seed)

    loader, other = fresh(0), fresh(1)
    orders(loader, epochs)
    batches = iter(loader)
    for _ in range(given_batches):
        next(batches, None)
    # Of an epoch that has ended, and of one that has given nothing, there is no rest.
    other.load_state_dict(loader.state_dict())
    assert other.state_dict() == loader.state_dict()
    if 0 < given_batches <= len(loader):
        rest = [x.tolist() for (x,) in batches]
        assert [x.tolist() for (x,) in other] == rest
    elif not given_batches:
        assert orders(other, 1) == [np.concatenate([x for (x,) in batches]).tolist()]
    assert orders(other) == orders(loader)


def test_a_state_of_other_sizes_fits_between_epochs_only() -> None:
    loader, other = (nn.DataLoader(np.arange(9), batch_size=k, shuffle=True) for k in (2, 3))
    other.load_state_dict(loader.state_dict())
    next(iter(loader))
    with pytest.raises(nn.CheckpointError, match=r"1 batches .* of \(9, 2\) .* has \(9, 3\)"):
        other.load_state_dict(loader.state_dict())
    seeded = nn.DataLoader([1], seed=np.random.Generator(np.random.MT19937(0)))
    with pytest.raises(nn.CheckpointError, match="state of the loader's generator"):
        loader.load_state_dict(seeded.state_dict())


# Transforming ------------------------------------------------------------------------------------


def test_a_transform_makes_the_batches() -> None:
    loader = nn.DataLoader([1, 2, 3], [4, 5, 6], batch_size=2, transform=lambda x, y: (x * 10, -y))
    assert [(x.tolist(), y.tolist()) for x, y in loader] == [([10, 20], [-4, -5]), ([30], [-6])]


@pytest.mark.parametrize("shuffle", [False, True])
def test_what_is_done_to_a_batch_is_not_done_to_the_data(shuffle: bool) -> None:
    x = np.ones((4, 2))
    for (batch,) in nn.DataLoader(x, batch_size=2, shuffle=shuffle, seed=0):
        batch *= 5
    np.testing.assert_array_equal(x, np.ones((4, 2)))


def test_a_data_set_is_refused_with_what_to_write() -> None:
    class Squares:
        def __len__(self) -> int:
            return 4

        def __getitem__(self, i: int) -> tuple[Any, int]:
            return np.ones(2) * i, i

    with pytest.raises(TypeError, match=r"takes arrays, got a Squares; .* DataLoader\(\*map\(np"):
        nn.DataLoader(Squares(), batch_size=2)
    data = Squares()
    loader = nn.DataLoader(*map(np.array, zip(*(data[i] for i in range(len(data))), strict=True)))
    assert [array.shape for array in loader.arrays] == [(4, 2), (4,)]
