"""Derivations in numbers."""

import math
from typing import Any

from derivations import LN2, LN10, Claims, derivation, number, of, positive, sigmoid


@derivation("q = x + y\nf = q * z", of(x=number, y=number, z=number))
def _sum_times(s: Any, x: float, y: float, z: float) -> Claims:
    q = s(x + y, sign=x - y)
    f = s(q * z, sign=-q * z)
    dq = s(z, sign=-z, local_derivative=q)
    dz = s(q, sign=-q, factor_2=2 * q, local_derivative=z)
    dx = s(dq, sign=-dq, chain_rule=1, local_derivative=dq * x)
    dy = s(dq, sign=-dq, chain_rule=1)
    return {"q": q, "f": f, "df/dq": dq, "df/dz": dz, "df/dx": dx, "df/dy": dy}


@derivation("d = x - y\nL = d ** 2", of(x=number, y=number))
def _squared_error(s: Any, x: float, y: float) -> Claims:
    d = s(x - y, sign=x + y, operands_swapped=y - x)
    loss = s(d**2, factor_2=2 * d)
    dd = s(2 * d, factor_2=d, sign=-2 * d)
    dx = s(dd, sign=-dd, chain_rule=1)
    dy = s(-dd, sign=dd, chain_rule=-1)
    return {"d": d, "L": loss, "dL/dd": dd, "dL/dx": dx, "dL/dy": dy}


@derivation(
    "z = w * x + b\na = sigmoid(z)\nL = (a - t) ** 2", of(w=number, x=number, b=number, t=positive)
)
def _neuron(s: Any, w: float, x: float, b: float, t: float) -> Claims:
    z = s(w * x + b, forgotten_term=w * x, sign=w * x - b)
    a = s(sigmoid(z), sign=sigmoid(-z))
    loss = s((a - t) ** 2, sign=(a + t) ** 2)
    da = s(2 * (a - t), factor_2=a - t, sign=-2 * (a - t))
    dz = s(
        da * a * (1 - a),
        chain_rule=a * (1 - a),
        activation=da * a * (1 + a),
        sign=-da * a * (1 - a),
    )
    dw = s(dz * x, chain_rule=dz, local_derivative=dz * w)
    db = s(dz, chain_rule=1, local_derivative=dz * b)
    return {"z": z, "a": a, "L": loss, "dL/da": da, "dL/dz": dz, "dL/dw": dw, "dL/db": db}


@derivation("h = tanh(u)\nf = h * v", of(u=number, v=number))
def _tanh_times(s: Any, u: float, v: float) -> Claims:
    h = s(math.tanh(u), sign=math.tanh(-u))
    f = s(h * v, sign=-h * v)
    dh = s(v, sign=-v, local_derivative=h)
    du = s(
        dh * (1 - h**2),
        activation=dh * (1 - h),
        chain_rule=1 - h**2,
        sign=-dh * (1 - h**2),
    )
    dv = s(h, local_derivative=v, sign=-h)
    return {"h": h, "f": f, "df/dh": dh, "df/du": du, "df/dv": dv}


@derivation("u = x ** 2\nf = sin(u)", of(x=lambda r: positive(r, 0.4, 1.6)))
def _sine_of_square(s: Any, x: float) -> Claims:
    u = s(x**2, factor_2=2 * x)
    f = s(math.sin(u), angle=math.sin(math.radians(u)))
    du = s(math.cos(u), sign=-math.cos(u), inner_input=math.cos(x), local_derivative=math.sin(u))
    dx = s(du * 2 * x, factor_2=du * x, chain_rule=2 * x, sign=-du * 2 * x)
    return {"u": u, "f": f, "df/du": du, "df/dx": dx}


@derivation("p = x * y\nq = x / y\nf = p + q", of(x=number, y=number))
def _two_paths(s: Any, x: float, y: float) -> Claims:
    p = s(x * y, sign=-x * y)
    q = s(x / y, operands_swapped=y / x)
    f = s(p + q, sign=p - q, forgotten_term=p)
    dx = s(y + 1 / y, paths=y, sign=-(y + 1 / y))
    dy = s(x - x / y**2, paths=x, sign=x + x / y**2, local_derivative=x - x / y)
    return {"p": p, "q": q, "f": f, "df/dx": dx, "df/dy": dy}


@derivation("u = x * y\nf = log(u)", of(x=positive, y=positive))
def _logarithm(s: Any, x: float, y: float) -> Claims:
    u = s(x * y, sign=-x * y) if x * y > 0 else x * y
    f = s(math.log(abs(u)), logarithm_base=math.log10(abs(u)), factor_2=2 * math.log(abs(u)))
    du = s(1 / u, logarithm_base=1 / (u * LN10), local_derivative=u, sign=-1 / u)
    dx = s(du * y, chain_rule=y, local_derivative=du * x)
    dy = s(du * x, sign=-du * x, chain_rule=x)
    return {"u": u, "f": f, "df/du": du, "df/dx": dx, "df/dy": dy}


@derivation("u = x + 2 * y\nf = log2(u)", of(x=positive, y=positive))
def _binary_logarithm(s: Any, x: float, y: float) -> Claims:
    u = s(x + 2 * y, forgotten_term=x + y, sign=abs(x - 2 * y) + 0.0)
    f = s(math.log2(u), logarithm_base=math.log(u))
    du = s(1 / (u * LN2), logarithm_base=1 / u)
    dx = s(du, sign=-du, chain_rule=1)
    dy = s(2 * du, factor_2=du, chain_rule=2)
    return {"u": u, "f": f, "df/du": du, "df/dx": dx, "df/dy": dy}


