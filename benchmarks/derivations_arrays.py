"""Derivations in vectors and matrices."""

from typing import Any

import numpy as np
from derivations import Claims, derivation, matrix, number, of, one_hot, sigmoid, softmax, vector

# ruff: noqa: N806, names as in the programs


@derivation("e = p - y\nL = mean(e ** 2)", of(p=vector(3), y=vector(3)))
def _mean_squared_error(s: Any, p: Any, y: Any) -> Claims:
    e = s(p - y, sign=p + y, operands_swapped=y - p)
    loss = s(np.mean(e**2), mean_or_sum=np.sum(e**2))
    de = s(2 * e / 3, factor_2=e / 3, mean_or_sum=2 * e, sign=-2 * e / 3)
    dy = s(-de, sign=de)
    return {"e": e, "L": loss, "dL/de": de, "dL/dp": de, "dL/dy": dy}


@derivation("L = sum((p - y) ** 2)", of(p=vector(4), y=vector(4)))
def _sum_of_squares(s: Any, p: Any, y: Any) -> Claims:
    e = p - y
    loss = s(np.sum(e**2), mean_or_sum=np.mean(e**2), sign=-np.sum(e**2))
    dp = s(2 * e, factor_2=e, mean_or_sum=e / 2, sign=-2 * e)
    return {"L": loss, "dL/dp": dp}


@derivation("p = softmax(z)\nL = -sum(y * log(p))", of(z=vector(3), y=one_hot(3)))
def _softmax_cross_entropy(s: Any, z: Any, y: Any) -> Claims:
    p = s(softmax(z), forgotten_term=np.exp(z))
    loss = s(-np.sum(y * np.log(p)), sign=np.sum(y * np.log(p)),
             logarithm_base=-np.sum(y * np.log10(p)))  # fmt: skip
    dz = s(softmax(z) - y, sign=y - softmax(z), softmax=softmax(z))
    return {"p": p, "L": loss, "dL/dz": dz}


@derivation("p = softmax(z)\nf = dot(c, p)", of(z=vector(3), c=vector(3)))
def _softmax_jacobian(s: Any, z: Any, c: Any) -> Claims:
    p = softmax(z)
    f = s(c @ p, sign=-c @ p)
    dp = s(c, sign=-c)
    dz = s(p * (dp - p @ dp), softmax=dp * p * (1 - p), sign=-p * (dp - p @ dp))
    return {"p": p, "f": f, "df/dp": dp, "df/dz": dz}


@derivation("y = W @ x\nL = dot(y, y) / 2", of(W=matrix(2, 2), x=vector(2)))
def _matrix_times_vector(s: Any, W: Any, x: Any) -> Claims:
    y = s(W @ x, transposed=W.T @ x)
    loss = s(y @ y / 2, forgotten_term=y @ y)
    dy = s(y, factor_2=2 * y, sign=-y)
    dW = s(np.outer(dy, x), transposed=np.outer(x, dy), chain_rule=np.outer([1, 1], x))
    dx = s(W.T @ dy, transposed=W @ dy, sign=-W.T @ dy)
    return {"y": y, "L": loss, "dL/dy": dy, "dL/dW": dW, "dL/dx": dx}


@derivation("Z = X @ W + b\nL = mean(Z * Z)", of(X=matrix(3, 2), W=matrix(2, 2), b=vector(2)))
def _linear_layer(s: Any, X: Any, W: Any, b: Any) -> Claims:
    Z = s(X @ W + b, forgotten_term=X @ W, sign=X @ W - b)
    loss = s(np.mean(Z * Z), mean_or_sum=np.sum(Z * Z))
    dZ = s(2 * Z / 6, factor_2=Z / 6, mean_or_sum=2 * Z)
    dW = s(X.T @ dZ, transposed=(X.T @ dZ).T, sign=-X.T @ dZ)
    db = s(np.sum(dZ, axis=0), broadcast_sum=dZ[0], sign=-np.sum(dZ, axis=0))
    dX = s(dZ @ W.T, transposed=dZ @ W)
    return {"Z": Z, "L": loss, "dL/dZ": dZ, "dL/dW": dW, "dL/db": db, "dL/dX": dX}


