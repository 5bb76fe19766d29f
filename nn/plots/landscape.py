"""The loss around a trained network, along two directions in the space of its parameters."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import TYPE_CHECKING, Any

import numpy as np

from autograd import ShapeError, Tensor
from nn.functional.operands import values
from nn.init import Seed
from nn.module import Module
from nn.plots.contour_lines import draw_levels, draw_paths, draw_star, limits
from nn.plots.models import Array, evaluate_only, to_model_input
from nn.plots.styling import FilePath, finish_figure, legend_beside, panels, style

if TYPE_CHECKING:
    from matplotlib.figure import Figure

Loss = Callable[[Any, Any], Any]
State = Mapping[str, Any]


def loss_surface(
    model: Module,
    loss: Loss,
    data: tuple[Any, ...],
    *,
    trajectory: Sequence[State] | None = None,
    directions: str = "random",
    span: float = 1.0,
    points: int = 51,
    levels: int = 16,
    seed: Seed = 0,
    path: FilePath | None = None,
    axes: Any = None,
) -> "Figure":
    """Map the loss of `model` on `data`, (x, y), around where its parameters are now.

        f(a, b) = loss(theta + a d1 + b d2)

    With `directions="random"` d1 and d2 are drawn normally and each filter, a slice along the first
    axis of a weight, is given the length of the filter it changes; parameters of one axis stay. The
    map goes to ±`span`. With `directions="pca"` they are the first two principal components of the
    `trajectory`, of length 1, and the map shows all of it. The `trajectory` holds a `state_dict()`
    for each moment of a training; its points are drawn where they fall onto the plane. Source: Li
    et al., Visualizing the loss landscape of neural nets (2018), sections 4 and 7.

    It runs `points`^2 times on all of `data`, in evaluation mode and without recording. Parameters
    and modes are afterwards the very ones they were; buffers stay as they are all the time.

    Raises `TypeError` unless `data` is a tuple of arrays; `ValueError` for unknown directions, a
    model without parameters, and "pca" without a trajectory of three states that do not lie on a
    line; `ShapeError` for other states than the model's and a loss that is not one number.

    >>> from nn import MLP, MSELoss, plots
    >>> x = np.linspace(-1, 1, 8)[:, None]
    >>> axes = plots.figure(4, 3).add_subplot()
    >>> _ = loss_surface(MLP([1, 4, 1], seed=0), MSELoss(), (x, x**2), points=9, axes=axes)
    >>> axes.get_xlabel()
    'random direction 1'
    """
    if not isinstance(data, tuple) or len(data) < 2:
        raise TypeError(f"data is a tuple of arrays, inputs and then the target; got {data!r:.60}")
    parameters = dict(model.named_parameters())
    if not parameters:
        raise ValueError("a model without parameters has no loss surface")
    centre = _vector({name: tensor.data for name, tensor in parameters.items()}, parameters)
    states = [_vector(state, parameters) for state in trajectory or ()]
    offsets = np.array(states).reshape(-1, centre.size) - centre
    if directions == "random":
        plane = _filter_normalised(parameters, np.random.default_rng(seed))
        names = ["random direction 1", "random direction 2"]
    elif directions == "pca":
        plane, shares = _principal(offsets)
        names = [f"principal direction {k} ({share:.0%})" for k, share in enumerate(shares, 1)]
    else:
        raise ValueError(f"directions must be 'random' or 'pca', got {directions!r}")
    way = np.linalg.lstsq(plane.T, offsets.T)[0].T
    ends = ((-span, span) if directions == "random" else limits(np.zeros(1), w) for w in way.T)
    across, up = (np.linspace(*end, points) for end in ends)
    places = ((centre + a * plane[0] + b * plane[1] for a in across) for b in up)
    values = _losses(model, loss, data, parameters, places)

    made, (place,) = panels(1, 6.0, 4.8, axes=axes, path=path)
    style(place, title="loss surface", xlabel=names[0], ylabel=names[1])
    draw_levels(place, across, up, values, levels)
    draw_star(place, (0.0, 0.0), "the model")
    draw_paths(place, {"training": way} if len(way) else {})
    legend_beside(place)
    return finish_figure(made, path)


def _vector(state: State, parameters: Mapping[str, Tensor]) -> Array:
    """All parameters of a state, one after the other."""
    for name, tensor in parameters.items():
        if name not in state or np.shape(values(state[name])) != tensor.shape:
            raise ShapeError(
                f"a trajectory holds states of this model, and one has no {name} of shape "
                f"{tensor.shape}"
            )
    return np.concatenate([np.ravel(values(state[name])).astype(float) for name in parameters])


def _filter_normalised(parameters: Mapping[str, Tensor], rng: np.random.Generator) -> Array:
    """Two random directions, (2, parameters): |d_i| = |theta_i| for each filter i."""
    plane = []
    for tensor in parameters.values():
        weight = tensor.data.astype(float)
        if weight.ndim < 2:
            plane.append(np.zeros((2, weight.size)))
            continue
        filters = weight.reshape(len(weight), -1)
        draws = rng.normal(size=(2, *filters.shape))
        lengths = [np.linalg.norm(x, axis=-1, keepdims=True) for x in (filters, draws)]
        plane.append((draws * lengths[0] / lengths[1]).reshape(2, -1))
    return np.concatenate(plane, axis=1)


def _principal(offsets: Array) -> tuple[Array, Array]:
    """Return the two directions, (2, parameters), of the largest variance, and their shares."""
    if len(offsets):
        _, lengths, axes = np.linalg.svd(offsets - offsets.mean(axis=0), full_matrices=False)
        if len(lengths) > 1 and lengths[1] > 1e-12 * lengths[0]:
            return axes[:2], (lengths**2 / np.sum(lengths**2))[:2]
    raise ValueError(
        "directions='pca' needs a trajectory of at least three states that do not lie on a line: "
        "trajectory=[model.state_dict(), ...], one after every epoch say"
    )


def _losses(
    model: Module,
    loss: Loss,
    data: tuple[Any, ...],
    parameters: Mapping[str, Tensor],
    places: Iterable[Iterable[Array]],
) -> Array:
    """Return the loss with the parameters at each of the places, which stand in rows."""
    *inputs, target = (to_model_input(model, x) for x in data)
    tensors = list(parameters.values())
    ends = np.cumsum([tensor.size for tensor in tensors])[:-1]

    def loss_at(place: Array) -> float:
        for tensor, part in zip(tensors, np.split(place, ends), strict=True):
            tensor.data = part.reshape(tensor.shape).astype(tensor.dtype)[()]
        value = values(loss(model(*map(Tensor, inputs)), target))
        if value.size != 1:
            raise ShapeError(f"a loss surface needs a loss of one number, got shape {value.shape}")
        return float(value.item())

    # The very same arrays come back, so that what was recorded with them before can still be
    # walked: unlike `assign`, this leaves no note of a change.
    before = [tensor.data for tensor in tensors]
    try:
        # Far away from the trained parameters anything may overflow.
        with evaluate_only(model), np.errstate(all="ignore"):
            return np.array([[loss_at(place) for place in row] for row in places])
    finally:
        for tensor, value in zip(tensors, before, strict=True):
            tensor.data = value
