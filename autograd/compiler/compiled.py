"""`compile`: a function recorded once for each form of its arguments, and replayed."""

import inspect
import threading
import warnings
from collections import OrderedDict
from collections.abc import Callable, Sequence
from functools import update_wrapper
from typing import Any

import numpy as np

from autograd.compiler.graph import Graph
from autograd.compiler.known import may_change_shape
from autograd.compiler.numpy_target.emit import DepartedError, emit
from autograd.compiler.passes.expansion import expand
from autograd.compiler.passes.pipeline import prepare, simplify
from autograd.compiler.scalar_target import emit_scalars, is_scalar
from autograd.compiler.shard.cutting import NotShardableError
from autograd.compiler.shard.running import Shards, make_shards
from autograd.compiler.signature import Arguments, flag_operands, name_operands, replace_operands
from autograd.compiler.source import Code, Form, find_destinations
from autograd.compiler.trace import trace
from autograd.engine.modes import mode
from autograd.engine.tensor import Tensor
from autograd.transforms.sampling import Generators, random
from autograd.transforms.scope import in_transform
from autograd.transforms.trees import leaves_of, with_leaves

LARGEST_NUMBER_OF_PROGRAMS = 16


class Program:
    """The program of a function for arguments of one form."""

    def __init__(self, graph: Graph, way: "Lines | Shards") -> None:
        self.captured = [(x, x.shape, x.dtype) for x in graph.captured]
        self.assigned = [x for x, _ in graph.assigned]
        self.source, self._replay = way.source, way.run
        self._draws = [node.params for node in graph.draws()]
        self._may_depart = any(map(may_change_shape, graph.steps))

    def is_current(self) -> bool:
        """Return whether tensors that the function closes over keep their shapes and dtypes."""
        for tensor, shape, dtype in self.captured:
            value = tensor._data
            if value.shape != shape or value.dtype != dtype:
                return False
        return True

    def note_generators(self) -> Generators:
        """Return the states of the generators, if a call may draw from them in vain."""
        found = Generators()
        if self._may_depart:
            for params in self._draws:
                found.note(params["draw"], params["args"])
        return found

    def draw(self) -> list[Any]:
        """Draw random numbers for a run."""
        return [random.impl(**params) for params in self._draws]

    def run(self, values: Sequence[Any], draws: Sequence[Any]) -> Any:
        """Return the results for other values of the arguments."""
        captured = [tensor._data for tensor, _, _ in self.captured]
        result = self._replay(values, captured, draws)
        if not self.assigned:
            return result
        result, *assigned = result
        for tensor, value in zip(self.assigned, assigned, strict=True):
            tensor.assign(value)
        return result


class Lines:
    """A program for one thread; each thread that calls it has its own buffers."""

    def __init__(self, graph: Graph, form: Form) -> None:
        graph = prepare(graph)
        self._in_numpy = emit(graph, form)
        self._code = emit_scalars(graph, form) if is_scalar(graph, form) else self._in_numpy
        self.source = self._code.source
        self._threads = threading.local()

    def run(self, values: Sequence[Any], captured: Sequence[Any], draws: Sequence[Any]) -> Any:
        """Return the outputs, followed by the values to assign if there are any."""
        try:
            return self._get_program(self._code)(*values, *captured, *draws)
        except (ArithmeticError, ValueError):
            if self._code is self._in_numpy:
                raise
            return self._get_program(self._in_numpy)(*values, *captured, *draws)

    def _get_program(self, code: Code) -> Callable[..., Any]:
        """Return the program with the buffers of this thread."""
        programs = vars(self._threads)
        program = programs.get(code.source)
        if program is None:
            program = programs[code.source] = code.prepare()
        return program