@derivation(
    "z = W @ x + b\nh = relu(z)\nL = dot(v, h)",
    of(W=matrix(3, 2), x=vector(2), b=vector(3), v=vector(3)),
)
def _relu_layer(s: Any, W: Any, x: Any, b: Any, v: Any) -> Claims:
    z = s(W @ x + b, forgotten_term=W @ x, sign=W @ x - b)
    h = s(np.maximum(z, 0), relu=np.minimum(z, 0))
    loss = s(v @ h, sign=-v @ h)
    dh = s(v, sign=-v)
    dz = s(dh * (z > 0), relu=dh * (z <= 0), chain_rule=1.0 * (z > 0), sign=-dh * (z > 0))
    dW = s(np.outer(dz, x), transposed=np.outer(x, dz))
    dx = s(W.T @ dz, sign=-W.T @ dz)
    return {"z": z, "h": h, "L": loss, "dL/dh": dh, "dL/dz": dz, "dL/dW": dW, "dL/dx": dx}


@derivation(
    "z = X @ w + b\np = sigmoid(z)\nL = bce(p, y)",
    of(X=matrix(3, 2), w=vector(2), b=number, y=lambda r: r.permutation([1.0, 0.0, 1.0])),
)
def _logistic_regression(s: Any, X: Any, w: Any, b: float, y: Any) -> Claims:
    z = s(X @ w + b, forgotten_term=X @ w)
    p = s(sigmoid(z), sign=sigmoid(-z))
    loss = -(y * np.log(p) + (1 - y) * np.log(1 - p))
    loss = s(np.mean(loss), mean_or_sum=np.sum(loss), sign=-np.mean(loss),
             logarithm_base=np.mean(loss) / np.log(10))  # fmt: skip
    dz = s((p - y) / 3, mean_or_sum=p - y, sign=(y - p) / 3)
    dw = s(X.T @ dz, sign=-X.T @ dz, mean_or_sum=X.T @ dz / 3)
    db = s(np.sum(dz), sign=-np.sum(dz), mean_or_sum=np.mean(dz))
    return {"z": z, "p": p, "L": loss, "dL/dz": dz, "dL/dw": dw, "dL/db": db}


@derivation(
    "e = X @ w - y\nL = mean(e ** 2) + 0.5 * sum(w ** 2)",
    of(X=matrix(4, 2), w=vector(2), y=vector(4)),
)
def _ridge_regression(s: Any, X: Any, w: Any, y: Any) -> Claims:
    e = s(X @ w - y, sign=X @ w + y, operands_swapped=y - X @ w)
    fit, penalty = np.mean(e**2), 0.5 * np.sum(w**2)
    loss = s(fit + penalty, forgotten_term=fit, mean_or_sum=np.sum(e**2) + penalty)
    de = s(2 * e / 4, factor_2=e / 4, mean_or_sum=2 * e)
    dw = s(X.T @ de + w, paths=X.T @ de, sign=-(X.T @ de + w))
    return {"e": e, "L": loss, "dL/de": de, "dL/dw": dw}


@derivation("y = conv(x, k)\nL = sum(y ** 2) / 2", of(x=vector(5), k=vector(3)))
def _convolution(s: Any, x: Any, k: Any) -> Claims:
    def slide(k: Any, x: Any = x) -> Any:
        return np.array([k @ x[p : p + 3] for p in range(len(x) - 2)])

    y = s(slide(k), window=slide(k[::-1]), sign=-slide(k))
    loss = s(np.sum(y**2) / 2, forgotten_term=np.sum(y**2))
    dy = s(y, factor_2=2 * y, sign=-y)
    dk = np.array([dy @ x[j : j + 3] for j in range(3)])
    dk = s(dk, window=dk[::-1], sign=-dk)
    dx = np.convolve(dy, k)
    dx = s(dx, window=np.convolve(dy, k[::-1]), sign=-dx)
    return {"y": y, "L": loss, "dL/dy": dy, "dL/dk": dk, "dL/dx": dx}


