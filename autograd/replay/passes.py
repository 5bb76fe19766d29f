"""All that is done to a graph before it is written down."""

from autograd.replay import rules
from autograd.replay.expansion import expanded
from autograd.replay.graph import Graph
from autograd.replay.joining import joined_slices, turned_slices
from autograd.replay.products import rows_together, turned_factors
from autograd.replay.rewriting import rewritten

_PLAIN = [rules.unspread, rules.constant, rules.copied, rules.neutral, rules.turned_back]
_SHORTER = [rules.reshaped_at_once, rules.number_first, rules.factors, rules.mask_of_output]
_SHORTER += [joined_slices, turned_slices]


def simplified(graph: Graph) -> Graph:
    """The same results: constants folded, copies left out, repetitions shared, no dead code."""
    return rewritten(graph, _PLAIN)


def prepared(graph: Graph) -> Graph:
    """A simplified graph as a program has it: the same results by as little as can be."""
    graph = expanded(graph, ("elementwise", "primitive"))
    graph = rewritten(graph, [*_PLAIN, *_SHORTER, rules.signs])
    uses = graph.uses()
    # Signs that could not be taken into a sum are settled, in the place of being moved on.
    counting = [rules.settled_sign(uses), turned_factors(uses), rows_together]
    return rewritten(graph, [*_PLAIN, *_SHORTER, *counting])
