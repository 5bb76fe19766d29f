"""Operators and methods of `Tensor`: their signatures, documentation and types.

`autograd.operators` attaches the implementations, which take these over. They call operations, and
operations import `Tensor`, so they cannot stand here. Signatures are those of `np.ndarray`.
"""

# The bodies are in `autograd.operators`.
# mypy: disable-error-code="empty-body"

from typing import Any, NoReturn, Self

from autograd.engine.shapes import Axis


class TensorMethods:
    """Declarations of the operators and methods of a tensor."""

    __slots__ = ()

    # Operators ------------------------------------------------------------------------------------

    def __add__(self, other: Any) -> Self:
        """Return `self + other`."""

    def __radd__(self, other: Any) -> Self:
        """Return `other + self`."""

    def __sub__(self, other: Any) -> Self:
        """Return `self - other`."""

    def __rsub__(self, other: Any) -> Self:
        """Return `other - self`."""

    def __mul__(self, other: Any) -> Self:
        """Return `self * other`."""

    def __rmul__(self, other: Any) -> Self:
        """Return `other * self`."""

    def __truediv__(self, other: Any) -> Self:
        """Return `self / other`."""

    def __rtruediv__(self, other: Any) -> Self:
        """Return `other / self`."""

    def __floordiv__(self, other: Any) -> Self:
        """Return `self // other`."""

    def __rfloordiv__(self, other: Any) -> Self:
        """Return `other // self`."""

    def __mod__(self, other: Any) -> Self:
        """Return `self % other`."""

    def __rmod__(self, other: Any) -> Self:
        """Return `other % self`."""

    def __pow__(self, other: Any) -> Self:
        """Return `self ** other`."""

    def __rpow__(self, other: Any) -> Self:
        """Return `other ** self`."""

    def __matmul__(self, other: Any) -> Self:
        """Return `self @ other`."""

    def __rmatmul__(self, other: Any) -> Self:
        """Return `other @ self`."""

    def __and__(self, other: Any) -> Self:
        """Return `self & other`."""

    def __rand__(self, other: Any) -> Self:
        """Return `other & self`."""

    def __or__(self, other: Any) -> Self:
        """Return `self | other`."""

    def __ror__(self, other: Any) -> Self:
        """Return `other | self`."""

    def __xor__(self, other: Any) -> Self:
        """Return `self ^ other`."""

    def __rxor__(self, other: Any) -> Self:
        """Return `other ^ self`."""

    def __lshift__(self, other: Any) -> Self:
        """Return `self << other`."""

    def __rlshift__(self, other: Any) -> Self:
        """Return `other << self`."""

    def __rshift__(self, other: Any) -> Self:
        """Return `self >> other`."""

    def __rrshift__(self, other: Any) -> Self:
        """Return `other >> self`."""

    def __divmod__(self, other: Any) -> tuple[Self, Self]:
        """Return `self // other` and `self % other`."""

    def __rdivmod__(self, other: Any) -> tuple[Self, Self]:
        """Return `other // self` and `other % self`."""

    def __gt__(self, other: Any) -> Self:
        """Return `self > other`, entry by entry."""

    def __ge__(self, other: Any) -> Self:
        """Return `self >= other`, entry by entry."""

    def __lt__(self, other: Any) -> Self:
        """Return `self < other`, entry by entry."""

    def __le__(self, other: Any) -> Self:
        """Return `self <= other`, entry by entry."""

    def __eq__(self, other: Any) -> Self:  # type: ignore[override]  # elementwise
        """Return `self == other`, entry by entry."""

    def __ne__(self, other: Any) -> Self:  # type: ignore[override]  # elementwise
        """Return `self != other`, entry by entry."""

    def __neg__(self) -> Self:
        """Return `-self`."""

    def __pos__(self) -> Self:
        """Return `+self`."""

    def __abs__(self) -> Self:
        """Return the absolute values."""

    def __invert__(self) -> Self:
        """Return `~self`: not, or of integers, every bit flipped."""

    def __contains__(self, value: Any) -> bool:
        """Return whether an entry equals `value`."""

    def __getitem__(self, key: Any) -> Self:
        """Return `self[key]`: by slices, integers, `None`, `...`, index arrays or masks."""

    # Gradients ------------------------------------------------------------------------------------

    def backward(
        self, gradient: Any = None, *, retain_graph: bool = True, retain_grads: bool = False
    ) -> None:
        """Add the gradient of this tensor to `grad` of every leaf below it.

        dL/dx = sum over the uses of x of dL/dy * dy/dx, from this tensor down to the leaves.
        `gradient`, the cotangent of this tensor, has its shape; for one element it defaults to 1.
        With `retain_grads` intermediate results get a `grad` too. With `retain_graph=False` the
        pass releases the arrays of each step as it leaves it.

        Raises `ShapeError` for a gradient of another shape, or none where one is needed;
        `StaleGraphError` if a leaf was given a new value since; `GraphReleasedError` after a pass
        that released the graph.

        >>> from autograd import Tensor
        >>> x = Tensor(3.0, requires_grad=True)
        >>> (x * x).backward()
        >>> x.grad
        np.float64(6.0)
        """

    # Reductions -----------------------------------------------------------------------------------

    def sum(
        self,
        axis: Axis = None,
        dtype: Any = None,
        out: None = None,
        keepdims: bool = False,
        initial: Any = 0,
        where: Any = True,
    ) -> Self:
        """Return the sum of the entries over `axis`."""

    def prod(
        self,
        axis: Axis = None,
        dtype: Any = None,
        out: None = None,
        keepdims: bool = False,
        initial: Any = 1,
        where: Any = True,
    ) -> Self:
        """Return the product of the entries over `axis`."""

    def mean(
        self,
        axis: Axis = None,
        dtype: Any = None,
        out: None = None,
        keepdims: bool = False,
        *,
        where: Any = True,
    ) -> Self:
        """Return the arithmetic mean over `axis`."""

    def var(
        self,
        axis: Axis = None,
        dtype: Any = None,
        out: None = None,
        ddof: float = 0,
        keepdims: bool = False,
        *,
        where: Any = True,
        mean: Any = None,
    ) -> Self:
        """Return the variance over `axis`; the divisor is `n - ddof`."""

    def std(
        self,
        axis: Axis = None,
        dtype: Any = None,
        out: None = None,
        ddof: float = 0,
        keepdims: bool = False,
        *,
        where: Any = True,
        mean: Any = None,
    ) -> Self:
        """Return the standard deviation over `axis`, the root of `var`."""

    def max(
        self,
        axis: Axis = None,
        out: None = None,
        keepdims: bool = False,
        initial: Any = None,
        where: Any = True,
    ) -> Self:
        """Return the largest entry over `axis`; ties share the gradient equally."""

    def min(
        self,
        axis: Axis = None,
        out: None = None,
        keepdims: bool = False,
        initial: Any = None,
        where: Any = True,
    ) -> Self:
        """Return the smallest entry over `axis`; ties share the gradient equally."""

    def argmax(self, axis: int | None = None, out: None = None, *, keepdims: bool = False) -> Self:
        """Return the index of the largest entry along `axis`, of all entries by default."""

    def argmin(self, axis: int | None = None, out: None = None, *, keepdims: bool = False) -> Self:
        """Return the index of the smallest entry along `axis`, of all entries by default."""

    def all(
        self, axis: Axis = None, out: None = None, keepdims: bool = False, *, where: Any = True
    ) -> Self:
        """Return whether all entries over `axis` are true."""

    def any(
        self, axis: Axis = None, out: None = None, keepdims: bool = False, *, where: Any = True
    ) -> Self:
        """Return whether an entry over `axis` is true."""

    def cumsum(self, axis: int | None = None, dtype: Any = None, out: None = None) -> Self:
        """Return the running sums along `axis`, of all entries by default."""

    def cumprod(self, axis: int | None = None, dtype: Any = None, out: None = None) -> Self:
        """Return the running products along `axis`, of all entries by default."""

    def trace(
        self, offset: int = 0, axis1: int = 0, axis2: int = 1, dtype: Any = None, out: None = None
    ) -> Self:
        """Return the sum along the diagonal."""

    # Entry by entry -------------------------------------------------------------------------------

    def exp(self) -> Self:
        """Return e to the power of every entry."""

    def log(self) -> Self:
        """Return the natural logarithm of every entry."""

    def sqrt(self) -> Self:
        """Return the square root of every entry."""

    def sin(self) -> Self:
        """Return the sine of every entry."""

    def cos(self) -> Self:
        """Return the cosine of every entry."""

    def tanh(self) -> Self:
        """Return the hyperbolic tangent of every entry."""

    def clip(self, min: Any = None, max: Any = None, out: None = None) -> Self:
        """Return the entries, limited to the range from `min` to `max`."""

    def round(self, decimals: int = 0, out: None = None) -> Self:
        """Return the entries, rounded to `decimals`; the derivative is 0."""

    def conj(self) -> Self:
        """Return the complex conjugate."""

    def conjugate(self) -> Self:
        """Return the complex conjugate."""

    def astype(
        self,
        dtype: Any,
        order: str = "K",
        casting: Any = "unsafe",
        subok: bool = True,
        copy: bool = True,
    ) -> Self:
        """Return the entries in another dtype; a gradient goes through real and complex ones.

        Without `copy`, a tensor that has the dtype already is returned itself. `order` and `subok`
        change nothing. Raises `TypeError` for a cast that `casting` forbids.
        """

    def copy(self, order: str = "C") -> Self:
        """Return a copy, recorded like any operation."""

    # Products -------------------------------------------------------------------------------------

    def dot(self, other: Any, /, out: None = None) -> Self:
        """Return the product of vectors or matrices, as `np.dot`."""

    # Shape ----------------------------------------------------------------------------------------

    def reshape(self, /, *shape: Any, order: str = "C", copy: bool | None = None) -> Self:
        """Return the entries in another shape, given as one tuple or as several numbers."""

    def transpose(self, /, *axes: Any) -> Self:
        """Return the tensor with its axes permuted; without `axes`, reversed."""

    def swapaxes(self, axis1: int, axis2: int, /) -> Self:
        """Return the tensor with two axes exchanged."""

    def squeeze(self, axis: Axis = None) -> Self:
        """Return the tensor without axes of length 1: those of `axis`, by default all."""

    def flatten(self, order: str = "C") -> Self:
        """Return all entries along one axis."""

    def ravel(self, order: str = "C") -> Self:
        """Return all entries along one axis."""

    def repeat(self, repeats: Any, axis: int | None = None) -> Self:
        """Return every entry `repeats` times in a row."""

    def diagonal(self, offset: int = 0, axis1: int = 0, axis2: int = 1) -> Self:
        """Return the entries on the diagonal."""

    # Selection and order --------------------------------------------------------------------------

    def take(
        self, indices: Any, axis: int | None = None, out: None = None, mode: str = "raise"
    ) -> Self:
        """Return the entries at `indices` along `axis`."""

    def choose(self, choices: Any, out: None = None, mode: str = "raise") -> Self:
        """Return, at each place, the entry of the choice that this tensor numbers there."""

    def compress(self, condition: Any, axis: int | None = None, out: None = None) -> Self:
        """Return the entries along `axis` where `condition` is true."""

    def searchsorted(self, v: Any, side: str = "left", sorter: Any = None) -> Self:
        """Return the indices at which `v` would be inserted to keep the order."""

    def argsort(
        self,
        axis: int | None = -1,
        kind: Any = None,
        order: Any = None,
        *,
        stable: bool | None = None,
    ) -> Self:
        """Return the indices that would sort along `axis`."""

    def argpartition(
        self, kth: Any, axis: int | None = -1, kind: str = "introselect", order: Any = None
    ) -> Self:
        """Return the indices that would partition along `axis` around entry `kth`."""

    def nonzero(self) -> tuple[Self, ...]:
        """Return the indices of the entries that are not 0, one tensor for each axis."""

    def tolist(self) -> Any:
        """Return the values as nested lists of Python numbers."""

    # Methods by which an array changes itself; a tensor refuses -----------------------------------

    def fill(self, value: Any) -> NoReturn:
        """Raise `TypeError`; `np.full_like(t, value)` returns a new tensor."""

    def partition(
        self, kth: Any, axis: int = -1, kind: str = "introselect", order: Any = None
    ) -> NoReturn:
        """Raise `TypeError`; `np.partition(t, kth)` returns a new tensor."""

    def put(self, indices: Any, values: Any, mode: str = "raise") -> NoReturn:
        """Raise `TypeError`; `autograd.put(t, index, value)` returns a new tensor."""

    def resize(self, /, *new_shape: Any, refcheck: bool = True) -> NoReturn:
        """Raise `TypeError`; `np.resize(t, shape)` returns a new tensor."""

    def sort(
        self, axis: int = -1, kind: Any = None, order: Any = None, *, stable: bool | None = None
    ) -> NoReturn:
        """Raise `TypeError`; `np.sort(t)` returns a new tensor."""

    # Attributes -----------------------------------------------------------------------------------

    @property
    def T(self) -> Self:
        """Tensor with the order of its axes reversed."""

    @property
    def mT(self) -> Self:
        """Matrices transposed: the tensor with its last two axes exchanged."""

    @property
    def real(self) -> Self:
        """Real part."""

    @property
    def imag(self) -> Self:
        """Imaginary part."""

    @property
    def flat(self) -> Self:
        """All entries along one axis, rows first."""