@derivation("f = x / y", of(x=number, y=number))
def _quotient(s: Any, x: float, y: float) -> Claims:
    f = s(x / y, operands_swapped=y / x)
    dx = s(1 / y, local_derivative=y, sign=-1 / y)
    dy = s(-x / y**2, sign=x / y**2, local_derivative=-x / y)
    return {"f": f, "df/dx": dx, "df/dy": dy}


@derivation("r = x ** 2 + y ** 2\nd = sqrt(r)", of(x=number, y=number))
def _distance(s: Any, x: float, y: float) -> Claims:
    r = s(x**2 + y**2, sign=x**2 - y**2 if x * x > y * y + 0.1 else None)
    d = s(math.sqrt(r), forgotten_term=r)
    dr = s(1 / (2 * d), factor_2=1 / d, local_derivative=d / 2)
    dx = s(dr * 2 * x, factor_2=dr * x, chain_rule=2 * x, sign=-dr * 2 * x)
    dy = s(dr * 2 * y, factor_2=dr * y)
    return {"r": r, "d": d, "dd/dr": dr, "dd/dx": dx, "dd/dy": dy}


@derivation("e = exp(k * t)\nf = A * e", of(k=lambda r: number(r, 0.3, 0.9), t=positive, A=number))
def _growth(s: Any, k: float, t: float, A: float) -> Claims:
    e = s(math.exp(k * t), sign=math.exp(-k * t))
    f = s(A * e, sign=-A * e)
    de = s(A, local_derivative=e, sign=-A)
    dk = s(de * e * t, chain_rule=e * t, sign=-de * e * t)
    dt = s(de * e * k, chain_rule=e * k, local_derivative=de * e * t)
    dA = s(e, sign=-e, local_derivative=A)  # noqa: N806, as in the program
    return {"e": e, "f": f, "df/de": de, "df/dk": dk, "df/dt": dt, "df/dA": dA}


@derivation(
    "z1 = w1 * x + b1\na1 = sigmoid(z1)\nz2 = w2 * a1 + b2\na2 = sigmoid(z2)\n"
    "L = 0.5 * (a2 - y) ** 2",
    of(x=number, y=positive, w1=number, b1=number, w2=number, b2=number),
)
def _two_neurons(s: Any, x: float, y: float, w1: float, b1: float, w2: float, b2: float) -> Claims:
    z1 = s(w1 * x + b1, forgotten_term=w1 * x)
    a1 = s(sigmoid(z1), sign=sigmoid(-z1))
    z2 = s(w2 * a1 + b2, forgotten_term=w2 * a1, sign=w2 * a1 - b2)
    a2 = sigmoid(z2)
    loss = s(0.5 * (a2 - y) ** 2, forgotten_term=(a2 - y) ** 2)
    da2 = s(a2 - y, sign=y - a2, factor_2=2 * (a2 - y))
    dz2 = s(da2 * a2 * (1 - a2), activation=da2 * a2 * (1 + a2), chain_rule=a2 * (1 - a2))
    dw2 = s(dz2 * a1, local_derivative=dz2 * w2, chain_rule=a1)
    da1 = s(dz2 * w2, local_derivative=dz2 * a1, sign=-dz2 * w2)
    dz1 = s(da1 * a1 * (1 - a1), activation=da1 * (1 - a1), chain_rule=a1 * (1 - a1))
    dw1 = s(dz1 * x, chain_rule=x, sign=-dz1 * x)
    return {
        "z1": z1, "a1": a1, "z2": z2, "a2": a2, "L": loss, "dL/da2": da2, "dL/dz2": dz2,
        "dL/dw2": dw2, "dL/da1": da1, "dL/dz1": dz1, "dL/dw1": dw1,
    }  # fmt: skip


@derivation("r = relu(x)\nf = r * y + x", of(x=number, y=number))
def _relu_and_shortcut(s: Any, x: float, y: float) -> Claims:
    r = s(max(x, 0), relu=min(x, 0))
    f = s(r * y + x, sign=r * y - x, forgotten_term=r * y)
    dr = s(y, local_derivative=r, sign=-y)
    on = float(x > 0)
    dx = s(dr * on + 1, relu=dr * (1 - on) + 1, paths=1.0, sign=-(dr * on + 1))
    return {"r": r, "f": f, "df/dr": dr, "df/dx": dx}


@derivation("L = (y - w * x) ** 2", of(w=number, x=number, y=number), {"rate": 0.1, "with": ["w"]})
def _one_step(s: Any, w: float, x: float, y: float) -> Claims:
    e = y - w * x
    loss = s(e**2, factor_2=2 * e)
    dw = s(-2 * e * x, sign=2 * e * x, factor_2=-e * x, chain_rule=-2 * e)
    new = s(w - 0.1 * dw, update=w + 0.1 * dw)
    new = s(new, update=w - dw)
    return {"L": loss, "dL/dw": dw, "w after": new}


@derivation("m = maximum(x, y)\nf = m * z", of(x=number, y=number, z=number))
def _larger_times(s: Any, x: float, y: float, z: float) -> Claims:
    m = s(max(x, y), operands_swapped=min(x, y))
    f = s(m * z, sign=-m * z)
    dm = s(z, local_derivative=m, sign=-z)
    dx = s(dm * (x >= y), operands_swapped=dm * (x < y))
    dz = s(m, local_derivative=z, factor_2=2 * m)
    return {"m": m, "f": f, "df/dm": dm, "df/dx": float(dx), "df/dz": dz}
