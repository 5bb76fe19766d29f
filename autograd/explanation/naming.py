"""Names for the tensors of a record: the user's own, or readable ones where there are none."""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from itertools import count

from autograd.engine.tensor import Tensor


def assign_names(
    nodes: Iterable[Tensor], root: Tensor, known: Mapping[Tensor, str], root_name: str = "f"
) -> dict[Tensor, str]:
    """Return a name for each of `nodes`, no two alike.

    Names in `known` come first, then the tensors' own. A root without a name is called `root_name`;
    other leaves are called x1, x2, ... and other results v1, v2, ..., operands before results.
    """
    nodes = list(nodes)
    names: dict[Tensor, str] = {}
    taken = set[str]()
    # One counter for each prefix: names are never given back, so none needs to start again.
    counters: defaultdict[str, Iterator[int]] = defaultdict(lambda: count(1))

    def next_free(prefix: str) -> str:
        numbered = (f"{prefix}{i}" for i in counters[prefix])
        return next(name for name in numbered if name not in taken)

    def take(tensor: Tensor, name: str) -> None:
        unique = name if name not in taken else next_free(f"{name}_")
        names[tensor] = unique
        taken.add(unique)

    for tensor in nodes:
        name = known.get(tensor) or tensor.name
        if name:
            take(tensor, name)
    if root not in names:
        take(root, root_name)
    for tensor in nodes:
        if tensor not in names:
            take(tensor, next_free("x" if tensor.op is None else "v"))
    return names
