"""Pictures for which a model runs: decision boundaries and loss surfaces."""

from typing import Any

import numpy as np
import pytest

import nn
from autograd import ShapeError, Tensor, is_grad_enabled
from nn import plots

pytest.importorskip("matplotlib")

RNG = np.random.default_rng(0)
X = RNG.normal(size=(30, 2))
LABELS = np.argmax(np.stack([X[:, 0], X[:, 1], -X.sum(axis=1)]), axis=0)


def panel() -> Any:
    return plots.figure(4, 3).add_subplot()


def legend(axes: Any) -> list[str]:
    return [text.get_text() for text in axes.get_legend().get_texts()]


def scores(points: Tensor) -> Tensor:
    """Return the class that `LABELS` are of has the highest."""
    return np.stack([points[:, 0], points[:, 1], -points[:, 0] - points[:, 1]], axis=1)


class Watched(nn.Module):
    """Says how it was run."""

    def __init__(self, dtype: Any = np.float32) -> None:
        self.inner = nn.Linear(2, 3, dtype=dtype, seed=0)
        self.inner.eval()
        self.seen: list[Any] = []

    def forward(self, x: Any) -> Any:
        y = self.inner(x)
        self.seen.append((self.training, self.inner.training, is_grad_enabled(), x.dtype, y.dtype))
        return y


# Decision boundary -------------------------------------------------------------------------------


def test_every_class_has_its_region_and_points() -> None:
    axes = panel()
    plots.decision_boundary(scores, X, LABELS, axes=axes)
    assert axes.get_title("left") == "100.0% of 30 points right"
    assert legend(axes) == ["class 0", "class 1", "class 2"]
    for k, line in enumerate(axes.lines):
        np.testing.assert_array_equal(line.get_xydata(), X[k == LABELS])
    assert len({line.get_marker() for line in axes.lines}) == 3
    # For each class a region and the line around it.
    assert len(axes.collections) == 6
    xs, ys = axes.collections[0].get_paths()[0].vertices.T
    assert np.all(xs >= np.maximum(ys, -xs - ys) - 0.05)
    xs, ys = axes.collections[1].get_paths()[0].vertices.T
    # Exact but where three regions meet within one square of the grid.
    assert np.mean(np.isclose(xs, np.maximum(ys, -xs - ys))) > 0.98


def test_points_in_the_wrong_region_are_ringed() -> None:
    axes, labels = panel(), LABELS.copy()
    labels[[3, 7]] = (labels[[3, 7]] + 1) % 3
    plots.decision_boundary(scores, X, labels, names=["a", "b", "c"], axes=axes)
    assert legend(axes) == ["a", "b", "c", "wrong"]
    np.testing.assert_array_equal(axes.lines[-1].get_xydata(), X[[3, 7]])
    assert axes.get_title("left") == "93.3% of 30 points right"


@pytest.mark.parametrize("shape", [(30,), (30, 1)])
@pytest.mark.parametrize("threshold", [None, 0.0])
def test_one_column_is_class_1_above_the_threshold(shape: Any, threshold: float | None) -> None:
    labels = (X[:, 0] > 0.3).reshape(shape).astype(float)
    shift = 0.5 if threshold is None else 0.0

    def output(points: Tensor) -> Tensor:
        raw = (points[:, 0] - 0.3) / 10 + shift
        return raw.reshape(-1, *shape[1:])

    axes = panel()
    plots.decision_boundary(output, X, labels, threshold=threshold, axes=axes)
    assert axes.get_title("left") == "100.0% of 30 points right"
    border = axes.collections[1].get_paths()[0].vertices
    np.testing.assert_allclose(border[:, 0], 0.3, atol=1e-6)


def test_labels_may_be_probabilities_or_signs() -> None:
    axes = panel()
    plots.decision_boundary(scores, X, np.eye(3)[LABELS], axes=axes)
    assert axes.get_title("left") == "100.0% of 30 points right"
    signs, axes = np.sign(X[:, 0]), panel()
    plots.decision_boundary(lambda p: p[:, 0], X, signs, threshold=0, axes=axes)
    assert axes.get_title("left") == "100.0% of 30 points right"