class Compiled:
    """A compiled function; `source` shows the program of the last call that made one."""

    def __init__(
        self,
        fn: Callable[..., Any],
        copy: bool,
        into: Any,
        batch_argnums: Sequence[int],
        threads: int | None,
    ) -> None:
        update_wrapper(self, fn, updated=())
        self._fn, self._copy, self._into = fn, copy, into
        self._batch_argnums, self._count = batch_argnums, threads
        self._programs: OrderedDict[Any, Program] = OrderedDict()
        self._lock = threading.Lock()
        self._source: str | None = None
        self._names = _find_parameter_names(fn)

    @property
    def source(self) -> str:
        """The program as Python source.

        Raises `ValueError` before the first call.
        """
        if self._source is None:
            raise ValueError("there is no program before the first call, which makes it")
        return self._source

    def __call__(self, *args: Any, **kwargs: Any) -> Any:
        if mode.trace is not None or mode.anomaly or in_transform():
            return self._fn(*args, **kwargs)
        given = Arguments(args, kwargs)
        if given.recorded and mode.recording:
            return self._fn(*args, **kwargs)
        key = (given.key, mode.recording)
        with self._lock:
            program = self._programs.get(key)
            if program is not None:
                self._programs.move_to_end(key)
        if program is None or not program.is_current():
            return self._trace(key, args, kwargs, given)
        note_generators = program.note_generators()
        try:
            return program.run(given.values, program.draw())
        except DepartedError:
            note_generators.put_back()
            return self._return_eager(self._fn(*args, **kwargs), given.of_tensors)

    def _return_eager(self, result: Any, of_tensors: bool) -> Any:
        """Return results of the function itself in the form of those of a program."""
        leaves = leaves_of(result)
        values = [x._data if type(x) is Tensor else x for x in leaves]
        for k, wanted in enumerate(find_destinations(self._into, with_leaves(result, values))):
            if wanted is not None:
                np.copyto(wanted.array, values[k])
                values[k] = wanted.array
        wrapped = [of_tensors and type(x) is Tensor for x in leaves]
        return with_leaves(result, map(lambda x, flag: Tensor(x) if flag else x, values, wrapped))

    def _trace(
        self, key: Any, args: tuple[Any, ...], kwargs: dict[str, Any], given: Arguments
    ) -> Any:
        """Record the function, keep the program and run it."""
        names = name_operands(args, kwargs, *self._names)
        results: list[Any] = []

        def run(tensors: list[Tensor]) -> list[Any]:
            args_, kwargs_ = replace_operands((args, kwargs), tensors)
            results.append(self._fn(*args_, **kwargs_))
            return leaves_of(results[0])

        graph = trace(run, given.values, names)
        tree = results[0]
        for leaf in leaves_of(tree):
            _require_result(self._fn, leaf)
        # This call has drawn its random numbers.
        draws = [node.value for node in graph.draws()]
        graph = simplify(expand(graph))
        wrapped = [given.of_tensors and type(x) is Tensor for x in leaves_of(tree)]
        form = Form(tree, wrapped, self._copy, find_destinations(self._into, tree))
        program = Program(graph, self._make_shards(graph, form, args, kwargs) or Lines(graph, form))
        with self._lock:
            self._programs[key] = program
            self._programs.move_to_end(key)
            if len(self._programs) > LARGEST_NUMBER_OF_PROGRAMS:
                self._programs.popitem(last=False)
            self._source = program.source
        return program.run(given.values, draws)

    def _make_shards(
        self, graph: Graph, form: Form, args: tuple[Any, ...], kwargs: dict[str, Any]
    ) -> Shards | None:
        """Return the program for several threads, if there is a batch and sharing it out pays."""
        if not self._batch_argnums:
            return None
        try:
            batch = flag_operands(args, kwargs, self._batch_argnums)
            return make_shards(graph, form, batch, self._count)
        except NotShardableError as error:
            if self._count is not None:
                warnings.warn(f"not shared out among threads: {error}", stacklevel=4)
            return None


