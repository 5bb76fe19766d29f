"""The table of layers, weights and numbers of parameters."""

import numpy as np

import nn


def test_a_network_of_3_4_2_units_has_26_parameters() -> None:
    summary = nn.MLP([3, 4, 2]).summary()
    assert [(row.name, row.layer, row.parameters) for row in summary.rows] == [
        ("0", "Linear", 4 * 3 + 4),
        ("1", "ReLU", 0),
        ("2", "Linear", 2 * 4 + 2),
    ]
    assert summary.rows[0].weights == {"weight": (4, 3), "bias": (4,)}
    assert (summary.total, summary.trainable) == (26, 26)


def test_the_table_is_text() -> None:
    assert str(nn.MLP([3, 4, 2]).summary(np.ones((5, 3)))) == (
        "   layer   output  weights                   parameters\n"
        "───────────────────────────────────────────────────────\n"
        "0  Linear  (5, 4)  weight (4, 3), bias (4,)          16\n"
        "1  ReLU    (5, 4)                                     0\n"
        "2  Linear  (5, 2)  weight (2, 4), bias (2,)          10\n"
        "───────────────────────────────────────────────────────\n"
        "total 26"
    )


def test_a_layer_alone_and_one_without_weights_have_tables_too() -> None:
    assert repr(nn.Linear(2, 1).summary()).splitlines()[-1] == "total 3"
    assert repr(nn.ReLU().summary()).splitlines() == [
        "layer  parameters",
        "─" * 17,
        "ReLU            0",
        "─" * 17,
        "total 0",
    ]


def test_frozen_parameters_are_told_apart() -> None:
    model = nn.MLP([1000, 4, 2])
    model[0].weight.requires_grad = False
    summary = model.summary()
    assert (summary.total, summary.trainable) == (4014, 14)
    assert str(summary).endswith("total 4,014 (14 trainable, 4,000 frozen)")


def test_a_shared_parameter_is_counted_once() -> None:
    model = nn.Sequential(nn.Linear(3, 3), nn.Linear(3, 3))
    model[1].weight = model[0].weight
    summary = model.summary()
    assert [row.parameters for row in summary.rows] == [12, 3]
    assert summary.total == 15


def test_the_example_run_leaves_no_trace() -> None:
    model = nn.MLP([3, 4, 2])
    model[0].eval()
    modes = []
    handle = model[0].register_forward_hook(lambda module, *_: modes.append(module.training))
    model.summary(np.ones((1, 3)))
    model.summary(np.ones((1, 3)))
    assert modes == [False, False]
    assert [m.training for m in model.modules()] == [True, False, True, True]
    handle.remove()
    assert not any(m._forward_hooks for m in model.modules())


def test_a_layer_of_several_outputs_has_no_one_shape() -> None:
    class Split(nn.Module):
        def forward(self, x: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
            return x, x

    assert Split().summary(np.ones(2)).rows[0].output is None