def test_a_perceptron_and_a_model_that_always_says_the_same() -> None:
    perceptron = nn.Perceptron(2)
    labels = (X[:, 0] > 0).astype(int)
    perceptron.fit(X, labels)
    axes = panel()
    plots.decision_boundary(perceptron, X, labels, axes=axes)
    assert len(axes.collections) == 4
    axes = panel()
    plots.decision_boundary(lambda p: 0 * p[:, 0], X, labels, axes=axes)
    # One region, no line; and the points of a class that has no region.
    assert len(axes.collections) == 1
    assert legend(axes) == ["class 0", "class 1", "wrong"]


@pytest.mark.parametrize("dtype", [np.float32, np.float64])
def test_the_model_runs_in_evaluation_mode_unrecorded_and_in_its_dtype(dtype: Any) -> None:
    model = Watched(dtype)
    plots.decision_boundary(model, X, LABELS, axes=panel())
    assert set(model.seen) == {(False, False, False, np.dtype(dtype), np.dtype(dtype))}
    assert (model.training, model.inner.training) == (True, False)
    assert is_grad_enabled()


def test_modes_are_restored_after_an_error() -> None:
    model = nn.Sequential(nn.Linear(3, 1, seed=0))
    with pytest.raises(ShapeError):
        plots.decision_boundary(model, X, LABELS)
    assert model.training
    assert model[0].training


@pytest.mark.parametrize(
    ("arguments", "options", "error", "said"),
    [
        ((scores, X[:, :1], LABELS), {}, ShapeError, r"points of shape \(N, 2\), got \(30, 1\)"),
        ((scores, X[:0], LABELS[:0]), {}, ShapeError, r"got \(0, 2\)"),
        ((scores, X, LABELS[:-1]), {}, ShapeError, r"30 points need classes .* got \(29,\)"),
        ((lambda p: p[:, 0], X, LABELS), {}, ValueError, r"leave \[0, 1\]; .* use threshold=0"),
        ((lambda p: p[None], X, LABELS), {}, ShapeError, r"outputs of shape \(N\).* got \(1, "),
        ((scores, X, LABELS), {"names": ["a"]}, ValueError, "3 classes need as many names, got 1"),
    ],
)
def test_what_makes_no_boundary(
    arguments: Any, options: Any, error: type[Exception], said: str
) -> None:
    with pytest.raises(error, match=said):
        plots.decision_boundary(*arguments, **options)


# Loss surface ------------------------------------------------------------------------------------


class Plane(nn.Module):
    """Two weights, each a filter of its own, so that the surface is known."""

    def __init__(self, dtype: Any = np.float64) -> None:
        self.weight = nn.Parameter(np.array([[3.0], [4.0]], dtype))
        self.bias = nn.Parameter(np.array([7.0], dtype))

    def forward(self, x: Any) -> Any:
        return self.weight * x


def bowl(output: Any, target: Any) -> Any:
    return np.sum((output - target) ** 2)


def test_random_directions_have_the_length_of_the_filters_they_change() -> None:
    model = nn.Sequential(nn.Linear(3, 4, seed=0), nn.Conv2d(2, 5, 3, seed=0))
    seen: list[Any] = []

    def loss(output: Any, target: Any) -> Any:
        seen.append([p.data.copy() for p in model.parameters()])
        return np.zeros(())

    class Nothing(nn.Module):
        def __init__(self) -> None:
            self.inner = model

        def forward(self, x: Any) -> Any:
            return x

    before = [p.data for p in model.parameters()]
    plots.loss_surface(Nothing(), loss, (X, X), points=3, span=2.0, axes=panel())
    assert len(seen) == 9
    # Rows go up along the second direction, columns along the first; the middle is the model.
    for middle, now in zip(before, seen[4], strict=True):
        np.testing.assert_array_equal(now, middle)
    for k in (3, 7):
        weight, bias, kernel, kernel_bias = (
            now - p for now, p in zip(seen[k], before, strict=True)
        )
        assert not np.any(bias)
        assert not np.any(kernel_bias)
        for moved, weights in ((weight, before[0]), (kernel, before[2])):
            rows = [np.linalg.norm(w.reshape(len(w), -1), axis=1) for w in (moved, weights)]
            np.testing.assert_allclose(rows[0], 2 * rows[1], rtol=1e-5)
    assert not np.allclose(seen[3][0], seen[7][0])
    names = [name for name, _ in Nothing().named_parameters()]
    states = [dict(zip(names, seen[k], strict=True)) for k in (3, 7)]
    axes = panel()
    plots.loss_surface(Nothing(), loss, (X, X), points=3, trajectory=states, axes=axes)
    np.testing.assert_allclose(axes.lines[1].get_xydata(), [[-2, 0], [0, 2]], atol=1e-5)


