"""Cases for `autograd.ops.convolution`."""

from autograd.ops.shared.sliding import Windows, windows_over
from tests.cases.case import Case

_LAYERS: list[tuple[int, int, int, int, Windows]] = [
    # samples, input channels, output channels, groups, windows
    (2, 3, 2, 1, windows_over((5,), 2)),
    (1, 2, 4, 2, windows_over((5,), 3, stride=2, padding=1)),
    (2, 2, 3, 1, windows_over((3, 4), 2)),
    (2, 2, 2, 1, windows_over((4, 3), (3, 2), padding="same")),
    (1, 1, 1, 1, windows_over((4, 5), (2, 3), stride=(2, 3), padding=(0, 1))),
    (1, 1, 2, 1, windows_over((5, 4), 2, dilation=2)),
    (2, 2, 2, 2, windows_over((4, 4), 3, stride=2, padding=1)),
    (1, 1, 1, 1, windows_over((4, 3), 2, padding=((1, 0), 0))),
    (0, 2, 3, 1, windows_over((3, 3), 2)),
    (1, 2, 1, 1, windows_over((3, 2, 2), (2, 1, 2))),
]

CASES: dict[str, list[Case]] = {"conv": [], "conv_transpose": [], "conv_weight": []}
for _n, _inputs, _outputs, _groups, _over in _LAYERS:
    _x = (_n, _inputs, *_over.size)
    _w = (_outputs, _inputs // _groups, *_over.kernel)
    _y = (_n, _outputs, *_over.positions)
    for _name, _operands in (
        ("conv", (_x, _w)),
        ("conv_transpose", (_y, _w)),
        ("conv_weight", (_x, _y)),
    ):
        _params = {"over": _over, "groups": _groups}
        CASES[_name].append(Case(_operands, _params, complex_too=True))
