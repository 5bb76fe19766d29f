"""Operations that nn declares go through batches at once, with the results they have one by one."""

from typing import Any

import numpy as np
import pytest

import autograd
import nn
from autograd.transforms import batch
from nn import functional as F

rng = np.random.default_rng(0)
X, W = rng.normal(size=(2, 4)), rng.normal(size=(12, 4))
SHARES = rng.uniform(0.1, 0.9, (2, 4))
PADDED = np.array([0, 2, 0, 1])


@pytest.mark.parametrize("mode", ["reverse", "forward"])
@pytest.mark.parametrize(
    ("fn", "at"),
    [
        (lambda x: F.layer_norm(x, [4]), X),
        (lambda x: F.group_norm(x, 2), X),
        (lambda x: F.batch_norm(x, training=True), X),
        (lambda x: F.binary_cross_entropy(x, SHARES, reduction="none"), 1 - SHARES),
        (lambda x: F.binary_cross_entropy_with_logits(x, X > 0), X),
        (lambda w: F.embedding(PADDED, w, padding_idx=0), W[:3]),
        (lambda x: nn.LSTM(4, 3, seed=0).astype(np.float64)(np.reshape(x, (2, 1, 4)))[0], X),
        (lambda x: nn.GRU(4, 3, seed=0).astype(np.float64)(np.reshape(x, (2, 1, 4)))[0], X),
    ],
)  # fmt: skip
def test_no_step_goes_row_by_row(
    monkeypatch: pytest.MonkeyPatch, mode: Any, fn: Any, at: Any
) -> None:
    names: list[str] = []
    by_rows = batch.by_rows

    def spy(call: Any) -> Any:
        names.append(call.op.name)
        return by_rows(call)

    monkeypatch.setattr(batch, "by_rows", spy)
    with autograd.no_grad():
        J = autograd.jacobian(fn, mode=mode)(at)
        assert names == []
        value, pullback = autograd.vjp(fn, at)
    units = np.reshape(np.eye(np.size(value)), (-1, *np.shape(value)))
    rows = [pullback(u[()]) for u in units]
    np.testing.assert_allclose(np.reshape(J, (-1, *at.shape)), rows, rtol=1e-10, atol=1e-12)
