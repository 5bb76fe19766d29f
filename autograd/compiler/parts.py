"""The text of a program as functions, none of which is very long.

Python compiles a function of hundreds of thousands of lines in twice the time, and in twenty times
the memory, of the same lines in several functions.
"""

import re
from collections.abc import Iterable, Sequence

_LONGEST = 2000
_INDENT = "    "


def split_functions(parameters: str, lines: Sequence[str]) -> list[str]:
    """Return the lines of `program`; of a long one, those of the parts that it calls in order.

    A part takes the parameters and results of parts before it that it uses, and returns its names
    that are used after it.
    """
    if len(lines) <= _LONGEST:
        return _format_function("program", parameters, lines)
    *body, result = lines
    parts = _split(body)
    last_use = {name: k for k, part in enumerate([*parts, [result]]) for name in _find_words(part)}
    known = set(_find_words([parameters]))
    found, calls = [], []
    for k, part in enumerate(parts):
        taken = ", ".join(name for name in _find_words(part) if name in known)
        given = [name for name in _find_assigned(part) if last_use[name] > k]
        known.update(given)
        returned = [f"return {', '.join(given)}"] if given else []
        found += [*_format_function(f"part{k}", taken, [*part, *returned]), ""]
        calls.append(f"{', '.join(given)} = part{k}({taken})" if given else f"part{k}({taken})")
    return [*found, *_format_function("program", parameters, [*calls, result])]


def split_paragraphs(lines: Sequence[str]) -> list[str]:
    """Return lines that run once, with empty lines where they may be compiled apart."""
    found: list[str] = []
    for k in range(0, len(lines), _LONGEST):
        found += [*lines[k : k + _LONGEST], ""]
    return found


def _format_function(name: str, parameters: str, lines: Iterable[str]) -> list[str]:
    return [f"def {name}({parameters}):", *(f"{_INDENT}{line}" for line in lines)]


def _split(lines: Iterable[str]) -> list[list[str]]:
    parts: list[list[str]] = [[]]
    for line in lines:
        # An indented line belongs to the one before.
        if len(parts[-1]) >= _LONGEST and not line.startswith(_INDENT):
            parts.append([])
        parts[-1].append(line)
    return parts


def _find_words(lines: Iterable[str]) -> dict[str, None]:
    """Return all words, among them the names of variables, each once and in order."""
    return dict.fromkeys(name for line in lines for name in re.findall(r"[^\W\d]\w*", line))


def _find_assigned(lines: Iterable[str]) -> dict[str, None]:
    found = (re.match(r"(\w+) [-+*/]?= ", line) for line in lines)
    return dict.fromkeys(match[1] for match in found if match)
