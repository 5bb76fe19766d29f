"""Modules register what is set on them, walk over it, and save and load it."""

import copy
import pickle
from typing import Any

import numpy as np
import pytest

import nn
from autograd import AutogradError, StaleGraphError, Tensor


class Scale(nn.Module):
    def __init__(self, factor: Any = 2.0) -> None:
        self.factor = nn.Parameter(factor)

    def forward(self, x: Any) -> Any:
        return self.factor * x


class Pair(nn.Module):
    def __init__(self) -> None:
        super().__init__()
        self.first = Scale([1.0, 2.0])
        self.offset = nn.Parameter(0.5)
        self.second = Scale([3.0, 4.0])
        self.register_buffer("seen", np.zeros(2))

    def forward(self, x: Any) -> Any:
        return self.second(self.first(x)) + self.offset


def names(pairs: Any) -> list[str]:
    return [name for name, _ in pairs]


# Parameters --------------------------------------------------------------------------------------


def test_a_parameter_is_a_leaf_that_requires_gradients_and_owns_its_data() -> None:
    data = np.ones(2)
    parameter = nn.Parameter(data)
    data[:] = 5
    assert type(parameter) is Tensor
    assert parameter.requires_grad
    assert parameter.is_leaf
    assert parameter.data.tolist() == [1, 1]


def test_a_parameter_made_from_a_tensor_shares_nothing_with_it() -> None:
    source = Tensor([1.0, 2.0])
    parameter = nn.Parameter(source)
    source.data[:] = 0
    assert parameter.data.tolist() == [1, 2]


def test_python_ints_become_floats_and_integer_arrays_are_refused() -> None:
    assert nn.Parameter([1, 2]).dtype == np.float64
    with pytest.raises(TypeError, match="int64 cannot require gradients"):
        nn.Parameter(np.array([1, 2]))


# Registering -------------------------------------------------------------------------------------


def test_attributes_register_in_the_order_of_setting_own_parameters_first() -> None:
    pair = Pair()
    assert names(pair.named_parameters()) == ["offset", "first.factor", "second.factor"]
    assert [p.name for p in pair.parameters()] == ["offset", "factor", "factor"]
    assert names(pair.named_children()) == ["first", "second"]
    assert names(pair.named_modules()) == ["", "first", "second"]
    assert names(pair.named_parameters(prefix="net")) == [
        "net.offset",
        "net.first.factor",
        "net.second.factor",
    ]


def test_other_tensors_and_values_are_plain_attributes() -> None:
    module = nn.Module()
    module.constant = Tensor([1.0])
    module.result = Tensor([1.0], requires_grad=True) * 2
    module.number = 3
    assert list(module.parameters()) == []
    assert module.state_dict() == {}


def test_a_parameter_takes_the_name_of_its_attribute_unless_it_has_one() -> None:
    module = nn.Module()
    module.weight = nn.Parameter(1.0)
    module.bias = nn.Parameter(1.0, name="threshold")
    assert (module.weight.name, module.bias.name) == ("weight", "threshold")


def test_a_frozen_parameter_stays_a_parameter() -> None:
    scale = Scale()
    scale.factor.requires_grad = False
    scale.factor = Tensor(7.0)
    assert names(scale.named_parameters()) == ["factor"]
    assert scale.state_dict() == {"factor": 7.0}


def test_a_parameter_set_to_none_is_left_out_and_can_come_back() -> None:
    scale = Scale()
    scale.factor = None
    assert list(scale.parameters()) == []
    scale.factor = nn.Parameter(1.0)
    assert names(scale.named_parameters()) == ["factor"]


@pytest.mark.parametrize("value", [3.0, np.ones(2)])
def test_a_parameter_cannot_become_something_else_unnoticed(value: Any) -> None:
    with pytest.raises(TypeError, match=r"factor of Scale is a parameter .* factor\.assign"):
        Scale().factor = value


def test_a_parameter_cannot_become_a_result() -> None:
    scale = Scale()
    with pytest.raises(TypeError, match="cannot become the result of an operation"):
        scale.factor = scale.factor * 2


def test_a_child_cannot_become_something_else_unnoticed() -> None:
    with pytest.raises(TypeError, match="first of Pair is a module and cannot become of type str"):
        Pair().first = "relu"


