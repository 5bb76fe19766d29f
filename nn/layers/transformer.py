"""The layers of transformers, and stacks of them (Vaswani et al. 2017, section 3.1)."""

import copy
from collections.abc import Callable
from typing import Any

import numpy as np

from nn import functional
from nn.init import Seed
from nn.layers.attention import MultiheadAttention
from nn.layers.containers import ModuleList
from nn.layers.dropout import Dropout
from nn.layers.linear import Linear
from nn.layers.normalization import LayerNorm
from nn.module import Module

Activation = str | Callable[[Any], Any]

_ACTIVATIONS: dict[str, Callable[[Any], Any]] = {"relu": functional.relu, "gelu": functional.gelu}


class TransformerLayer(Module):
    """Base of encoder and decoder layers: sublayers, each with a shortcut and a norm.

        x = norm(x + dropout(sublayer(x))),
        x = x + dropout(sublayer(norm(x)))     with norm_first.

    The last sublayer is `W_2 dropout(activation(W_1 x + b_1)) + b_2`, at every position alone.
    """

    self_attn: MultiheadAttention

    def __init__(
        self,
        attentions: tuple[str, ...],
        d_model: int,
        nhead: int,
        dim_feedforward: int,
        dropout: float,
        activation: Activation,
        layer_norm_eps: float,
        batch_first: bool,
        norm_first: bool,
        bias: bool,
        dtype: Any,
        seed: Seed,
    ) -> None:
        rng = np.random.default_rng(seed)
        for name in attentions:
            attention = MultiheadAttention(
                d_model, nhead, dropout, bias, batch_first=batch_first, dtype=dtype, seed=rng
            )
            setattr(self, name, attention)
        self.linear1 = Linear(d_model, dim_feedforward, bias, dtype=dtype, seed=rng)
        self.dropout = Dropout(dropout, seed=rng)
        self.linear2 = Linear(dim_feedforward, d_model, bias, dtype=dtype, seed=rng)
        sublayers = range(1, len(attentions) + 2)
        for k in sublayers:
            setattr(self, f"norm{k}", LayerNorm(d_model, layer_norm_eps, bias=bias, dtype=dtype))
        for k in sublayers:
            setattr(self, f"dropout{k}", Dropout(dropout, seed=rng))
        self.norm_first = norm_first
        self.activation = _function(type(self).__name__, activation)

    def _sublayer(self, k: int, x: Any, sublayer: Callable[[Any], Any]) -> Any:
        """Sublayer number k on x, with its shortcut, dropout and norm."""
        norm, dropout = getattr(self, f"norm{k}"), getattr(self, f"dropout{k}")
        if self.norm_first:
            return x + dropout(sublayer(norm(x)))
        return norm(x + dropout(sublayer(x)))

    def _feed_forward(self, x: Any) -> Any:
        return self.linear2(self.dropout(self.activation(self.linear1(x))))


def _function(layer: str, activation: Activation) -> Callable[[Any], Any]:
    if not isinstance(activation, str):
        return activation
    if activation not in _ACTIVATIONS:
        raise ValueError(
            f"{layer} needs an activation {' or '.join(map(repr, _ACTIVATIONS))}, or a function "
            f"of one argument, got {activation!r}"
        )
    return _ACTIVATIONS[activation]


class TransformerEncoderLayer(TransformerLayer):
    """Self-attention, then two affine maps at every position (Vaswani et al. 2017, section 3.1).

    `layer(src, src_mask=None, src_key_padding_mask=None, is_causal=False)`. Every sublayer has a
    shortcut: `x = norm(x + dropout(sublayer(x)))`, or with `norm_first` `x + dropout(sublayer(
    norm(x)))`, which trains more easily (Xiong et al. 2020). `activation` is "relu", "gelu" or a
    function.

    Shapes: src and the result (L, N, d_model), with `batch_first` (N, L, d_model), or (L, d_model);
    masks as in `MultiheadAttention`, and true where not to look.

    Raises `ValueError` for sizes and activations that make no layer, `ShapeError` for operands and
    masks that do not fit.

    >>> layer = TransformerEncoderLayer(d_model=8, nhead=2, batch_first=True, seed=0)
    >>> layer(np.ones((3, 5, 8)), is_causal=True).shape
    (3, 5, 8)
    """

    def __init__(
        self,
        d_model: int,
        nhead: int,
        dim_feedforward: int = 2048,
        dropout: float = 0.1,
        activation: Activation = "relu",
        layer_norm_eps: float = 1e-5,
        batch_first: bool = False,
        norm_first: bool = False,
        bias: bool = True,
        *,
        dtype: Any = np.float32,
        seed: Seed = None,
    ) -> None:
        super().__init__(
            ("self_attn",), d_model, nhead, dim_feedforward, dropout, activation, layer_norm_eps,
            batch_first, norm_first, bias, dtype, seed,
        )  # fmt: skip

    def forward(
        self,
        src: Any,
        src_mask: Any = None,
        src_key_padding_mask: Any = None,
        is_causal: bool = False,
    ) -> Any:
        def attend(x: Any) -> Any:
            return self.self_attn(x, x, x, src_key_padding_mask, False, src_mask, True, is_causal)[
                0
            ]

        return self._sublayer(2, self._sublayer(1, src, attend), self._feed_forward)


