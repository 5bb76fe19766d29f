"""Program text: bounded first, then parsed by `ast`, with errors that point at the place."""

import ast
import re
import warnings
from collections.abc import Iterator

from autograd.errors import ProgramError
from autograd.language.hints import SIGNS, unreadable
from autograd.language.limits import MAX_NESTING, MAX_STEPS, MAX_TEXT, MAX_WORD


class Source:
    """A program's text, and the places in it.

    >>> source = Source("q = x + y; f = q * z")
    >>> [ast.unparse(statement) for statement in source.statements()]
    ['q = x + y', 'f = q * z']
    """

    def __init__(self, text: str) -> None:
        if not isinstance(text, str):
            raise ProgramError(f"a program is a text, got {type(text).__name__}")
        if len(text) > MAX_TEXT:
            raise ProgramError(
                f"the program has {len(text)} characters; at most {MAX_TEXT} are read"
            )
        lines = text.replace("\r\n", "\n").replace("\r", "\n").split("\n")
        # Without blocks, indentation means nothing; the columns of errors still count it.
        self._lines = [line.strip() for line in lines]
        self._indents = [len(line) - len(line.lstrip()) for line in lines]
        self._check_characters()

    def error(self, node: ast.expr | ast.stmt | ast.keyword, message: str) -> ProgramError:
        """A `ProgramError` that says where `node` stands."""
        line = self._lines[node.lineno - 1]
        before = line.encode()[: node.col_offset].decode()
        return self._error_at(node.lineno, len(before) + 1, message)

    def statements(self) -> list[ast.stmt]:
        """The statements, each within the limits on nesting and steps."""
        body = self._parse()
        if not body:
            raise ProgramError("the program is empty; write for example f = (x + y) * z")
        steps = 0
        for statement in body:
            for depth, level in enumerate(_levels(statement)):
                steps += len(level)
                if depth > MAX_NESTING:
                    raise self.error(
                        statement,
                        f"the expression is nested more than {MAX_NESTING} levels deep; "
                        "give a part of it a name of its own",
                    )
                if steps > MAX_STEPS:
                    raise self.error(
                        statement, f"the program has more than {MAX_STEPS} steps; make it shorter"
                    )
        return body

    def _error_at(self, line: int, column: int, message: str) -> ProgramError:
        column += self._indents[line - 1]
        return ProgramError(f"line {line}, column {column}: {message}")

    def _check_characters(self) -> None:
        for number, line in enumerate(self._lines, 1):
            code = line.partition("#")[0]
            for column, sign in enumerate(code, 1):
                if sign in SIGNS:
                    raise self._error_at(number, column, f"for {sign} write {SIGNS[sign]}")
                if not sign.isprintable() and sign != "\t":
                    raise self._error_at(
                        number, column, f"the character U+{ord(sign):04X} has no place here"
                    )
            if word := re.search(rf"[\w.]{{{MAX_WORD + 1},}}", line):
                raise self._error_at(
                    number, word.start() + 1, f"a number or name has at most {MAX_WORD} characters"
                )

    def _parse(self) -> list[ast.stmt]:
        try:
            with warnings.catch_warnings():
                warnings.simplefilter("ignore")
                return ast.parse("\n".join(self._lines)).body
        except SyntaxError as error:
            raise self._syntax_error(error) from None
        except (RecursionError, MemoryError, ValueError):
            # What CPython's parser makes of hostile text, though it is short and printable.
            raise ProgramError("the program is nested too deeply to be read") from None

    def _syntax_error(self, error: SyntaxError) -> ProgramError:
        number = min(max(error.lineno or 1, 1), len(self._lines))
        line = self._lines[number - 1]
        column = min(max(error.offset or 1, 1), len(line) + 1)
        return self._error_at(number, column, unreadable(line) or f"cannot read this: {error.msg}")


def _levels(statement: ast.stmt) -> Iterator[list[ast.AST]]:
    """The nodes below `statement`, level by level: without recursion, for any depth."""
    level: list[ast.AST] = [statement]
    while level:
        level = [
            child
            for node in level
            for child in ast.iter_child_nodes(node)
            if isinstance(child, ast.expr | ast.keyword)
        ]
        yield level
