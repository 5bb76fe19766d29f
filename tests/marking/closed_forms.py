"""Closed forms of worksheets 14 to 29 in plain Python and NumPy, without the engine.

Each function takes the inputs of its sheet and returns the values of its claims. It follows the
solution on the sheet line by line, and uses no graph and no derivative rule.
"""

import math
from collections.abc import Callable
from typing import Any

import numpy as np

Claims = dict[str, Any]
FORMS: dict[str, Callable[..., Claims]] = {}


def _register(name: str) -> Callable[[Callable[..., Claims]], None]:
    def register(form: Callable[..., Claims]) -> None:
        FORMS[name] = form

    return register


def _sigmoid(x: Any) -> Any:
    return 1 / (1 + np.exp(-x))


@_register("14_nested_functions")
def _(x: float) -> Claims:
    u, v = x**2, math.sin(x**2)
    f = math.exp(v)
    return {
        "u": u,
        "v": v,
        "f": f,
        "df/dv": f,
        "df/du": f * math.cos(u),
        "df/dx": f * math.cos(u) * 2 * x,
    }


@_register("15_three_paths")
def _(x: float, y: float) -> Claims:
    return {
        "p": x * y,
        "q": x / y,
        "f": x * y + x / y + x**2,
        "df/dx": y + 1 / y + 2 * x,
        "df/dy": x - x / y**2,
    }


@_register("16_logistic_regression")
def _(X: Any, w: Any, b: float, y: Any) -> Claims:
    p = _sigmoid(X @ w + b)
    error = (p - y) / len(y)
    return {
        "p": p,
        "L": -np.mean(y * np.log(p) + (1 - y) * np.log(1 - p)),
        "dL/dz": error,
        "dL/dw": X.T @ error,
        "dL/db": np.sum(error),
    }


@_register("17_ridge_regression")
def _(X: Any, w: Any, y: Any) -> Claims:
    e = X @ w - y
    return {
        "e": e,
        "fit": np.mean(e**2),
        "penalty": 0.5 * np.sum(w**2),
        "L": np.mean(e**2) + 0.5 * np.sum(w**2),
        "dL/de": 2 * e / len(y),
        "dL/dw": X.T @ (2 * e / len(y)) + w,
    }


@_register("18_leaky_network")
def _(W: Any, x: Any, b: Any, v: Any, t: float) -> Claims:
    z = W @ x + b
    slope = np.where(z > 0, 1, 0.5)
    h = z * slope
    o = v @ h
    error = 2 * (o - t)
    delta = error * v * slope
    return {
        "z": z,
        "h": h,
        "o": o,
        "L": (o - t) ** 2,
        "dL/do": error,
        "dL/dv": error * h,
        "dL/dz": delta,
        "dL/dW": np.outer(delta, x),
        "dL/dx": W.T @ delta,
    }


@_register("19_convolution_1d")
def _(x: Any, k: Any) -> Claims:
    n = len(x) - len(k) + 1
    y = np.array([sum(k[j] * x[p + j] for j in range(len(k))) for p in range(n)])
    dk = [sum(y[p] * x[p + j] for p in range(n)) for j in range(len(k))]
    dx = [sum(y[p] * k[i - p] for p in range(n) if 0 <= i - p < len(k)) for i in range(len(x))]
    return {"y": y, "L": np.sum(y**2) / 2, "dL/dy": y, "dL/dk": dk, "dL/dx": dx}


@_register("20_convolution_2d")
def _(x: Any, k: Any) -> Claims:
    y = np.zeros((2, 2))
    dx, dk = np.zeros_like(x), np.zeros_like(k)
    for i in range(2):
        for j in range(2):
            y[i, j] = np.sum(k * x[i : i + 2, j : j + 2])
    g = (y > 0).astype(float)
    for i in range(2):
        for j in range(2):
            dx[i : i + 2, j : j + 2] += g[i, j] * k
            dk += g[i, j] * x[i : i + 2, j : j + 2]
    return {"y": y, "f": np.sum(y * g), "df/dy": g, "df/dk": dk, "df/dx": dx}


@_register("21_batch_norm")
def _(x: Any, gamma: float, beta: float, c: Any) -> Claims:
    n = len(x)
    s = math.sqrt(np.mean((x - np.mean(x)) ** 2))
    xhat = (x - np.mean(x)) / s
    g = gamma * c
    return {
        "m": np.mean(x),
        "s": s,
        "n": xhat,
        "y": gamma * xhat + beta,
        "L": np.sum(c * (gamma * xhat + beta)),
        "dL/dgamma": np.sum(c * xhat),
        "dL/dbeta": np.sum(c),
        "dL/dn": g,
        "dL/dx": (g - np.mean(g) - xhat * np.mean(g * xhat)) * n / (n * s),
    }