class TransformerDecoderLayer(TransformerLayer):
    """Self-attention, attention to an encoder's output, two affine maps (Vaswani et al. 2017).

    `layer(tgt, memory, tgt_mask=None, memory_mask=None, tgt_key_padding_mask=None,
    memory_key_padding_mask=None, tgt_is_causal=False, memory_is_causal=False)`. Settings, shapes,
    masks and errors are those of `TransformerEncoderLayer`; memory is (S, N, d_model), with
    `batch_first` (N, S, d_model), or (S, d_model).

    >>> layer = TransformerDecoderLayer(d_model=8, nhead=2, batch_first=True, seed=0)
    >>> layer(np.ones((3, 5, 8)), np.ones((3, 7, 8)), tgt_is_causal=True).shape
    (3, 5, 8)
    """

    multihead_attn: MultiheadAttention

    def __init__(
        self,
        d_model: int,
        nhead: int,
        dim_feedforward: int = 2048,
        dropout: float = 0.1,
        activation: Activation = "relu",
        layer_norm_eps: float = 1e-5,
        batch_first: bool = False,
        norm_first: bool = False,
        bias: bool = True,
        *,
        dtype: Any = np.float32,
        seed: Seed = None,
    ) -> None:
        super().__init__(
            ("self_attn", "multihead_attn"), d_model, nhead, dim_feedforward, dropout, activation,
            layer_norm_eps, batch_first, norm_first, bias, dtype, seed,
        )  # fmt: skip

    def forward(
        self,
        tgt: Any,
        memory: Any,
        tgt_mask: Any = None,
        memory_mask: Any = None,
        tgt_key_padding_mask: Any = None,
        memory_key_padding_mask: Any = None,
        tgt_is_causal: bool = False,
        memory_is_causal: bool = False,
    ) -> Any:
        def attend(x: Any) -> Any:
            return self.self_attn(
                x, x, x, tgt_key_padding_mask, False, tgt_mask, True, tgt_is_causal
            )[0]

        def attend_to_memory(x: Any) -> Any:
            return self.multihead_attn(
                x, memory, memory, memory_key_padding_mask, False, memory_mask, True,
                memory_is_causal,
            )[0]  # fmt: skip

        x = self._sublayer(1, tgt, attend)
        x = self._sublayer(2, x, attend_to_memory)
        return self._sublayer(3, x, self._feed_forward)


class TransformerStack(Module):
    """Copies of a layer, one after another, and perhaps a norm behind them.

    As in PyTorch all start with the weights of the layer they copy.
    """

    def __init__(self, layer: Module, num_layers: int, norm: Module | None = None) -> None:
        if num_layers < 1:
            raise ValueError(f"{type(self).__name__} needs at least one layer, got {num_layers=}")
        self.layers = ModuleList([_copied(layer) for _ in range(num_layers)])
        self.norm = norm
        self.num_layers = num_layers

    def forward(self, x: Any, *operands: Any, **options: Any) -> Any:
        for layer in self.layers:
            x = layer(x, *operands, **options)
        return x if self.norm is None else self.norm(x)


def _copied(layer: Module) -> Module:
    """Return a copy with new parameters; it shares the generators, for different dropout masks."""
    shared = {
        id(value): value
        for module in layer.modules()
        for value in vars(module).values()
        if isinstance(value, np.random.Generator)
    }
    return copy.deepcopy(layer, shared)


class TransformerEncoder(TransformerStack):
    """`num_layers` copies of an encoder layer, one after another, and perhaps a norm.

    `encoder(src, mask=None, src_key_padding_mask=None, is_causal=False)`: shapes, masks and errors
    are those of `TransformerEncoderLayer`.

    >>> encoder = TransformerEncoder(TransformerEncoderLayer(8, 2, seed=0), num_layers=3)
    >>> encoder(np.ones((5, 3, 8))).shape
    (5, 3, 8)
    """

    def __init__(self, encoder_layer: Module, num_layers: int, norm: Module | None = None) -> None:
        super().__init__(encoder_layer, num_layers, norm)

    def forward(
        self,
        src: Any,
        mask: Any = None,
        src_key_padding_mask: Any = None,
        is_causal: bool = False,
    ) -> Any:
        return super().forward(src, mask, src_key_padding_mask, is_causal)


class TransformerDecoder(TransformerStack):
    """`num_layers` copies of a decoder layer, one after another, and perhaps a norm.

    The call is `decoder(tgt, memory, ...)`, its arguments, shapes and errors those of
    `TransformerDecoderLayer`; every layer looks at the same memory.

    >>> decoder = TransformerDecoder(TransformerDecoderLayer(8, 2, seed=0), num_layers=3)
    >>> decoder(np.ones((5, 3, 8)), np.ones((7, 3, 8))).shape
    (5, 3, 8)
    """

    def __init__(self, decoder_layer: Module, num_layers: int, norm: Module | None = None) -> None:
        super().__init__(decoder_layer, num_layers, norm)
