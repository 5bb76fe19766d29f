"""Einstein's summation: products of many arrays, summed over the letters that the result lacks.

The derivative of a product with respect to one factor is the product of the others; for einsum that
is einsum again, of the gradient and the other operands, with the operand's letters as the result.
"""

import math
from collections import Counter
from collections.abc import Sequence
from functools import lru_cache
from string import ascii_letters, ascii_lowercase, ascii_uppercase
from typing import Any

import numpy as np

from autograd.engine.axes import Call
from autograd.engine.declare import Primitive, composite
from autograd.engine.facts import Facts
from autograd.engine.shapes import Shape
from autograd.ops.shared.axes_of_products import Einsum
from autograd.ops.shared.matrices import fit

_BY_NUMBER = ascii_uppercase + ascii_lowercase
"""The letters that NumPy gives to the numbers of the list form, in the order of its results."""

_WORTH_A_SEARCH = 20_000
"""So many products take as long as NumPy's search for an order that needs fewer."""


@lru_cache(maxsize=1024)
def _terms(subscripts: str, ndims: tuple[int, ...]) -> tuple[str, ...]:
    """Return the letters of every operand and then of the result, with nothing left implicit.

    >>> _terms("...i,ij", (2, 2)), _terms("ba", (2,))
    (('ai', 'ij', 'aj'), ('ba', 'ab'))
    """
    left, arrow, result = subscripts.partition("->")
    terms = left.split(",")
    hidden = [n - len(term.replace("...", "")) for term, n in zip(terms, ndims, strict=True)]
    spare = [letter for letter in ascii_letters if letter not in subscripts]
    ellipsis = "".join(spare[: max([0, *hidden])])
    if not arrow:
        counts = Counter(left.replace(",", "").replace(".", ""))
        result = ellipsis + "".join(sorted(letter for letter, n in counts.items() if n == 1))
    written = [
        term.replace("...", ellipsis[len(ellipsis) - n :])
        for term, n in zip(terms, hidden, strict=True)
    ]
    return (*written, result.replace("...", ellipsis))


@lru_cache(maxsize=1024)
def _derivative(
    k: int, subscripts: str, shapes: tuple[Shape, ...]
) -> tuple[str, tuple[int, ...], tuple[bool, ...], bool]:
    """Return the subscripts of the gradient of operand `k`: gradient, other operands, ties.

    A letter that is repeated in the operand stands for its diagonal; in place of its second
    occurrence comes a letter that an identity matrix, of one of the lengths `ties`, ties to it.
    `known` says which axes the operand shares with others; the rest it has summed out alone. Last
    comes whether there is so much to multiply that NumPy should look for a good order.

    >>> _derivative(0, "ij,jk->ik", ((2, 3), (3, 4)))
    ('ik,jk->ij', (), (True, True), False)
    >>> _derivative(0, "iij->i", ((2, 2, 3),))
    ('i,ia->ia', (2,), (True, True, False), False)
    """
    *terms, result = _terms(subscripts, tuple(map(len, shapes)))
    letters = [result, *terms[:k], *terms[k + 1 :]]
    spare = iter([letter for letter in ascii_letters if letter not in "".join((*terms, result))])
    mine, ties = "", []
    for letter, length in zip(terms[k], shapes[k], strict=True):
        if letter in mine:
            tied = next(spare)
            letters.append(letter + tied)
            ties.append(length)
            letter = tied
        mine += letter
    known = tuple(letter in "".join(letters) for letter in mine)
    target = "".join(letter for letter, is_known in zip(mine, known, strict=True) if is_known)
    lengths: dict[str, int] = {}
    for term, shape in zip(terms, shapes, strict=True):
        for letter, length in zip(term, shape, strict=True):
            lengths[letter] = max(length, lengths.get(letter, 1))
    long = math.prod(lengths.values()) > _WORTH_A_SEARCH
    return f"{','.join(letters)}->{target}", tuple(ties), known, long