def test_a_deleted_attribute_is_registered_no_more() -> None:
    pair = Pair()
    del pair.first, pair.seen
    pair.first = "anything"
    assert names(pair.named_parameters()) == ["offset", "second.factor"]
    assert "seen" not in pair.state_dict()


def test_a_buffer_is_state_that_is_not_learned() -> None:
    pair = Pair()
    assert "seen" not in names(pair.named_parameters())
    assert pair.state_dict()["seen"].tolist() == [0, 0]
    pair.seen = np.ones(2)
    assert type(pair.seen) is Tensor
    assert pair.state_dict()["seen"].tolist() == [1, 1]


def test_a_shared_parameter_is_listed_once_and_saved_under_both_names() -> None:
    pair = Pair()
    pair.second.factor = pair.first.factor
    assert names(pair.named_parameters()) == ["offset", "first.factor"]
    assert {"first.factor", "second.factor"} <= pair.state_dict().keys()


def test_a_shared_module_is_walked_once_and_saved_under_both_names() -> None:
    pair = Pair()
    pair.second = pair.first
    assert names(pair.named_modules()) == ["", "first"]
    assert {"first.factor", "second.factor"} <= pair.state_dict().keys()


# Running -----------------------------------------------------------------------------------------


def test_calling_runs_forward_and_gradients_reach_every_parameter() -> None:
    pair = Pair()
    np.sum(pair(np.array([1.0, 1.0]))).backward()
    assert pair.first.factor.grad.tolist() == [3, 4]
    assert pair.second.factor.grad.tolist() == [1, 2]
    assert pair.offset.grad == 2
    pair.zero_grad()
    assert [p.grad for p in pair.parameters()] == [None, None, None]


def test_a_module_without_forward_says_so() -> None:
    with pytest.raises(NotImplementedError, match=r"Module defines no forward\(self"):
        nn.Module()(1)


def test_train_and_eval_reach_all_modules_and_return_the_module() -> None:
    pair = Pair()
    assert pair.training
    assert pair.eval() is pair
    assert [m.training for m in pair.modules()] == [False, False, False]
    assert pair.train() is pair
    assert all(m.training for m in pair.modules())


def test_apply_visits_children_first() -> None:
    pair, seen = Pair(), []
    assert pair.apply(seen.append) is pair
    assert seen == [pair.first, pair.second, pair]


def test_a_forward_hook_sees_and_may_replace_the_output_until_removed() -> None:
    scale, calls = Scale(2.0), []
    handle = scale.register_forward_hook(lambda *call: calls.append(call))
    replacing = scale.register_forward_hook(lambda module, inputs, output: output + 100)
    assert scale(3.0).item() == 106
    ((module, inputs, output),) = calls
    assert (module, inputs, output.item()) == (scale, (3.0,), 6)
    handle.remove()
    handle.remove()
    replacing.remove()
    assert scale(3.0).item() == 6
    assert len(calls) == 1


# State -------------------------------------------------------------------------------------------


def test_a_state_dict_is_a_copy_that_later_steps_do_not_change() -> None:
    pair = Pair()
    state = pair.state_dict()
    pair.first.factor.assign([9.0, 9.0])
    pair.seen.data[:] = 1
    assert state["first.factor"].tolist() == [1, 2]
    assert state["seen"].tolist() == [0, 0]


@pytest.mark.parametrize("dtype", [np.float32, np.float64])
def test_loading_copies_and_keeps_the_dtype_of_the_module(dtype: type) -> None:
    scale = Scale(np.zeros(2, dtype))
    source = np.array([1.5, 2.5])
    scale.load_state_dict({"factor": source})
    source[:] = 0
    assert scale.factor.data.tolist() == [1.5, 2.5]
    assert scale.factor.dtype == dtype
    scale.load_state_dict({"factor": Tensor([1, 2])})
    assert scale.factor.data.tolist() == [1, 2]


def test_a_state_dict_survives_the_round_trip() -> None:
    source, target = nn.MLP([3, 4, 2], seed=0), nn.MLP([3, 4, 2], seed=1)
    target.load_state_dict(source.state_dict())
    for name, value in source.state_dict().items():
        np.testing.assert_array_equal(target.state_dict()[name], value)