@_register("22_attention")
def _(Q: Any, K: Any, V: Any, C: Any) -> Claims:
    d = math.sqrt(2)
    S = Q @ K.T / d
    A = np.exp(S) / np.sum(np.exp(S), axis=1, keepdims=True)
    to_a = C @ V.T
    to_s = A * (to_a - np.sum(to_a * A, axis=1, keepdims=True))
    return {
        "A": A,
        "O": A @ V,
        "L": np.sum(C * (A @ V)),
        "dL/dV": A.T @ C,
        "dL/dA": to_a,
        "dL/dS": to_s,
        "dL/dQ": to_s @ K / d,
        "dL/dK": to_s.T @ Q / d,
    }


@_register("23_lstm_cell")
def _(x: float, h0: float, c0: float, w: Any, u: Any, b: Any) -> Claims:
    z = w * x + u * h0 + b
    i, f, o = (float(_sigmoid(z[k])) for k in (0, 1, 3))
    g = math.tanh(z[2])
    c = f * c0 + i * g
    t = math.tanh(c)
    h = o * t
    dc = o * (1 - t**2)
    dz = np.array(
        [dc * g * i * (1 - i), dc * c0 * f * (1 - f), dc * i * (1 - g**2), t * o * (1 - o)]
    )
    return {
        "i": i,
        "f": f,
        "g": g,
        "o": o,
        "c": c,
        "h": h,
        "dh/dc": dc,
        "dh/dz": dz,
        "dh/dw": dz * x,
        "dh/du": dz * h0,
        "dh/dc0": dc * f,
        "dh/dh0": np.sum(dz * u),
        "dh/dx": np.sum(dz * w),
    }


@_register("24_gru_cell")
def _(x: float, h0: float, w: Any, u: Any) -> Claims:
    r, z = float(_sigmoid(w[0] * x + u[0] * h0)), float(_sigmoid(w[1] * x + u[1] * h0))
    n = math.tanh(w[2] * x + r * u[2] * h0)
    dn = (1 - z) * (1 - n**2)
    dr = dn * u[2] * h0 * r * (1 - r)
    dz = (h0 - n) * z * (1 - z)
    return {
        "r": r,
        "z": z,
        "n": n,
        "h": (1 - z) * n + z * h0,
        "dh/dw": [dr * x, dz * x, dn * x],
        "dh/du": [dr * h0, dz * h0, dn * r * h0],
        "dh/dx": dr * w[0] + dz * w[1] + dn * w[2],
        "dh/dh0": z + dr * u[0] + dz * u[1] + dn * r * u[2],
    }


@_register("25_recurrent_two_steps")
def _(w: float, u: float, x1: float, x2: float, y: float) -> Claims:
    h1 = math.tanh(u * x1)
    h2 = math.tanh(w * h1 + u * x2)
    e = 2 * (h2 - y)
    d2 = e * (1 - h2**2)
    d1 = d2 * w * (1 - h1**2)
    return {
        "h1": h1,
        "h2": h2,
        "L": (h2 - y) ** 2,
        "dL/dh2": e,
        "dL/dh1": d2 * w,
        "dL/dw": d2 * h1,
        "dL/du": d2 * x2 + d1 * x1,
    }


@_register("26_adam_two_steps")
def _(w: float) -> Claims:
    m = v = 0.0
    found: Claims = {}
    for t in (1, 2):
        g = 2 * (w - 3)
        m, v = 0.9 * m + 0.1 * g, 0.999 * v + 0.001 * g**2
        w -= 0.1 * (m / (1 - 0.9**t)) / (math.sqrt(v / (1 - 0.999**t)) + 1e-8)
        found |= {f"g{t}": g, f"m{t}": m, f"v{t}": v, f"w{t}": w}
    return found


@_register("27_momentum_two_steps")
def _(w: float) -> Claims:
    velocity = 0.0
    found: Claims = {}
    for t in (1, 2):
        g = 2 * (w - 3)
        velocity = 0.9 * velocity + g
        w -= 0.1 * velocity
        found |= {f"g{t}": g, f"b{t}": velocity, f"w{t}": w}
    # w2 = w1 - 0.1 (0.9 g1 + 2 (w1 - 3)) and w1 = w - 0.2 (w - 3): slopes 0.8 and 0.8 0.8 - 0.18.
    return found | {"dw1/dw": 0.8, "dw2/dw": 0.8 * 0.8 - 0.18}


@_register("28_max_pooling")
def _(x: Any, v: Any) -> Claims:
    pooled = [max(x[0], x[1]), max(x[2], x[3])]
    dx = np.zeros(4)
    for window in (0, 1):
        dx[2 * window + int(np.argmax(x[2 * window : 2 * window + 2]))] = v[window]
    return {"p": pooled, "f": float(np.dot(v, pooled)), "df/dp": v, "df/dv": pooled, "df/dx": dx}


@_register("29_cosine_similarity")
def _(a: Any, b: Any) -> Claims:
    na, nb = np.linalg.norm(a), np.linalg.norm(b)
    s = a @ b / (na * nb)
    return {
        "s": s,
        "ds/da": b / (na * nb) - s * a / na**2,
        "ds/db": a / (na * nb) - s * b / nb**2,
    }
