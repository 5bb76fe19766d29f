"""`compile`: the record as a program, replayed without recording."""

from autograd.compiler.compiled import compile as compile