def test_a_state_dict_that_does_not_fit_is_refused_with_all_reasons_and_nothing_changes() -> None:
    model = nn.Sequential(nn.Linear(3, 4, seed=0), nn.ReLU(), nn.Linear(4, 2, seed=0))
    before = model.state_dict()
    state = model.state_dict()
    del state["0.bias"], state["2.bias"]
    state |= {"1.weight": np.zeros(2), "0.weight": np.zeros((3, 4)), "2.weight": np.array("a")}
    with pytest.raises(nn.CheckpointError) as refusal:
        model.load_state_dict(state)
    assert str(refusal.value) == (
        "the state dict does not fit this Sequential:\n"
        "  missing: 0.bias, 2.bias\n"
        "  unexpected: 1.weight\n"
        "  wrong shape: 0.weight is (3, 4), the module needs (4, 3)\n"
        "  wrong type: 2.weight holds <U1, the module needs float32"
    )
    assert isinstance(refusal.value, (AutogradError, ValueError))
    for name, value in model.state_dict().items():
        np.testing.assert_array_equal(value, before[name])


def test_loading_without_strictness_returns_what_it_left_alone_but_never_misfits() -> None:
    pair = Pair()
    left = pair.load_state_dict({"offset": 2.0, "extra": 1.0}, strict=False)
    assert left.missing_keys == ["seen", "first.factor", "second.factor"]
    assert left.unexpected_keys == ["extra"]
    assert pair.offset.data == 2
    with pytest.raises(nn.CheckpointError, match=r"wrong shape: offset is \(2,\)"):
        pair.load_state_dict({"offset": [1.0, 2.0]}, strict=False)


@pytest.mark.parametrize("clone", [copy.deepcopy, lambda m: pickle.loads(pickle.dumps(m))])
def test_a_module_can_be_copied_and_pickled(clone: Any) -> None:
    pair = Pair()
    pair.second.factor = pair.first.factor
    other = clone(pair)
    assert names(other.named_parameters()) == names(pair.named_parameters())
    pair.first.factor.assign([9.0, 9.0])
    assert other.first.factor.data.tolist() == [1, 2]
    assert other.second.factor is other.first.factor


# PyTorch's tensors -------------------------------------------------------------------------------


class Foreign:
    """What of PyTorch's tensors is looked at: an array only when detached and on the CPU."""

    def __init__(self, values: Any, dtype: str = "torch.float32", steps: str = "") -> None:
        self.values, self.dtype, self.steps = values, dtype, steps

    def detach(self) -> "Foreign":
        return Foreign(self.values, self.dtype, self.steps + "detach ")

    def cpu(self) -> "Foreign":
        return Foreign(self.values, self.dtype, self.steps + "cpu ")

    def float(self) -> "Foreign":
        return Foreign(self.values, "torch.float32", self.steps)

    def __array__(self, dtype: Any = None, copy: bool | None = None) -> np.ndarray[Any, Any]:
        assert (self.steps, self.dtype) == ("detach cpu ", "torch.float32")
        return np.array(self.values, dtype=dtype)


@pytest.mark.parametrize("dtype", ["torch.float32", "torch.bfloat16"])
def test_tensors_of_pytorch_load_whatever_they_require_and_wherever_they_are(dtype: str) -> None:
    scale = Scale([0.0, 0.0])
    scale.load_state_dict({"factor": Foreign([1.0, 2.0], dtype)})
    assert scale.factor.data.tolist() == [1, 2]


def test_what_is_no_state_dict_is_named() -> None:
    with pytest.raises(TypeError, match=r"takes arrays by name, got str; nn\.load\(model, path\)"):
        Scale().load_state_dict("model.safetensors")


def test_floats_do_not_become_integers_unnoticed() -> None:
    module = nn.Module()
    module.register_buffer("count", np.int64(0))
    module.load_state_dict({"count": np.int32(3)})
    assert module.count.data == 3
    with pytest.raises(nn.CheckpointError, match="count holds float64, the module needs int64"):
        module.load_state_dict({"count": 2.5})


