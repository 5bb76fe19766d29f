"""The text of a program: checked against the limits, then parsed by `ast`."""

import ast
import re
import warnings
from collections.abc import Iterator

from autograd.errors import ProgramError
from autograd.language.hints import SIGNS, explain_syntax
from autograd.language.limits import MAX_NESTING, MAX_STEPS, MAX_TEXT, MAX_WORD


class Source:
    """A program's text, its statements, and errors that name a place in it.

    >>> source = Source("q = x + y; f = q * z")
    >>> [ast.unparse(statement) for statement in source.parse()]
    ['q = x + y', 'f = q * z']
    """

    def __init__(self, text: str) -> None:
        if not isinstance(text, str):
            raise ProgramError(f"a program must be a text, got {type(text).__name__}")
        if len(text) > MAX_TEXT:
            raise ProgramError(
                f"the program has {len(text)} characters; at most {MAX_TEXT} are read"
            )
        lines = text.replace("\r\n", "\n").replace("\r", "\n").split("\n")
        # The language has no blocks; indentation counts only for the columns of errors.
        self._lines = [line.strip() for line in lines]
        self._indents = [len(line) - len(line.lstrip()) for line in lines]
        self._check_characters()

    def make_error(self, node: ast.expr | ast.stmt | ast.keyword, message: str) -> ProgramError:
        """Return a `ProgramError` with the line and column of `node`."""
        line = self._lines[node.lineno - 1]
        before = line.encode()[: node.col_offset].decode()
        return self._make_error_at(node.lineno, len(before) + 1, message)

    def parse(self) -> list[ast.stmt]:
        """Parse the statements, and check them against the limits on nesting and steps."""
        body = self._parse_text()
        if not body:
            raise ProgramError("the program is empty; write for example f = (x + y) * z")
        steps = 0
        for statement in body:
            for depth, level in enumerate(_walk_levels(statement)):
                steps += len(level)
                if depth > MAX_NESTING:
                    raise self.make_error(
                        statement,
                        f"the expression is nested more than {MAX_NESTING} levels deep; "
                        "assign a part of it to a name",
                    )
                if steps > MAX_STEPS:
                    raise self.make_error(
                        statement, f"the program has more than {MAX_STEPS} steps; make it shorter"
                    )
        return body

    def _make_error_at(self, line: int, column: int, message: str) -> ProgramError:
        column += self._indents[line - 1]
        return ProgramError(f"line {line}, column {column}: {message}")

    def _check_characters(self) -> None:
        for number, line in enumerate(self._lines, 1):
            code = line.partition("#")[0]
            for column, sign in enumerate(code, 1):
                if sign in SIGNS:
                    raise self._make_error_at(number, column, f"for {sign} write {SIGNS[sign]}")
                if not sign.isprintable() and sign != "\t":
                    raise self._make_error_at(
                        number, column, f"the character U+{ord(sign):04X} is not allowed"
                    )
            if word := re.search(rf"[\w.]{{{MAX_WORD + 1},}}", line):
                raise self._make_error_at(
                    number, word.start() + 1, f"a number or name has at most {MAX_WORD} characters"
                )

    def _parse_text(self) -> list[ast.stmt]:
        try:
            with warnings.catch_warnings():
                warnings.simplefilter("ignore")
                return ast.parse("\n".join(self._lines)).body
        except SyntaxError as error:
            raise self._convert_syntax_error(error) from None
        except (RecursionError, MemoryError, ValueError):
            # CPython's parser raises these for hostile text, even short and printable text.
            raise ProgramError("the program is nested too deeply to be read") from None

    def _convert_syntax_error(self, error: SyntaxError) -> ProgramError:
        number = min(max(error.lineno or 1, 1), len(self._lines))
        line = self._lines[number - 1]
        column = min(max(error.offset or 1, 1), len(line) + 1)
        return self._make_error_at(
            number, column, explain_syntax(line) or f"cannot read this: {error.msg}"
        )


def _walk_levels(statement: ast.stmt) -> Iterator[list[ast.AST]]:
    """Yield the nodes below `statement`, level by level, without recursion."""
    level: list[ast.AST] = [statement]
    while level:
        level = [
            child
            for node in level
            for child in ast.iter_child_nodes(node)
            if isinstance(child, ast.expr | ast.keyword)
        ]
        yield level
