"""The passes in the order in which a graph goes through them."""

from autograd.compiler.graph import Graph
from autograd.compiler.passes.expansion import expand
from autograd.compiler.passes.filling import fill_in_place
from autograd.compiler.passes.joining import join_slices, transpose_joined
from autograd.compiler.passes.products import (
    merge_rows,
    multiply_outer,
    order_axes_by_use,
    transpose_factors,
)
from autograd.compiler.passes.rewriting import rewrite
from autograd.compiler.passes.rows import reduce_by_rows
from autograd.compiler.passes.simplification import (
    cancel_transposes,
    fold_constant,
    merge_factors,
    merge_reshapes,
    move_signs,
    put_number_first,
    settle_signs,
    skip_copy,
    skip_neutral,
    unbroadcast_operands,
    use_mask_of_output,
)

_PLAIN = [unbroadcast_operands, fold_constant, skip_copy, skip_neutral, cancel_transposes]
_SHORTER = [merge_reshapes, put_number_first, merge_factors, use_mask_of_output]
_SHORTER += [join_slices, transpose_joined]
_QUICKER = [multiply_outer, fill_in_place, reduce_by_rows]


def simplify(graph: Graph) -> Graph:
    """Return the graph with constants folded, copies skipped, equal steps shared, no dead code."""
    return rewrite(graph, _PLAIN)


def prepare(graph: Graph) -> Graph:
    """Return a simplified graph in the form in which programs compute it fastest."""
    graph = expand(graph, ("elementwise", "primitive"))
    graph = rewrite(graph, [*_PLAIN, *_SHORTER, move_signs])
    uses = graph.uses()
    # Signs that no sum has absorbed are settled from here on, not moved.
    last = [settle_signs(uses), transpose_factors(uses), merge_rows, *_QUICKER]
    return order_axes_by_use(rewrite(graph, [*_PLAIN, *_SHORTER, *last]))
