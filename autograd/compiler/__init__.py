"""`compile`: the record as a program of its own, replayed without recording."""

from autograd.compiler.compiled import compile as compile
