"""Pictures of functions, weights and counts: what is drawn is what was computed."""

import warnings
from typing import Any

import numpy as np
import pytest

import nn
from autograd import ShapeError, Tensor
from nn import plots

pytest.importorskip("matplotlib")

RNG = np.random.default_rng(0)


def panel() -> Any:
    return plots.figure(4, 3).add_subplot()


def texts(axes: Any) -> list[str]:
    return [text.get_text() for text in axes.texts]


def ticks(axis: Any) -> list[str]:
    return [label.get_text() for label in axis.get_ticklabels()]


# Contour -----------------------------------------------------------------------------------------


def bowl(x: Any, y: Any) -> Any:
    return x**2 + 4 * y**2


def test_every_path_is_drawn_with_a_look_of_its_own() -> None:
    paths = {
        "SGD": [(2.0, 1.0), (1.0, 0.5), (0.5, 0.1)],
        "Adam": np.array([[2.0, 1.0], [0.0, 0.0]]),
        "tensors": [Tensor([2.0, 1.0]), Tensor([1.0, 1.0])],
    }
    axes = panel()
    plots.contour(bowl, paths=paths, minimum=(0, 0), title="bowl", axes=axes)
    lines = {line.get_label(): line for line in axes.lines}
    np.testing.assert_array_equal(lines["SGD"].get_xydata(), paths["SGD"])
    np.testing.assert_array_equal(lines["Adam"].get_xydata(), paths["Adam"])
    np.testing.assert_array_equal(lines["tensors"].get_xydata(), [[2, 1], [1, 1]])
    np.testing.assert_array_equal(lines["minimum"].get_xydata(), [[0, 0]])
    named = [lines[name] for name in paths]
    assert len({line.get_marker() for line in named}) == 3
    assert len({line.get_linestyle() for line in named}) == 3
    legend = [text.get_text() for text in axes.get_legend().get_texts()]
    assert legend == ["SGD", "Adam", "tensors", "minimum"]
    # One start for all three.
    assert texts(axes).count("start") == 1
    # All of the paths and a margin: 0 to 2 and 0 to 1, by 15%.
    np.testing.assert_allclose([*axes.get_xlim(), *axes.get_ylim()], [-0.3, 2.3, -0.15, 1.15])


def test_levels_rise_by_one_factor_from_the_least_value_to_the_greatest() -> None:
    axes = panel()
    plots.contour(lambda x, y: 5 + bowl(x, y), xlim=(-1, 1), ylim=(-2, 2), levels=8, axes=axes)
    filled, lines = axes.collections[:2]
    assert filled.levels[[0, -1]] == pytest.approx([5, 22])
    factors = (filled.levels[2:] - 5) / (filled.levels[1:-1] - 5)
    np.testing.assert_allclose(factors, factors[0])
    np.testing.assert_array_equal(lines.levels, filled.levels[1:-1])
    numbers = [float(text) for text in texts(axes)]
    assert numbers
    assert all(np.isclose(number, lines.levels, rtol=0.01).any() for number in numbers)
    assert axes.get_legend() is None


def test_without_a_path_the_map_shows_the_minimum_or_the_middle() -> None:
    axes = panel()
    plots.contour(bowl, minimum=(3, 0.5), axes=axes)
    assert [*axes.get_xlim(), *axes.get_ylim()] == [2, 4, -0.5, 1.5]
    axes = panel()
    plots.contour(bowl, axes=axes)
    assert [*axes.get_xlim(), *axes.get_ylim()] == [-1, 1, -1, 1]


def test_a_path_that_diverges_does_not_shrink_given_limits() -> None:
    paths = {"SGD": [(0.0, 0.0), (1e9, -1e9), (np.inf, np.nan)]}
    axes = panel()
    plots.contour(bowl, paths=paths, xlim=(-1, 1), ylim=(-1, 1), axes=axes)
    assert [*axes.get_xlim(), *axes.get_ylim()] == [-1, 1, -1, 1]
    axes.figure.canvas.draw()
    free = panel()
    plots.contour(bowl, paths=paths, axes=free)
    assert np.isfinite(free.get_xlim()).all()


