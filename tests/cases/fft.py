"""Cases for `autograd.ops.fft`."""

from typing import Any

from tests.cases.case import CUBE, MATRIX, VECTOR, Case, each

_SIGNALS: list[tuple[tuple[int, ...], dict[str, Any]]] = [
    ((4,), {}),
    ((5,), {"norm": "ortho"}),
    ((5,), {"n": 3}),
    ((3,), {"n": 6, "norm": "forward"}),
    (MATRIX, {"axis": 0, "n": 3}),
    (CUBE, {"axis": 1, "norm": "backward"}),
    (CUBE, {"axis": -2, "n": 2}),
    ((0, 3), {}),
]
_SPECTRA: list[tuple[tuple[int, ...], dict[str, Any]]] = [
    ((4,), {}),
    ((4,), {"n": 7, "norm": "ortho"}),
    ((5,), {"n": 5}),
    (VECTOR, {"n": 8, "norm": "forward"}),
    ((2,), {"n": 1}),
    (MATRIX, {"axis": 0, "n": 3}),
    (CUBE, {"axis": 1, "norm": "backward"}),
    ((0, 3), {}),
]
_SHIFTS = [
    Case((VECTOR,), complex_too=True),
    Case((CUBE,), complex_too=True),
    Case((CUBE,), {"axes": 1}),
    Case((CUBE,), {"axes": (0, -1)}),
    Case(((0, 3),)),
]

CASES: dict[str, list[Case]] = {
    **each("fft ifft", [Case((s,), params, complex_too=True) for s, params in _SIGNALS]),
    **each("rfft ihfft", [Case((s,), params) for s, params in _SIGNALS]),
    **each("irfft hfft", [Case((s,), params, complex_too=True) for s, params in _SPECTRA]),
    **each("fftshift ifftshift", _SHIFTS),
}
