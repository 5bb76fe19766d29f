"""The inputs of the programs in the tests."""

import numpy as np

X, Y = [1.0, -2.0, 0.5], [0.0, 1.0, 3.0]
W = [[1.0, 2.0, -1.0], [0.5, 0.0, 3.0]]
P, ONE_HOT = [[0.1, 0.7, 0.2], [0.6, 0.3, 0.1]], [[0, 1, 0], [1, 0, 0]]
INPUTS = {"x": X, "y": Y, "W": W, "P": P, "a": 3, "b": -2}
x, y, w, p = map(np.array, (X, Y, W, P))
LOG_SOFTMAX = p - np.log(np.exp(p).sum(1, keepdims=True))