# Freezing and dtypes -----------------------------------------------------------------------------


def test_all_but_the_head_is_frozen_in_one_line() -> None:
    model = nn.Sequential({"body": nn.MLP([3, 4, 4], seed=0), "head": nn.Linear(4, 1, seed=0)})
    optimizer = nn.Adam(model.parameters(), lr=0.1, weight_decay=0.1)
    np.mean(model(np.ones((2, 3), np.float32))).backward()
    assert model.requires_grad_(False).head.requires_grad_() is model.head
    assert names(p for p in model.named_parameters() if p[1].requires_grad) == [
        "head.weight",
        "head.bias",
    ]
    # Also the gradients of before are gone, so that the very next step leaves the body alone.
    before = model.state_dict()
    model.head.zero_grad()
    np.mean(model(np.ones((2, 3), np.float32))).backward()
    optimizer.step()
    changed = {k for k, v in model.state_dict().items() if not np.array_equal(v, before[k])}
    assert changed == {"head.weight", "head.bias"}


def test_a_module_changes_its_dtype_in_place() -> None:
    model = nn.Sequential(nn.Linear(3, 2, seed=0), nn.BatchNorm1d(2))
    weight, values = model[0].weight, model[0].weight.data
    np.sum(model(np.ones((2, 3), np.float32))).backward()
    assert model.double() is model
    assert model[0].weight is weight
    assert weight.grad is None
    assert {str(v.dtype) for v in model.state_dict().values()} == {"float64", "int64"}
    np.testing.assert_array_equal(weight.data, values)
    assert model(np.ones((2, 3))).dtype == np.float64
    assert model.float()(np.ones((2, 3), np.float32)).dtype == np.float32
    assert model.astype(np.float16)[0].weight.dtype == np.float16
    with pytest.raises(TypeError, match="computes in a floating-point dtype, not in int32"):
        model.astype(np.int32)


def test_a_graph_from_before_the_change_of_dtype_is_stale() -> None:
    scale = Scale([1.0, 2.0])
    loss = np.sum(scale(np.ones(2)) ** 2)
    scale.float()
    with pytest.raises(StaleGraphError):
        loss.backward()


# Looking up --------------------------------------------------------------------------------------


def test_buffers_are_listed_like_parameters_shared_ones_once() -> None:
    outer = nn.Module()
    outer.pair = Pair()
    outer.again = outer.pair
    outer.register_buffer("mean", outer.pair.seen)
    assert names(outer.named_buffers()) == ["mean"]
    outer.mean = np.zeros(3)
    assert names(outer.named_buffers()) == ["mean", "pair.seen"]
    assert [b.shape for b in outer.buffers()] == [(3,), (2,)]


def test_modules_are_found_by_their_dotted_names() -> None:
    model = nn.Sequential({"body": nn.MLP([3, 4, 2])})
    assert model.get_submodule("body.2") is model.body[2]
    assert model.get_submodule("") is model
    with pytest.raises(
        AttributeError, match=r"no module 'body\.7' in this Sequential: MLP has 0, 1"
    ):
        model.get_submodule("body.7")
    with pytest.raises(AttributeError, match="Linear has no modules, not weight"):
        model.get_submodule("body.0.weight")


# Showing -----------------------------------------------------------------------------------------


def test_the_repr_nests_like_pytorch_s() -> None:
    inner = nn.Sequential(nn.Linear(3, 4, bias=False), nn.LeakyReLU(0.2))
    assert repr(nn.Sequential(inner, nn.Softmax(dim=1), nn.Sequential())) == (
        "Sequential(\n"
        "  (0): Sequential(\n"
        "    (0): Linear(in_features=3, out_features=4, bias=False)\n"
        "    (1): LeakyReLU(negative_slope=0.2)\n"
        "  )\n"
        "  (1): Softmax(dim=1)\n"
        "  (2): Sequential()\n"
        ")"
    )


def test_own_notes_stand_above_children_in_the_repr() -> None:
    class Noted(Pair):
        def extra_repr(self) -> str:
            return "noted=True"

    assert repr(Noted()) == "Noted(\n  noted=True\n  (first): Scale()\n  (second): Scale()\n)"
