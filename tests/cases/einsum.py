"""Cases for `autograd.ops.einsum`."""

from typing import Any

from tests.cases.case import Case

EXPRESSIONS: list[tuple[Any, ...]] = [
    ("i->", (3,)),
    ("ij->ji", (2, 3)),
    ("ba", (2, 3)),
    ("ij->j", (2, 3)),
    ("ii->i", (3, 3)),
    ("ii", (3, 3)),
    ("iii->", (2, 2, 2)),
    ("iji->ij", (2, 3, 2)),
    ("iijj->ij", (2, 2, 3, 3)),
    ("i,i", (3,), (3,)),
    ("i,j->ij", (2,), (3,)),
    ("ij,jk->ik", (2, 3), (3, 4)),
    ("ij,ji", (2, 3), (3, 2)),
    ("ij,ij->i", (2, 3), (2, 3)),
    ("ij,k->k", (2, 3), (4,)),
    ("ii,i->i", (3, 3), (3,)),
    ("ii,ij->j", (3, 3), (3, 2)),
    ("bij,bjk->bik", (4, 2, 3), (4, 3, 2)),
    ("ij,jk,kl->il", (2, 3), (3, 2), (2, 4)),
    ("i,i,i->", (3,), (3,), (3,)),
    ("ij,j,i,->", (2, 3), (3,), (2,), ()),
    (",->", (), ()),
    ("...ij,...jk->...ik", (4, 2, 3), (3, 2)),
    ("...i,i...", (2, 3), (3, 2)),
    ("...,...", (2, 3), (3,)),
    ("...ii->...i", (2, 3, 3)),
    ("i...->...", (3, 2, 2)),
    ("...i->i...", (2, 3)),
    ("i...,...j->...ij", (2, 4, 1), (3, 2)),
    # Axes of length one that are stretched.
    ("i,i->", (3,), (1,)),
    ("ij,ij->i", (1, 3), (2, 1)),
    ("ij,jk->ik", (2, 1), (3, 4)),
    ("ii,i->i", (1, 1), (3,)),
    ("...i,...i->...", (1, 3), (4, 3)),
    ("...i,...i->...i", (2, 1, 3), (4, 1)),
    # Nothing to sum.
    ("i->", (0,)),
    ("ij->i", (2, 0)),
    ("ij,jk->ik", (2, 0), (0, 3)),
    ("ij,j->i", (0, 3), (3,)),
    ("i,j->", (0,), (2,)),
]

CASES: dict[str, list[Case]] = {
    "einsum": [
        *(
            Case(tuple(shapes), {"subscripts": subscripts}, complex_too=True)
            for subscripts, *shapes in EXPRESSIONS
        ),
        *(
            Case(((2, 3), (3, 2), (2, 4)), {"subscripts": "ij,jk,kl->il", "optimize": optimize})
            for optimize in (True, "optimal", ["einsum_path", (0, 1), (0, 1)])
        ),
    ],
}