@pytest.mark.parametrize("height", [0.0, 3.0, -1e20])
def test_a_flat_function(height: float) -> None:
    axes = panel()
    plots.contour(lambda x, y: 0 * x + height, axes=axes)
    axes.figure.canvas.draw()
    assert axes.collections[0].levels[0] == height


def test_values_that_are_not_finite_are_left_out() -> None:
    def root(x: Any, y: Any) -> Any:
        with np.errstate(invalid="ignore"):
            return np.sqrt(x)

    axes = panel()
    plots.contour(root, axes=axes)
    assert axes.collections[0].levels[-1] == 1


@pytest.mark.parametrize(
    ("options", "error", "said"),
    [
        ({"paths": {"SGD": [1.0, 2.0]}}, ShapeError, r"path 'SGD' must be .*, got \(2,\)"),
        ({"paths": {"SGD": []}}, ShapeError, r"path 'SGD' must be .*, got \(0,\)"),
        ({"fn": lambda x, y: 1.0}, ShapeError, r"for each entry of arrays, got shape \(\)"),
        ({"fn": lambda x, y: x * np.nan}, ValueError, "no finite value to draw"),
    ],
)
def test_what_makes_no_contour(options: Any, error: type[Exception], said: str) -> None:
    with pytest.raises(error, match=said):
        plots.contour(**{"fn": bowl, "axes": panel(), **options})


# Activations -------------------------------------------------------------------------------------


def test_a_function_and_its_derivative_are_drawn() -> None:
    axes = [panel() for _ in "1234"]
    plots.activations(["tanh", nn.Sigmoid(), np.sin, lambda x: x * x], axes=axes)
    titles = [panel.get_title("left") for panel in axes]
    assert titles == ["tanh", "Sigmoid", "sin", "<lambda>"]
    x = np.linspace(-4, 4, 401)
    s = 1 / (1 + np.exp(-x))
    wanted = [(np.tanh(x), 1 - np.tanh(x) ** 2), (s, s * (1 - s)), (np.sin(x), np.cos(x)),
              (x * x, 2 * x)]  # fmt: skip
    for place, curves in zip(axes, wanted, strict=True):
        assert len(place.lines) == 2
        for line, curve in zip(place.lines, curves, strict=True):
            np.testing.assert_allclose(line.get_xdata(), x)
            np.testing.assert_allclose(line.get_ydata(), curve, atol=1e-12)
        assert place.lines[0].get_linestyle() != place.lines[1].get_linestyle()


def test_all_that_mlp_knows_by_name_can_be_drawn() -> None:
    from nn.layers.activations import BY_NAME

    axes = [panel() for _ in BY_NAME]
    plots.activations(list(BY_NAME), axes=axes)
    assert not np.any(axes[list(BY_NAME).index("heaviside")].lines[1].get_ydata())


@pytest.mark.parametrize(
    ("functions", "said"),
    [
        (["rule"], "no activation 'rule'; there are heaviside, sigmoid"),
        ([nn.Softmax()], "Softmax does not work entry by entry"),
        ([np.sum], "sum does not work entry by entry"),
        ([], "there is no activation to draw"),
    ],
)
def test_what_is_no_activation(functions: Any, said: str) -> None:
    with pytest.raises(ValueError, match=said):
        plots.activations(functions)


# Filters -----------------------------------------------------------------------------------------


def image(axes: Any) -> Any:
    (drawn,) = axes.images
    return drawn.get_array()


def test_filters_of_one_channel_lie_in_reading_order_with_gaps() -> None:
    layer = nn.Conv2d(1, 5, (2, 3), seed=0)
    axes = panel()
    figure = plots.filters(layer, axes=axes)
    picture = image(axes)
    assert axes.get_title("left") == "5 filters of 2 × 3"
    # Two columns make 5 pictures of 2 × 3 about square.
    assert picture.shape == (3 * 3 + 1, 2 * 4 + 1)
    np.testing.assert_array_equal(picture[1:3, 1:4], layer.weight.data[0, 0])
    np.testing.assert_array_equal(picture[4:6, 5:8], layer.weight.data[3, 0])
    assert picture.mask[0].all()
    assert picture.mask[3].all()
    assert picture.mask[7:9, 5:8].all()
    low, high = axes.images[0].get_clim()
    assert high == -low == np.abs(layer.weight.data).max()
    assert [bar.get_ylabel() for bar in figure.axes[1:]] == ["weight"]


