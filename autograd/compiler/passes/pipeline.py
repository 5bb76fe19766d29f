"""All that is done to a graph before it is written down."""

from autograd.compiler.graph import Graph
from autograd.compiler.passes import simplification as rules
from autograd.compiler.passes.expansion import expanded
from autograd.compiler.passes.filling import filled
from autograd.compiler.passes.joining import joined_slices, turned_slices
from autograd.compiler.passes.products import (
    in_order_of_use,
    outer_product,
    rows_together,
    turned_factors,
)
from autograd.compiler.passes.rewriting import rewritten
from autograd.compiler.passes.rows import by_rows

_PLAIN = [rules.unspread, rules.constant, rules.copied, rules.neutral, rules.turned_back]
_SHORTER = [rules.reshaped_at_once, rules.number_first, rules.factors, rules.mask_of_output]
_SHORTER += [joined_slices, turned_slices]
_QUICKER = [outer_product, filled, by_rows]


def simplified(graph: Graph) -> Graph:
    """The same results: constants folded, copies left out, repetitions shared, no dead code."""
    return rewritten(graph, _PLAIN)


def prepared(graph: Graph) -> Graph:
    """A simplified graph as a program has it: the same results by as little as can be."""
    graph = expanded(graph, ("elementwise", "primitive"))
    graph = rewritten(graph, [*_PLAIN, *_SHORTER, rules.signs])
    uses = graph.uses()
    # Signs that could not be taken into a sum are settled, in the place of being moved on.
    last = [rules.settled_sign(uses), turned_factors(uses), rows_together, *_QUICKER]
    return in_order_of_use(rewritten(graph, [*_PLAIN, *_SHORTER, *last]))
