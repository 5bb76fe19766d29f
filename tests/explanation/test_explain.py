"""`explain`: the steps, their numbers, and the forms they are printed in."""

import json
from typing import Any

import numpy as np
import pytest

import autograd
from autograd import ProgramError, Tensor, explain, variables

LECTURE = """\
q = x + y; f = q * z
at  x = −2, y = 5, z = −4

Forward
  1. q = x + y = −2 + 5 = 3
  2. f = q·z = 3·(−4) = −12

Backward: contribution = upstream × local, from the result to the inputs
  2. f = q·z    upstream ∂f/∂f = 1
       to q:  local ∂f/∂q = z = −4;  1 × (−4) = −4
       to z:  local ∂f/∂z = q = 3;  1 × 3 = 3
  1. q = x + y    upstream ∂f/∂q = −4
       to x:  local ∂q/∂x = 1;  (−4) × 1 = −4
       to y:  local ∂q/∂y = 1;  (−4) × 1 = −4

Gradients
  ∂f/∂x = −4
  ∂f/∂y = −4
  ∂f/∂z = 3"""


def test_lecture_program() -> None:
    assert str(explain("q = x + y; f = q * z", x=-2, y=5, z=-4)) == LECTURE


def test_the_same_from_a_tensor_and_from_a_function() -> None:
    x, y, z = variables(x=-2, y=5, z=-4)
    q = x + y
    f = q * z
    q.name, f.name = "q", "f"

    def function(x: Tensor, y: Tensor, z: Tensor) -> Tensor:
        q = x + y
        f = q * z
        return f

    steps = LECTURE.partition("\n")[2]
    assert str(explain(f)).partition("\n")[2] == steps
    assert str(explain(function, x=-2, y=5, z=-4)).partition("\n")[2] == steps


def test_the_result_of_a_function_without_a_local_name_goes_by_the_functions() -> None:
    def energy(m: Tensor, v: Tensor) -> Tensor:
        return m * v**2 / 2

    assert list(explain(energy, m=3, v=2).to_dict()["gradients"].values()) == [2.0, 6.0]
    assert "energy = v2 / 2 = 12 / 2 = 6" in str(explain(energy, m=3, v=2))
    assert "f = 2·x = 2·3 = 6" in str(explain(lambda x: 2 * x, x=3))


def test_names_are_read_when_the_function_returns() -> None:
    def rebound(x: Tensor) -> Tensor:
        a = x * 2
        a = a + 1
        b = a * x
        del x
        return b

    text = str(explain(rebound, x=3))
    assert "a = v1 + 1" in text
    assert "b = a·x" in text


def test_a_recursive_function_and_a_callable_object() -> None:
    def power(x: Any, n: int) -> Any:
        return x if n == 1 else x * power(x, n - 1)

    def cube(x: Tensor) -> Tensor:
        y: Tensor = power(x, 3)
        return y

    class Doubler:
        def __call__(self, x: Tensor) -> Tensor:
            return 2 * x

    assert explain(cube, x=2).to_dict()["gradients"] == {"x": 12.0}
    assert explain(Doubler(), x=2).to_dict()["gradients"] == {"x": 2.0}


def test_a_function_that_raises_leaves_no_profiler_behind() -> None:
    import sys

    def broken(x: Tensor) -> Tensor:
        raise KeyError("mine")

    before = sys.getprofile()
    with pytest.raises(KeyError, match="mine"):
        explain(broken, x=1)
    assert sys.getprofile() is before


def test_sum_over_paths() -> None:
    text = str(explain("a = x * x; f = a * x + exp(-a)", x=1.5))
    assert "sum over 2 paths so far: ∂f/∂a = 1.395" in text
    (line,) = [t for t in text.splitlines() if t.startswith("  ∂f/∂x")]
    terms, _, total = line.rpartition(" = ")
    assert terms.count("+") == 2
    exact = 3 * 1.5**2 - 2 * 1.5 * np.exp(-(1.5**2))
    assert float(total) == pytest.approx(exact, rel=1e-3)


def test_contributions_add_up_to_the_gradients_that_backward_gives() -> None:
    rng = np.random.default_rng(0)
    W = Tensor(rng.normal(size=(2, 3)), requires_grad=True, name="W")
    b = Tensor(rng.normal(size=2), requires_grad=True, name="b")
    x = Tensor(rng.normal(size=(3,)), requires_grad=True, name="x")
    loss = np.sum(np.tanh(W @ x + b) * b) + np.sum(W**2)
    data = explain(loss).to_dict()
    loss.backward()
    for leaf in (W, b, x):
        parts = [
            np.asarray(c["value"])
            for step in data["backward"]
            for c in step["contributions"]
            if c["to"] == leaf.name
        ]
        np.testing.assert_allclose(sum(parts), leaf.grad, rtol=1e-12)
        np.testing.assert_allclose(data["gradients"][leaf.name], leaf.grad, rtol=1e-12)