def test_the_surface_is_the_loss_along_the_directions() -> None:
    model, axes = Plane(), panel()
    figure = plots.loss_surface(model, bowl, (1.0, 0.0), points=5, axes=axes)
    assert figure is axes.figure
    assert axes.get_xlabel() == "random direction 1"
    assert [*axes.get_xlim(), *axes.get_ylim()] == [-1, 1, -1, 1]
    levels = axes.collections[0].levels
    # Of one weight a direction is plus or minus itself, so that the map holds w (1 ± a ± b) for
    # both: 3 or -1 times each at the far corners.
    assert levels[0] >= 0
    assert levels[-1] in (pytest.approx(9 * 9 + 16), pytest.approx(9 + 9 * 16), pytest.approx(225))
    assert axes.lines[0].get_label() == "the model"
    assert axes.lines[0].get_xydata().tolist() == [[0, 0]]
    same, other = panel(), panel()
    plots.loss_surface(model, bowl, (1.0, 0.0), points=5, axes=same)
    plots.loss_surface(model, bowl, (1.0, 0.0), points=5, seed=8, axes=other)
    np.testing.assert_array_equal(same.collections[0].levels, levels)
    assert not np.array_equal(other.collections[0].levels, levels)


def trajectory(model: nn.Module, *points: tuple[float, float]) -> list[dict[str, Any]]:
    return [{"weight": np.array([[a], [b]]), "bias": np.array([7.0])} for a, b in points]


def test_principal_directions_show_a_path_in_the_plane_as_it_is() -> None:
    model, axes = Plane(), panel()
    points = [(0.0, 0.0), (1.0, 3.0), (2.0, 2.0), (3.0, 4.0)]
    states = trajectory(model, *points)
    plots.loss_surface(
        model, bowl, (1.0, 0.0), trajectory=states, directions="pca", points=21, axes=axes
    )
    way = axes.lines[1].get_xydata()
    assert axes.lines[1].get_label() == "training"
    # The plane of the two weights is turned, and nothing more.
    np.testing.assert_allclose(
        np.linalg.norm(way, axis=1), [np.hypot(a - 3, b - 4) for a, b in points], atol=1e-12
    )
    np.testing.assert_allclose(np.linalg.norm(way[1] - way[2]), np.sqrt(2))
    shares = [float(label.split("(")[1][:-2]) for label in (axes.get_xlabel(), axes.get_ylabel())]
    assert sum(shares) == pytest.approx(100, abs=1)
    assert shares[0] > shares[1]
    (left, right), (low, high) = axes.get_xlim(), axes.get_ylim()
    assert np.all((way > [left, low]) & (way < [right, high]))
    assert axes.collections[0].levels[-1] >= 25


def test_a_path_is_projected_onto_random_directions() -> None:
    model, axes = nn.Linear(4, 2, seed=0), panel()
    weight = model.weight.data
    states = [{"weight": factor * weight, "bias": model.bias.data} for factor in (0.0, 0.5, 1.0)]
    loss, data = nn.MSELoss(), (np.ones((1, 4)), np.ones((1, 2)))
    plots.loss_surface(model, loss, data, trajectory=states, points=5, axes=axes)
    way = axes.lines[1].get_xydata()
    np.testing.assert_allclose(way[2], 0, atol=1e-6)
    np.testing.assert_allclose(way[0], 2 * way[1], rtol=1e-5)
    assert np.any(way[0])
    assert axes.get_xlim() == (-1, 1)