@derivation("y = conv(x, k, padding=1)\nf = dot(c, y)", of(x=vector(3), k=vector(3), c=vector(3)))
def _padded_convolution(s: Any, x: Any, k: Any, c: Any) -> Claims:
    padded = np.array([0, *x, 0])

    def slide(k: Any) -> Any:
        return np.array([k @ padded[p : p + 3] for p in range(3)])

    y = s(slide(k), window=slide(k[::-1]))
    f = s(c @ y, sign=-c @ y)
    dy = s(c, sign=-c)
    dk = np.array([sum(dy[p] * padded[p + j] for p in range(3)) for j in range(3)])
    dk = s(dk, window=dk[::-1], sign=-dk)
    return {"y": y, "f": f, "df/dy": dy, "df/dk": dk}


@derivation(
    "h = tanh(U @ x + b)\no = V @ h\nL = sum((o - t) ** 2) / 2",
    of(U=matrix(2, 2), x=vector(2), b=vector(2), V=matrix(2, 2), t=vector(2)),
)
def _two_layers(s: Any, U: Any, x: Any, b: Any, V: Any, t: Any) -> Claims:
    h = s(np.tanh(U @ x + b), forgotten_term=np.tanh(U @ x), transposed=np.tanh(U.T @ x + b))
    o = s(V @ h, transposed=V.T @ h)
    loss = s(np.sum((o - t) ** 2) / 2, forgotten_term=np.sum((o - t) ** 2))
    do = s(o - t, sign=t - o, factor_2=2 * (o - t))
    dV = s(np.outer(do, h), transposed=np.outer(h, do))
    dh = s(V.T @ do, transposed=V @ do, sign=-V.T @ do)
    dz = dh * (1 - h**2)
    dz = s(dz, activation=dh * (1 - h), chain_rule=1 - h**2)
    dU = s(np.outer(dz, x), sign=-np.outer(dz, x))
    return {
        "h": h,
        "o": o,
        "L": loss,
        "dL/do": do,
        "dL/dV": dV,
        "dL/dh": dh,
        "dL/db": dz,
        "dL/dU": dU,
    }


@derivation("n = norm(x)\nf = n * c", of(x=vector(3), c=number))
def _length(s: Any, x: Any, c: float) -> Claims:
    n = s(np.sqrt(x @ x), factor_2=2 * np.sqrt(x @ x))
    f = s(n * c, sign=-n * c)
    dn = s(c, sign=-c, local_derivative=n)
    dx = s(dn * x / n, local_derivative=dn * x, chain_rule=x / n, sign=-dn * x / n)
    return {"n": n, "f": f, "df/dn": dn, "df/dx": dx}


@derivation("m = mean(x)\nd = x - m\nv = mean(d ** 2)", of(x=vector(4)))
def _variance(s: Any, x: Any) -> Claims:
    m = s(np.mean(x), mean_or_sum=np.sum(x))
    d = s(x - m, sign=x + m, operands_swapped=m - x)
    v = s(np.mean(d**2), mean_or_sum=np.sum(d**2))
    dd = s(2 * d / 4, factor_2=d / 4, mean_or_sum=2 * d)
    dx = s(dd - np.mean(dd), paths=dd, sign=-(dd - np.mean(dd)))
    return {"m": m, "d": d, "v": v, "dv/dd": dd, "dv/dx": dx}


@derivation(
    "L = mean((X @ w - y) ** 2)",
    of(X=matrix(3, 2), w=vector(2), y=vector(3)),
    {"rate": 0.05, "with": ["w"]},
)
def _step_of_regression(s: Any, X: Any, w: Any, y: Any) -> Claims:
    e = X @ w - y
    loss = s(np.mean(e**2), mean_or_sum=np.sum(e**2))
    dw = X.T @ (2 * e / 3)
    dw = s(dw, factor_2=dw / 2, mean_or_sum=3 * dw, sign=-dw)
    new = s(w - 0.05 * dw, update=w + 0.05 * dw)
    new = s(new, update=w - dw)
    return {"L": loss, "dL/dw": dw, "w after": new}