def test_upstream_times_local_is_the_contribution_of_every_scalar_step() -> None:
    data = explain("s = sigmoid(w * x + b); L = -(y * log(s) + (1 - y) * log(1 - s))",
                   w=0.5, x=2, b=-1.5, y=1).to_dict()  # fmt: skip
    for step in data["backward"]:
        for part in step["contributions"]:
            assert step["upstream"] * part["slope"] == pytest.approx(part["value"], rel=1e-12)


def test_matrix_rules_show_shapes() -> None:
    text = str(explain("z = W @ x; L = sum(z * z)", W=[[1, 2, 3], [4, 5, 6]], x=[1, 0, -1]))
    assert "z = W x = [−2, −2]  (2)" in text
    assert "to W:  ∂L/∂z xᵀ = [[−4, 0, 4], [−4, 0, 4]]  (2×3)" in text
    assert "to x:  Wᵀ ∂L/∂z = [−20, −28, −36]  (3)" in text


def test_dict_has_the_documented_keys_and_is_json() -> None:
    data = explain("q = x + y; f = q * z", x=-2, y=5, z=-4).to_dict()
    assert list(data) == ["program", "inputs", "forward", "backward", "gradients"]
    assert data["program"] == "q = x + y; f = q * z"
    assert data["inputs"] == {"x": -2.0, "y": 5.0, "z": -4.0}
    assert data["gradients"] == {"x": -4.0, "y": -4.0, "z": 3.0}
    assert [s["name"] for s in data["forward"]] == ["q", "f"]
    assert [s["name"] for s in data["backward"]] == ["f", "q"]
    assert json.loads(json.dumps(data)) == data


def test_markdown_tables() -> None:
    page = explain("q = x + y; f = q * z", x=-2, y=5, z=-4).markdown()
    assert "| 1 | q = x + y | 3 |" in page
    assert "| 2 | q | ∂f/∂f = 1 | z = −4 | −4 |" in page
    rows = [line for line in page.splitlines() if line.startswith("|")]
    assert {row.replace(r"\|", "").count("|") for row in rows} == {4, 6}
    assert r"\|x\|" in explain("f = abs(x)", x=-2).markdown()


def test_latex_is_balanced_and_names_are_mathematics() -> None:
    page = explain("y_hat = sigmoid(w1 * x); L = (y_hat - 1) ** 2", w1=1e-6, x=2).latex()
    assert page.count("{") == page.count("}")
    assert page.count(r"\begin{align*}") == page.count(r"\end{align*}") == 2
    assert r"\hat{y} &= \sigma\left(v_{1}\right) = 0.5 \\" in page
    assert r"w_{1} &= 1 \cdot 10^{-6}" in page
    assert "−" not in page


def test_what_has_no_gradients_says_why() -> None:
    x = variables(x=[1.0, 2.0])
    assert "f has shape 2; explain a scalar made of it, such as its sum" in str(explain(x * x))
    assert "depends on no tensor that requires them" in str(explain(Tensor(2.0, name="c")))
    assert explain(x * x).to_dict()["gradients"] == {}
    assert "depends on no tensor" in explain(x > 1).markdown()


def test_kinks_and_infinities_do_not_warn() -> None:
    assert "[x > 0] = 0" in str(explain("f = relu(x)", x=0))
    assert "∂f/∂x = inf" in str(explain(lambda x: np.sqrt(x), x=0.0))
    assert "1 / x = inf" in str(explain("f = log(x)", x=0))


def test_constants_in_latex_are_numbers() -> None:
    assert r"f &= x + 3 = 5 \\" in explain("f = x + 3", x=2).latex()


def test_infinities_in_latex_are_signs() -> None:
    with np.errstate(all="ignore"):
        page = explain("q = 1 / x; f = q - q", x=0).latex()
    assert r"q &= \frac{1}{x} = \infty \\" in page
    assert r"= \text{nan} \\" in page


def test_wrong_targets() -> None:
    with pytest.raises(TypeError, match="a tensor, a program text or a function, got int"):
        explain(3)  # type: ignore[arg-type]
    with pytest.raises(TypeError, match="takes no inputs"):
        explain(Tensor(1.0), x=2)
    with pytest.raises(TypeError, match="must return a tensor, got tuple"):
        explain(lambda x: (x, x), x=2)
    with pytest.raises(ProgramError):
        explain("f = import os", x=2)


def test_repr_is_short() -> None:
    x = variables(x=2.0)
    assert repr(explain(autograd.relu(x))) == "<explanation of 'f = relu(x)' in 1 steps>"
