"""Attention with several heads."""

import math
from typing import Any

import numpy as np

from autograd import ShapeError, Tensor
from nn import functional, init
from nn.functional.dropping import require_probability
from nn.functional.operands import as_operand
from nn.layers.checks import require_features, require_positive
from nn.layers.linear import Linear
from nn.module import Module, Parameter


class MultiheadAttention(Module):
    """Attention of several heads side by side (Vaswani et al. 2017, section 3.2.2).

        head_i = attention(Q W_qi^T + b_qi, K W_ki^T + b_ki, V W_vi^T + b_vi)
        output = [head_1, ..., head_h] W_o^T + b_o

    `layer(query, key, value, key_padding_mask=None, need_weights=True, attn_mask=None,
    average_attn_weights=True, is_causal=False)` gives the output and the weights: the mean over
    heads, with `average_attn_weights=False` those of each head, with `need_weights=False` `None`.

    Shapes, for L queries, S keys and N sequences, all without N for a single one; with
    `batch_first` N comes before L and S:

        query, output       (L, N, embed_dim)
        key, value          (S, N, kdim), (S, N, vdim); both sizes are embed_dim unless given
        key_padding_mask    (N, S): keys that nobody looks at
        attn_mask           (L, S), or (N num_heads, L, S): keys that a query does not look at
        weights             (N, L, S), or (N, num_heads, L, S)

    As in PyTorch, masks of this layer are true where **not** to look, the other way round than in
    `functional.scaled_dot_product_attention`; floating-point ones are added to the scores. Unlike
    in PyTorch `is_causal` needs no mask with it, and a query that may look at nothing gets heads of
    0 instead of NaN. In training a share of `dropout` of the weights is set to 0.

    Parameters: `in_proj_weight` (3 embed_dim, embed_dim), W_q above W_k above W_v (with a kdim or
    vdim of its own: `q_proj_weight`, `k_proj_weight`, `v_proj_weight`), `in_proj_bias` and the
    layer `out_proj`.

    Raises `ValueError` for sizes below 1, heads that do not divide embed_dim, and PyTorch's
    `add_bias_kv` and `add_zero_attn`, which are not there; `ShapeError` for operands and masks that
    do not fit, `TypeError` for masks of integers.

    >>> attention = MultiheadAttention(embed_dim=8, num_heads=2, batch_first=True, seed=0)
    >>> x = np.ones((3, 5, 8))
    >>> output, weights = attention(x, x, x, is_causal=True)
    >>> output.shape, weights.shape
    ((3, 5, 8), (3, 5, 5))
    >>> weights.data[0, 1].round(3)
    array([0.5, 0.5, 0. , 0. , 0. ])
    """

    in_proj_weight: Tensor | None = None
    in_proj_bias: Tensor | None

    def __init__(
        self,
        embed_dim: int,
        num_heads: int,
        dropout: float = 0.0,
        bias: bool = True,
        add_bias_kv: bool = False,
        add_zero_attn: bool = False,
        kdim: int | None = None,
        vdim: int | None = None,
        batch_first: bool = False,
        *,
        dtype: Any = np.float32,
        seed: init.Seed = None,
    ) -> None:
        self.kdim = embed_dim if kdim is None else kdim
        self.vdim = embed_dim if vdim is None else vdim
        require_positive(
            "MultiheadAttention",
            embed_dim=embed_dim,
            num_heads=num_heads,
            kdim=self.kdim,
            vdim=self.vdim,
        )
        if embed_dim % num_heads:
            raise ValueError(
                "MultiheadAttention needs num_heads that divide embed_dim, "
                f"got {embed_dim=} and {num_heads=}"
            )
        require_probability(dropout)
        if add_bias_kv or add_zero_attn:
            raise ValueError(
                "MultiheadAttention has no add_bias_kv and no add_zero_attn; "
                "append keys and values to the operands instead"
            )
        self.embed_dim, self.num_heads, self.dropout = embed_dim, num_heads, dropout
        self.batch_first = batch_first
        self.generator = np.random.default_rng(seed)
        widths = (embed_dim, self.kdim, self.vdim)
        shapes = (
            {"in_proj_weight": (3 * embed_dim, embed_dim)}
            if set(widths) == {embed_dim}
            else {f"{x}_proj_weight": (embed_dim, n) for x, n in zip("qkv", widths, strict=True)}
        )
        for name, shape in shapes.items():
            weight = init.xavier_uniform_(Parameter(np.empty(shape, dtype)), seed=self.generator)
            setattr(self, name, weight)
        self.in_proj_bias = Parameter(np.zeros(3 * embed_dim, dtype)) if bias else None
        self.out_proj = Linear(embed_dim, embed_dim, bias, dtype=dtype, seed=self.generator)
        if self.out_proj.bias is not None:
            init.zeros_(self.out_proj.bias)

    def forward(
        self,
        query: Any,
        key: Any,
        value: Any,
        key_padding_mask: Any = None,
        need_weights: bool = True,
        attn_mask: Any = None,
        average_attn_weights: bool = True,
        is_causal: bool = False,
    ) -> tuple[Any, Any]:
        operands = [as_operand(x) for x in (query, key, value)]
        batched = self._check_operands(operands)
        if not batched:
            operands = [x[None] for x in operands]
        elif not self.batch_first:
            operands = [np.swapaxes(x, 0, 1) for x in operands]
        q, k, v = (self._heads(x) for x in self._projected(operands, query is key is value))
        batch, _, queries, _ = q.shape
        mask = self._mask(attn_mask, key_padding_mask, (batch, queries, k.shape[2]), batched)
        weights = functional.attention_weights(q, k, mask, is_causal)
        if self.training:
            weights = functional.dropout(weights, self.dropout, seed=self.generator)
        heads = np.swapaxes(weights @ v, 1, 2)
        output = self.out_proj(np.reshape(heads, (batch, queries, self.embed_dim)))
        if not batched:
            output, weights = output[0], weights[0]
        elif not self.batch_first:
            output = np.swapaxes(output, 0, 1)
        if not need_weights:
            return output, None
        return output, np.mean(weights, axis=-3) if average_attn_weights else weights

    def _projected(self, operands: list[Any], same: bool) -> list[Any]:
        """Return queries, keys and values of all heads, (N, L or S, embed_dim)."""
        width = self.embed_dim
        thirds = [slice(k * width, (k + 1) * width) for k in range(3)]
        if same and self.in_proj_weight is not None:
            together = functional.linear(operands[0], self.in_proj_weight, self.in_proj_bias)
            return [together[..., third] for third in thirds]
        if self.in_proj_weight is not None:
            weights = [self.in_proj_weight[third] for third in thirds]
        else:
            weights = [getattr(self, f"{x}_proj_weight") for x in "qkv"]
        bias = self.in_proj_bias
        biases = [None if bias is None else bias[third] for third in thirds]
        return list(map(functional.linear, operands, weights, biases))

    def _heads(self, x: Any) -> Any:
        """(N, L, embed_dim) as (N, num_heads, L, embed_dim / num_heads)."""
        return np.swapaxes(np.reshape(x, (*x.shape[:2], self.num_heads, -1)), 1, 2)

    # Checks ----------------------------------------------------------------------------------

    def _check_operands(self, operands: list[Any]) -> bool:
        """Return whether there is an axis of sequences."""
        for x, features in zip(operands, (self.embed_dim, self.kdim, self.vdim), strict=True):
            require_features(self, x, features)
        q, k, v = (x.shape for x in operands)
        batch = 0 if self.batch_first else 1
        fits = len(q) in (2, 3) and len(k) == len(q) and k[:-1] == v[:-1]
        if not fits or (len(q) == 3 and q[batch] != k[batch]):
            axes = "(N, L, E)" if self.batch_first else "(L, N, E)"
            raise ShapeError(
                f"{self} needs a query of shape {axes} or (L, E), and as many values as keys for "
                f"the same N, got {q}, {k} and {v}"
            )
        return len(q) == 3

    def _mask(
        self, attn_mask: Any, padding: Any, shape: tuple[int, int, int], batched: bool
    ) -> Any:
        """Both masks as one that is added to scores of shape (N, num_heads, L, S)."""
        batch, queries, keys = shape
        total: Any = None
        if attn_mask is not None:
            per_head = (batch * self.num_heads, queries, keys)
            mask = self._additive("attn_mask", attn_mask, [(queries, keys), per_head])
            if mask.ndim == 3:
                mask = np.reshape(mask, (batch, self.num_heads, queries, keys))
            total = mask
        if padding is not None:
            wanted = (batch, keys) if batched else (keys,)
            mask = self._additive("key_padding_mask", padding, [wanted])
            mask = np.reshape(mask, (batch, 1, 1, keys))
            total = mask if total is None else total + mask
        return total

    def _additive(self, name: str, mask: Any, shapes: list[tuple[int, ...]]) -> Any:
        """Return a mask in floating-point numbers: -inf where not to look."""
        mask = as_operand(mask)
        if mask.shape not in shapes:
            raise ShapeError(
                f"{self} needs {name} of shape {' or '.join(map(str, shapes))}, got {mask.shape}"
            )
        if mask.dtype.kind not in "bf":
            raise TypeError(
                f"{self} needs {name} of booleans (true: do not look) or of floating-point "
                f"numbers to add to the scores, got {mask.dtype}"
            )
        if mask.dtype == bool:
            return np.where(mask, -math.inf, 0.0)
        return mask

    def extra_repr(self) -> str:
        return f"embed_dim={self.embed_dim}, num_heads={self.num_heads}"
