"""Convolution and pooling, as networks call them."""

from typing import Any

import autograd
from tests.oracle.bridge import F
from tests.oracle.composites.composite import Composite, of

COMPOSITES: dict[Any, Composite] = {
    autograd.conv1d: Composite(
        F.conv1d,
        [
            of((2, 3, 6), (2, 3, 3)),
            of((2, 3, 6), (2, 3, 3), (2,), stride=2, padding=1),
            of((2, 6), (4, 1, 2), (4,), padding="same", dilation=2, groups=2),
        ],
    ),
    autograd.conv2d: Composite(
        F.conv2d,
        [
            of((2, 3, 5, 4), (2, 3, 3, 2), (2,)),
            of((1, 2, 5, 5), (2, 1, 2, 2), (2,), stride=(2, 1), padding=(1, 0), groups=2),
            of((2, 5, 5), (3, 2, 2, 2), dilation=2, padding="valid"),
        ],
    ),
    autograd.conv_transpose1d: Composite(
        F.conv_transpose1d,
        [
            of((2, 3, 4), (3, 2, 3), (2,), stride=2, padding=1, output_padding=1),
            of((3, 4), (3, 2, 3), dilation=2),
        ],
    ),
    autograd.conv_transpose2d: Composite(
        F.conv_transpose2d,
        [
            of((2, 4, 3, 2), (4, 1, 2, 3), (2,), stride=(2, 3), groups=2, output_padding=(1, 2)),
            of((1, 2, 3, 3), (2, 3, 2, 2), padding=1),
        ],
    ),
    autograd.max_pool1d: Composite(
        F.max_pool1d,
        [
            of((2, 1, 7), kernel_size=2),
            of((2, 7), kernel_size=3, stride=2, padding=1, ceil_mode=True),
        ],
    ),
    autograd.max_pool2d: Composite(
        F.max_pool2d,
        [
            of((2, 1, 5, 4), kernel_size=2),
            of((2, 5, 5), kernel_size=(2, 3), stride=2, dilation=(2, 1)),
            of((1, 2, 5, 5), kernel_size=3, stride=2, padding=1, ceil_mode=True),
        ],
    ),
    autograd.avg_pool1d: Composite(
        F.avg_pool1d,
        [
            of((2, 1, 7), kernel_size=2),
            of((2, 7), kernel_size=3, stride=2, padding=1, ceil_mode=True, count_include_pad=False),
        ],
    ),
    autograd.avg_pool2d: Composite(
        F.avg_pool2d,
        [
            of((2, 1, 5, 4), kernel_size=2),
            of((1, 2, 5, 6), kernel_size=3, stride=2, padding=1, ceil_mode=True),
            of((2, 5, 5), kernel_size=(2, 3), padding=(1, 0), count_include_pad=False),
        ],
    ),
    autograd.adaptive_avg_pool2d: Composite(
        F.adaptive_avg_pool2d,
        [
            of((2, 1, 5, 7), output_size=(2, 3)),
            of((1, 2, 4, 4), output_size=1),
            of((2, 5, 4), output_size=(3, None)),
        ],
    ),
    autograd.unfold: Composite(
        F.unfold,
        [
            of((2, 2, 4, 3), kernel_size=(2, 3)),
            of((1, 2, 5, 5), kernel_size=2, dilation=2, padding=1, stride=(2, 1)),
        ],
    ),
    autograd.fold: Composite(
        F.fold,
        [
            of((2, 8, 6), output_size=(3, 4), kernel_size=2),
            of((1, 8, 15), output_size=(5, 5), kernel_size=2, dilation=2, padding=1, stride=(2, 1)),
        ],
    ),
}