@pytest.mark.parametrize("dtype", [np.float32, np.float64])
def test_parameters_modes_gradients_and_what_was_recorded_stay(dtype: Any) -> None:
    model = Watched(dtype)
    loss = nn.CrossEntropyLoss()
    recorded = loss(model(Tensor(X.astype(dtype))), LABELS)
    before = {name: p.data for name, p in model.named_parameters()}
    model.seen.clear()
    plots.loss_surface(model, loss, (X, LABELS), points=4, axes=panel())
    assert set(model.seen) == {(False, False, False, np.dtype(dtype), np.dtype(dtype))}
    assert (model.training, model.inner.training) == (True, False)
    for name, parameter in model.named_parameters():
        assert parameter.data is before[name]
        assert parameter.grad is None
    # Nothing is stale.
    recorded.backward()
    assert all(parameter.grad is not None for parameter in model.parameters())


def test_parameters_are_put_back_after_an_error() -> None:
    model = nn.Linear(2, 1, seed=0)
    before = model.weight.data
    with pytest.raises(ShapeError, match=r"loss of one number, got shape \(30, 1\)"):
        plots.loss_surface(model, nn.MSELoss(reduction="none"), (X, X[:, :1]))
    assert model.weight.data is before


def test_several_inputs_scalar_parameters_and_batch_norm() -> None:
    class Two(nn.Module):
        def __init__(self) -> None:
            self.layer = nn.Sequential(nn.Linear(2, 3, seed=0), nn.BatchNorm1d(3))
            self.factor = nn.Parameter(2.0)

        def forward(self, a: Any, b: Any) -> Any:
            return self.layer(a) * self.factor + b

    model = Two()
    buffers = {name: buffer.data.copy() for name, buffer in model.named_buffers()}
    data = (X, np.ones((30, 3)), np.zeros((30, 3)))
    plots.loss_surface(model, nn.MSELoss(), data, points=3, axes=panel())
    for name, buffer in model.named_buffers():
        np.testing.assert_array_equal(buffer.data, buffers[name])
    assert type(model.factor.data) is not np.ndarray


def test_what_overflows_far_away_is_left_out_without_a_warning() -> None:
    def steep(output: Any, target: Any) -> Any:
        return np.sum(np.exp(np.exp(output)))

    axes = panel()
    plots.loss_surface(Plane(), steep, (1.5, 0.0), points=7, axes=axes)
    assert np.isfinite(axes.collections[0].levels).all()


@pytest.mark.parametrize(
    ("change", "error", "said"),
    [
        ({"data": [X, LABELS]}, TypeError, r"inputs and then the target; got \[array"),
        ({"data": (X,)}, TypeError, r"got \(array"),
        ({"directions": "best"}, ValueError, "must be 'random' or 'pca', got 'best'"),
        ({"directions": "pca"}, ValueError, "at least three states that do not lie on a line"),
        (
            {"directions": "pca", "trajectory": trajectory(Plane(), (0, 0), (1, 1), (2, 2))},
            ValueError,
            "do not lie on a line",
        ),
        ({"trajectory": [{"weight": np.ones((2, 1))}]}, ShapeError, r"no bias of shape \(1,\)"),
        (
            {"trajectory": [{"weight": np.ones((3, 1)), "bias": [1.0]}]},
            ShapeError,
            r"no weight of shape \(2, 1\)",
        ),
        ({"model": nn.ReLU()}, ValueError, "without parameters has no loss surface"),
        ({"loss": lambda o, t: np.sum(o) * np.nan}, ValueError, "no finite value to draw"),
    ],
)
def test_what_makes_no_surface(change: Any, error: type[Exception], said: str) -> None:
    arguments = {"model": Plane(), "loss": bowl, "data": (1.0, 0.0), "points": 3, "axes": panel()}
    with pytest.raises(error, match=said):
        plots.loss_surface(**{**arguments, **change})