def compile(
    fn: Callable[..., Any],
    *,
    copy: bool = True,
    into: Any = None,
    batch_argnums: int | Sequence[int] = (),
    threads: int | None = None,
) -> Compiled:
    """Return `fn`, recorded once for each form of its arguments and replayed as straight-line code.

    The first call with arguments of a new form runs `fn` on tensors that record everything and
    makes a program of the record: constants folded, equal steps shared, dead ones dropped, arrays
    written into memory that is used again, single numbers computed by Python's floats. This call
    and later ones run the program; its text is `source`. Derivatives compile too:
    `compile(value_and_grad(loss))`.

    The form is the structure of the arguments and the shapes and dtypes in it. Python's ints,
    floats and complex numbers may change from call to call; `True`, strings, `None`, functions and
    other objects that can be hashed are constants, with a program for each. The last 16 are kept.

    Every call reads the values of arguments and of tensors that `fn` closes over (so it sees an
    optimiser's steps), draws `autograd.sample`, and runs `autograd.checked` and `Tensor.assign`.
    Everything else happens only when `fn` is recorded: reading NumPy arrays, attributes and
    globals, drawing from a generator without `autograd.sample`, printing, other checks of values,
    and `with np.errstate`. The function of a `primitive` is called at every call; one whose facts
    say that it is `pure` may be taken apart. Where the shape or dtype of a result depends on values
    and is another one than in the traced run, `fn` itself runs.

    With tensors among the arguments, results are tensors, otherwise arrays and numbers; they belong
    to no graph. Inside a transform, or when an argument requires gradients, `fn` itself runs. Each
    thread has its own buffers. With `copy=False` results may be such buffers, which the next call
    overwrites. `into` has arrays in the places of results that programs write there, and `None` in
    those of all others: `into=(None, {"w": array})`; nothing else may lie in them.

    With `batch_argnums`, the positions of arguments whose arrays have samples along their first
    axis, the program may run in shards: each of `threads` has a part of the batch, and sums over
    the batch, such as gradients, are added up in the order of the parts and so have the same bits
    at every call. A record that depends on samples in other ways gives one program, which a
    warning says if `threads` was given. Without `threads`, the cores share large arrays out; with
    small ones the threads would wait for one another.

    Raises `ValueError` for less than one thread; `TraceError`, with the line, where `fn` needs the
    number in a traced tensor, as for `if`, `float()`, `.item()` or `.data`, or calls `backward`;
    `TypeError` for arguments that cannot be hashed and results that are no numbers, arrays or
    tensors.

    >>> f = compile(lambda x, y: (x + y) ** 2)
    >>> f(1.0, 2.0), f(2.0, 3.0)
    (9.0, 25.0)
    >>> print(f.source)
    # x, y: float
    def program(x, y):
        t0 = x + y
        t1 = t0 * t0
        if not math.isfinite(t1):
            raise ArithmeticError
        return t1
    <BLANKLINE>
    """
    if threads is not None and threads < 1:
        raise ValueError(f"threads must be at least 1, got {threads}")
    argnums = (batch_argnums,) if isinstance(batch_argnums, int) else tuple(batch_argnums)
    return Compiled(fn, copy, into, argnums, threads)


def _find_parameter_names(fn: Callable[..., Any]) -> tuple[list[str], str]:
    """Return names for positional arguments, and one for those beyond."""
    try:
        parameters = list(inspect.signature(fn).parameters.values())
    except (TypeError, ValueError):
        parameters = []
    names = [p.name for p in parameters if p.kind in (p.POSITIONAL_ONLY, p.POSITIONAL_OR_KEYWORD)]
    rest = next((p.name for p in parameters if p.kind is p.VAR_POSITIONAL), "x")
    return names, rest


def _require_result(fn: Callable[..., Any], x: Any) -> None:
    """Raise `TypeError` for a result that may hide numbers of the traced run."""
    plain = bool | int | float | complex | str | None | np.ndarray | np.generic
    if type(x) is not Tensor and not isinstance(x, plain):
        name = getattr(fn, "__name__", "the function")
        raise TypeError(
            f"a compiled function returns tensors, arrays and numbers, alone or in tuples, lists, "
            f"dicts and dataclasses; {name} returned a {type(x).__name__}"
        )