def test_filters_of_several_channels_make_a_table() -> None:
    layer, axes = nn.Conv2d(4, 6, 3, seed=0), panel()
    plots.filters(layer, axes=axes)
    assert image(axes).shape == (6 * 4 + 1, 4 * 4 + 1)
    np.testing.assert_array_equal(image(axes)[9:12, 13:16], layer.weight.data[2, 3])
    assert (axes.get_xlabel(), axes.get_ylabel()) == ("input channel", "filter")
    assert ticks(axes.xaxis) == ["0", "1", "2", "3"]
    many = panel()
    plots.filters(nn.Conv2d(33, 1, 1, seed=0), axes=many)
    assert ticks(many.xaxis) == [str(k) for k in range(0, 33, 3)]


def test_filters_of_three_channels_are_in_colour() -> None:
    layer, axes = nn.Conv2d(3, 4, 2, seed=0), panel()
    figure = plots.filters(layer, axes=axes)
    picture = image(axes)
    assert picture.shape == (7, 7, 3)
    weight = layer.weight.data[3].astype(float)
    wanted = (weight - weight.min()) / np.ptp(weight)
    np.testing.assert_allclose(picture[4:6, 4:6], np.moveaxis(wanted, 0, -1))
    np.testing.assert_array_equal(picture[0], 1)
    assert len(figure.axes) == 1
    axes = panel()
    plots.filters(layer, rgb=False, axes=axes)
    assert image(axes).shape == (4 * 3 + 1, 3 * 3 + 1)
    # The same weight everywhere has no contrast to stretch.
    plots.filters(np.ones((1, 3, 2, 2)), axes=panel())


def test_filters_of_sequences_and_of_units() -> None:
    layer, axes = nn.Conv1d(2, 3, 5, seed=0), panel()
    plots.filters(layer, axes=axes)
    np.testing.assert_array_equal(image(axes)[1:3, 1:6], layer.weight.data[0])
    unit, axes = nn.Linear(6, 4, seed=0), panel()
    plots.filters(unit, shape=(2, 3), axes=axes)
    np.testing.assert_array_equal(image(axes)[1:3, 1:4], unit.weight.data[0].reshape(2, 3))
    axes = panel()
    plots.filters(np.zeros((2, 1, 2, 2)), axes=axes)
    assert axes.images[0].get_clim() == (-1, 1)


@pytest.mark.parametrize(
    ("layer", "options", "error", "said"),
    [
        (nn.ReLU(), {}, TypeError, "a layer with a weight or an array of weights, got ReLU"),
        ("conv", {}, TypeError, "got str"),
        (nn.Linear(6, 4), {}, ShapeError, r"\(out, height width\); got \(4, 6\)$"),
        (nn.Linear(6, 4), {"shape": (2, 2)}, ShapeError, r"got \(4, 6\) and shape=\(2, 2\)"),
        (nn.Conv2d(1, 2, 3), {"rgb": True}, ShapeError, r"3 input channels, .* \(2, 1, 3, 3\)"),
        (np.zeros((0, 1, 3, 3)), {}, ShapeError, r"got \(0, 1, 3, 3\)"),
    ],
)
def test_what_has_no_filters(layer: Any, options: Any, error: type[Exception], said: str) -> None:
    with pytest.raises(error, match=said):
        plots.filters(layer, **options)


# Attention ---------------------------------------------------------------------------------------


def test_heads_lie_side_by_side_on_one_scale() -> None:
    layer = nn.MultiheadAttention(8, 4, batch_first=True, seed=0)
    x = RNG.normal(size=(1, 5, 8))
    _, weights = layer(x, x, x, average_attn_weights=False)
    axes = plots.figure(9, 3).subplots(1, 4)
    tokens = ["to", "be", "or", "not", "to"]
    plots.attention(weights[0], tokens, axes=axes)
    for k, place in enumerate(axes):
        assert place.get_title("left") == f"head {k}"
        np.testing.assert_array_equal(image(place), weights.data[0, k])
        assert place.images[0].get_clim() == (0, weights.data.max())
        assert ticks(place.xaxis) == ticks(place.yaxis) == tokens
        written = [float(text or 0) for text in texts(place)]
        np.testing.assert_allclose(written, weights.data[0, k].ravel(), atol=0.0051)


