"""A small language model of the GPT family."""

import math
from typing import Any

import numpy as np

from autograd import ShapeError, no_grad
from nn import functional, init
from nn.functional.operands import values
from nn.layers.checks import require_positive
from nn.layers.containers import ModuleList
from nn.layers.dropout import Dropout
from nn.layers.embedding import Embedding
from nn.layers.linear import Linear
from nn.layers.normalization import LayerNorm
from nn.layers.transformer import TransformerEncoderLayer
from nn.modes import evaluating
from nn.module import Module


class TransformerLM(Module):
    """Predicts, at every position, the next token from those up to there (Radford et al. 2019).

    Embeddings of tokens and of positions are added and go through causal transformer layers, with
    norms first and 4 d_model hidden units of GELU; logits are products with an output matrix. That
    is the table of embeddings once more (`tied_weights`; Press and Wolf 2017), or a layer `head`.
    Weights start normal with deviation 0.02, those in front of shortcuts 0.02 / sqrt(2 num_layers).

    Shapes: tokens (N, T) or (T), integers, with T up to `context_length`; logits (N, T,
    vocabulary_size) or (T, vocabulary_size).

    Raises `ValueError` for sizes below 1 and heads that do not divide d_model, `ShapeError` for
    other tokens; `TypeError` and `IndexError` for tokens that are not in the vocabulary.

    >>> model = TransformerLM(10, d_model=8, nhead=2, num_layers=1, context_length=16, seed=0)
    >>> tokens = np.array([[1, 4, 2, 9]])
    >>> model(tokens).shape
    (1, 4, 10)
    >>> model.generate([1, 4, 2], length=5, seed=0).shape
    (8,)
    """

    def __init__(
        self,
        vocabulary_size: int,
        d_model: int,
        nhead: int,
        num_layers: int,
        context_length: int,
        dropout: float = 0.1,
        tied_weights: bool = True,
        *,
        dtype: Any = np.float32,
        seed: init.Seed = None,
    ) -> None:
        require_positive(
            "TransformerLM",
            vocabulary_size=vocabulary_size,
            d_model=d_model,
            num_layers=num_layers,
            context_length=context_length,
        )
        self.context_length = context_length
        rng = np.random.default_rng(seed)
        self.tokens = Embedding(vocabulary_size, d_model, dtype=dtype, seed=rng)
        self.positions = Embedding(context_length, d_model, dtype=dtype, seed=rng)
        self.dropout = Dropout(dropout, seed=rng)
        self.layers = ModuleList(
            TransformerEncoderLayer(
                d_model, nhead, 4 * d_model, dropout, "gelu",
                batch_first=True, norm_first=True, dtype=dtype, seed=rng,
            )
            for _ in range(num_layers)
        )  # fmt: skip
        self.norm = LayerNorm(d_model, dtype=dtype)
        self.head: Module | None = None
        if not tied_weights:
            self.head = Linear(d_model, vocabulary_size, bias=False, dtype=dtype, seed=rng)
        before_shortcut = ("out_proj.weight", "linear2.weight")
        for name, parameter in self.named_parameters():
            if name.endswith("bias"):
                init.zeros_(parameter)
            elif parameter.ndim == 2:
                std = 0.02 / math.sqrt(2 * num_layers) if name.endswith(before_shortcut) else 0.02
                init.normal_(parameter, 0.0, std, seed=rng)

    def forward(self, tokens: Any) -> Any:
        shape = np.shape(tokens)
        if len(shape) not in (1, 2) or not 1 <= shape[-1] <= self.context_length:
            raise ShapeError(
                f"TransformerLM needs tokens of shape (N, T) or (T,) with T from 1 to "
                f"{self.context_length} (context_length), got shape {shape}"
            )
        x = self.dropout(self.tokens(tokens) + self.positions(np.arange(shape[-1])))
        for layer in self.layers:
            x = layer(x, is_causal=True)
        x = self.norm(x)
        return functional.linear(x, self.tokens.weight) if self.head is None else self.head(x)

    def generate(
        self,
        prompt: Any,
        length: int,
        temperature: float = 1.0,
        top_k: int | None = None,
        seed: init.Seed = None,
    ) -> np.ndarray[Any, Any]:
        """`prompt`, tokens of shape (T) or (N, T), with `length` drawn tokens behind it.

        Each is drawn from softmax(logits / temperature), of the `top_k` likeliest tokens alone if
        given; at temperature 0 it is the likeliest. Of a longer text the model sees the last
        `context_length` tokens. It runs in evaluation mode and without recording.

        Raises `ValueError` for a negative length or temperature and a top_k below 1.
        """
        if length < 0 or temperature < 0 or (top_k is not None and top_k < 1):
            raise ValueError(
                "generate needs a length and a temperature of at least 0 and a top_k of at least "
                f"1, got {length=}, {temperature=}, {top_k=}"
            )
        rng = np.random.default_rng(seed)
        text = values(prompt)
        with evaluating(self), no_grad():
            for _ in range(length):
                logits = self(text[..., -self.context_length :]).data[..., -1, :]
                drawn = _drawn(logits, temperature, top_k, rng)
                text = np.concatenate([text, drawn[..., None]], axis=-1)
        return text


def _drawn(
    logits: np.ndarray[Any, Any], temperature: float, top_k: int | None, rng: "np.random.Generator"
) -> np.ndarray[Any, Any]:
    """One class for every row of logits."""
    logits = logits.astype(np.float64)
    if top_k is not None and top_k < logits.shape[-1]:
        least = np.partition(logits, -top_k, axis=-1)[..., -top_k, None]
        logits = np.where(logits < least, -np.inf, logits)
    if not temperature:
        return np.asarray(np.argmax(logits, axis=-1))
    # The largest of logits with Gumbel noise is a draw from their softmax (Gumbel 1954).
    noise = rng.gumbel(size=logits.shape)
    return np.asarray(np.argmax(logits / temperature + noise, axis=-1))
