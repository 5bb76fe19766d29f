"""NumPy functions that have no derivative rule: why, and what to write instead.

Each of them raises `NotDifferentiableError` when it is called with a tensor. What is in this table
and what is registered are all the functions that NumPy dispatches; a test holds it to that.
"""

_IN_PLACE = "writes into its argument, and the old value of a tensor may be recorded; "
_PUT = _IN_PLACE + (
    "autograd.put(t, index, value) or np.where(mask, value, t) returns a new tensor"
)
_DATES = "is of dates, which have no derivative; give it t.data"
_COUNTS = "has no derivative rule: its counts do not move with the points; give it t.data"
_ROUNDING = (
    "has no derivative rule: it is about the numbers that the machine has, not about real ones; "
    "give it t.data"
)

UNSUPPORTED: dict[str, str] = {
    "np.busday_count": _DATES,
    "np.busday_offset": _DATES,
    "np.copyto": _PUT,
    "np.datetime_as_string": _DATES,
    "np.fill_diagonal": _IN_PLACE
    + "with i = np.arange(n), autograd.put(t, (i, i), value) returns a new tensor",
    "np.histogram2d": _COUNTS,
    "np.histogramdd": _COUNTS,
    "np.in1d": "has no derivative rule; np.isin is its name now",
    "np.is_busday": _DATES,
    "np.isnat": _DATES,
    "np.nextafter": _ROUNDING,
    "np.place": _PUT,
    "np.put": _PUT,
    "np.put_along_axis": _IN_PLACE
    + "autograd.put_along_axis(t, indices, values, axis) returns a new tensor",
    "np.putmask": _PUT,
    "np.spacing": _ROUNDING,
}
"""The reason for every function, beginning with the verb that follows its name."""

METHODS: dict[str, str] = {
    "at": _IN_PLACE
    + "np.bincount(index, weights) or autograd.put(t, index, value) returns a new one",
    "reduceat": "has no derivative rule; sum slices, or take np.cumsum and differences of it",
}
"""The same for the methods that universal functions have beside the call."""


def reason(function: str) -> str:
    """Why a function, or a method of a universal function, has no derivative, and what to do.

    >>> reason("np.isnat")
    'is of dates, which have no derivative; give it t.data'
    """
    method = function.rpartition(".")[2]
    return (
        UNSUPPORTED.get(function)
        or METHODS.get(method)
        or "has no derivative rule; if no gradient is to flow through it, give it t.data, "
        "otherwise declare one with autograd.primitive"
    )
