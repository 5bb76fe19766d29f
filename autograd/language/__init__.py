"""The program language of `explain` and `verify`: formulas as a learner writes them in Python.

    q = x + y; f = q * z

A program is assignments, one on a line or separated by `;`. A last bare expression is the result,
called `result` unless it is a name. `ast` parses the text, and a walk over the tree evaluates it:
no text becomes code, so a stranger's program is safe to run.

Expressions: `+ - * / ** @`, unary minus, numbers (all floats), lists as vectors and
matrices, entries and slices (`x[0]`, `W[1, :]`), `.T`, and the functions in
`autograd.language.functions.FUNCTIONS`. The first operand of `where` may be a comparison.

The limits of a program are in `autograd.language.limits`:

    MAX_TEXT       10,000 characters
    MAX_WORD          100 characters of a number or name
    MAX_NESTING        64 levels of an expression
    MAX_STEPS       2,000 numbers, names, operations and calls
    MAX_ENTRIES 1,000,000 entries of one array
    MAX_TOTAL   5,000,000 entries of all steps together
"""

from autograd.language.functions import FUNCTIONS
from autograd.language.program import Evaluation, Statement, evaluate_constant, run

__all__ = ["FUNCTIONS", "Evaluation", "Statement", "evaluate_constant", "run"]