def _pull(k: int, g: Any, y: Any, *xs: Any, subscripts: str, optimize: Any = False) -> Any:
    """Sum the gradient times the other operands over the letters that operand `k` lacks."""
    shape = xs[k].shape
    expression, ties, known, long = _derivative(k, subscripts, tuple(np.shape(x) for x in xs))
    factors = [g, *xs[:k], *xs[k + 1 :], *(np.eye(n, dtype=bool) for n in ties)]
    optimize = long and (len(factors) > 2 or _passed_on(optimize))
    cotangent = np.einsum(expression, *factors, optimize=optimize)
    if cotangent.shape == shape:
        return cotangent
    # Entries along axes that are summed out alone get the same gradient; axes of length 1 that
    # other operands stretch get the sum.
    lengths = iter(cotangent.shape)
    spread = tuple(next(lengths) if is_known else 1 for is_known in known)
    cotangent = np.reshape(cotangent, spread)
    cotangent = fit(
        cotangent, tuple(1 if n == 1 else m for n, m in zip(shape, spread, strict=True))
    )
    return np.broadcast_to(cotangent, shape)


def _push(k: int, t: Any, y: Any, *xs: Any, subscripts: str, optimize: Any = False) -> Any:
    return np.einsum(subscripts, *xs[:k], t, *xs[k + 1 :], optimize=optimize)


def _passed_on(optimize: Any) -> Any:
    """Return `optimize` for a derivative: a path that was given is for other operands."""
    return optimize if isinstance(optimize, bool | str) else True


def _einsum(*operands: Any, subscripts: str, optimize: Any = False) -> Any:
    return np.einsum(subscripts, *operands, optimize=optimize)


def _is_view(call: Call) -> bool:
    """Return whether NumPy gives a view: of one operand, all of whose letters the result has."""
    if len(call.shapes) != 1:
        return False
    term, result = _terms(call.params["subscripts"], (call.ndim(),))
    return set(term) <= set(result)


einsum = Primitive(
    lambda operands, **params: _einsum(*operands, **params),
    "primitive",
    [_pull],
    [_push],
    impl=_einsum,
    name="einsum",
    parameters=["subscripts", "optimize"],
    variadic=True,
    facts=Facts(analytic=True, axes=Einsum(), view=_is_view),
)


@composite(np.einsum)
def numpy_einsum(*operands: Any, optimize: Any = False) -> Any:
    """NumPy's two forms: subscripts as a string, or a list of numbers after each operand."""
    subscripts, arrays = _as_string(operands)
    params = {"subscripts": subscripts}
    return einsum.apply(tuple(arrays), {**params, "optimize": optimize} if optimize else params)


def _as_string(operands: Sequence[Any]) -> tuple[str, Sequence[Any]]:
    """Return the subscripts without spaces, and the arrays."""
    first, *rest = operands
    if isinstance(first, str):
        return first.replace(" ", ""), rest
    pairs = len(operands) // 2 * 2
    subscripts = ",".join(map(_letters, operands[1:pairs:2]))
    if len(operands) > pairs:
        subscripts += "->" + _letters(operands[-1])
    return subscripts, operands[:pairs:2]


def _letters(numbers: Sequence[Any]) -> str:
    for number in numbers:
        if number is not Ellipsis and not 0 <= number < len(_BY_NUMBER):
            raise ValueError(f"subscript {number} is not within the valid range [0, 52)")
    return "".join("..." if n is Ellipsis else _BY_NUMBER[n] for n in numbers)


@composite(np.einsum_path, differentiable=False)
def einsum_path(*operands: Any, **kwargs: Any) -> Any:
    """Return the order of contractions, which depends on shapes alone."""
    shapes = [np.broadcast_to(0, x.shape) if hasattr(x, "shape") else x for x in operands]
    return np.einsum_path(*shapes, **kwargs)