def test_keys_may_have_names_of_their_own_and_large_maps_no_numbers() -> None:
    axes = panel()
    plots.attention(np.full((2, 3), 1 / 3), ["a", "b"], keys=["x", "y", "z"], axes=axes)
    assert (ticks(axes.xaxis), ticks(axes.yaxis)) == (["x", "y", "z"], ["a", "b"])
    assert axes.get_title("left") == "attention"
    axes = panel()
    plots.attention(np.full((9, 9), 1 / 9), axes=axes)
    assert texts(axes) == []
    plots.attention(np.zeros((2, 2)), axes=panel())


@pytest.mark.parametrize(
    ("weights", "options", "error", "said"),
    [
        (np.ones((1, 2, 3, 3)), {}, ShapeError, r"\(1, 2, 3, 3\); weights\[0\] are those of the"),
        (np.ones(3), {}, ShapeError, r"\(L, S\) or \(heads, L, S\), got \(3,\)"),
        (np.ones((2, 3)), {"tokens": ["a"]}, ValueError, "token for each query: 2, not 1"),
        (np.ones((2, 3)), {"tokens": ["a", "b"]}, ValueError, "token for each key: 3, not 2"),
        (np.ones((2, 3)), {"keys": ["a"]}, ValueError, "token for each key: 3, not 1"),
    ],
)
def test_what_is_no_attention(
    weights: Any, options: Any, error: type[Exception], said: str
) -> None:
    with pytest.raises(error, match=said):
        plots.attention(weights, **options)


# Confusion ---------------------------------------------------------------------------------------


def test_counts_are_written_and_shares_of_the_rows_tinted() -> None:
    axes = panel()
    plots.confusion([[3, 1], [0, 4]], names=["cat", "dog"], axes=axes)
    assert texts(axes) == ["3", "1", "", "4"]
    np.testing.assert_allclose(image(axes), [[0.75, -0.25], [0, 1]])
    assert axes.get_title("left") == "87.5% of 8 right"
    assert ticks(axes.xaxis) == ticks(axes.yaxis) == ["cat", "dog"]
    assert (axes.get_xlabel(), axes.get_ylabel()) == ("predicted class", "true class")


def test_a_class_that_never_occurs_is_no_division_by_zero() -> None:
    axes = panel()
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        plots.confusion([[2, 0], [0, 0]], axes=axes)
    np.testing.assert_array_equal(image(axes), [[1, 0], [0, 0]])


def test_outputs_and_targets_are_counted() -> None:
    pytest.importorskip("sklearn")
    axes = panel()
    output = np.array([[3.0, 1.0, 0.0], [0.0, 2.0, 1.0], [0.0, 2.0, 1.0]])
    plots.confusion(Tensor(output), np.array([0, 1, 2]), axes=axes)
    assert texts(axes) == ["1", "", "", "", "1", "", "", "1", ""]
    axes = panel()
    plots.confusion(np.array([-2.0, 3.0, 1.0]), np.array([0, 1, 0]), threshold=0, axes=axes)
    assert texts(axes) == ["1", "1", "", "1"]


@pytest.mark.parametrize(
    ("counts", "options", "error", "said"),
    [
        (
            np.ones((2, 3)),
            {},
            ShapeError,
            r"square, got shape \(2, 3\); an output needs",
        ),
        ([[1, -1], [0, 1]], {}, ValueError, "none below 0"),
        (np.zeros((2, 2)), {}, ValueError, "not all 0"),
        (np.eye(2), {"names": ["a"]}, ValueError, "2 classes need as many names, got 1"),
    ],
)
def test_what_is_no_confusion(counts: Any, options: Any, error: type[Exception], said: str) -> None:
    with pytest.raises(error, match=said):
        plots.confusion(counts, **options)
