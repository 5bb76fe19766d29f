"""The share of wrong numbers for which the diagnosis names the mistake that was made.

    python benchmarks/diagnosis.py [--seeds N]

Every derivation of `derivations_*.py` is worked out at random inputs with one slip at a time, its
numbers are rounded to 2 to 6 significant digits, and all of them, or only the last half, are handed
in. For the first wrong number it counts whether the slip that was made is named first, or named at
all; and it counts right numbers, rounded alike, that are called wrong.
"""

import argparse
import warnings
from collections import Counter, defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

import derivations_arrays  # noqa: F401, enters its derivations
import derivations_scalar  # noqa: F401, enters its derivations
import numpy as np
from derivations import DERIVATIONS, Claims, Derivation

from autograd.marking.report import Claim, Report
from autograd.marking.verdict import Verdict
from autograd.marking.verification import verify


class Slips:
    """Maker of the slip with the number `made` on the way through a derivation, or of none.

    With `decimals`, every number is rounded before the next one is computed from it.
    """

    def __init__(self, made: int | None = None, decimals: int | None = None) -> None:
        self.made, self.decimals, self.kinds = made, decimals, list[str]()

    def __call__(self, right: Any, **wrong: Any) -> Any:
        if self.decimals is not None:
            return np.round(right, self.decimals)
        for kind, value in wrong.items():
            if value is None:
                continue
            self.kinds.append(kind.replace("_", " "))
            if len(self.kinds) - 1 == self.made:
                right = value
        return right


@dataclass
class Score:
    """The counts of one kind of slip."""

    made: int = 0
    first: int = 0
    listed: int = 0


def written(value: Any, digits: int) -> Any:
    """Format numbers as a learner writes them, with `digits` significant digits."""
    if np.ndim(value):
        return [written(x, digits) for x in value]
    text = f"{float(value):.{digits}g}"
    if "e" in text:
        return text if "." in text else text.replace("e", ".0e")
    # A number without a point claims to be exact.
    return text if "." in text or float(text) == value else f"{text}."


def with_swapped_digits(text: Any) -> str | None:
    """Return a written number with its last two different neighbouring digits swapped."""
    for i in range(len(text) - 2, 1, -1) if isinstance(text, str) else ():
        a, b = text[i : i + 2]
        if a.isdigit() and b.isdigit() and a != b and text[i - 1] != "-" and "e" not in text:
            return f"{text[:i]}{b}{a}{text[i + 2 :]}"
    return None


def with_moved_point(text: Any) -> str | None:
    """Return a written number with its decimal point one place further to the right."""
    if not isinstance(text, str) or "e" in text or len(text.partition(".")[2]) < 2:
        return None
    whole, _, decimals = text.partition(".")
    return f"{whole}{decimals[0]}.{decimals[1:]}"


def checked(derivation: Derivation, at: dict[str, Any], claims: Claims, digits: int) -> Report:
    """Return the report on claims, each written with `digits` digits."""
    texts = {name: written(value, digits) for name, value in claims.items()}
    return marked(derivation, at, texts)


def marked(derivation: Derivation, at: dict[str, Any], texts: dict[str, Any]) -> Report:
    """Return the report on written claims."""
    after = {n.removesuffix(" after"): x for n, x in texts.items() if n.endswith(" after")}
    return verify(
        derivation.program,
        at=at,
        claims={name: x for name, x in texts.items() if not name.endswith(" after")},
        update=derivation.update if after else None,
        after=after,
    )


def cases(seeds: int) -> Iterator[tuple[Derivation, str, Report, Report]]:
    """Yield for every slip the derivation, its kind, the report with it and the one without."""
    for number, derivation in enumerate(DERIVATIONS):
        for seed in range(seeds):
            rng = np.random.default_rng([number, seed])
            at = derivation.inputs(rng)
            slips = Slips()
            right = derivation.by_hand(slips, **at)
            digits = int(rng.integers(2, 7))
            fine = checked(derivation, at, right, digits)
            for made, kind in enumerate(slips.kinds):
                wrong = derivation.by_hand(Slips(made), **at)
                names = list(wrong)[len(wrong) // 2 * int(rng.integers(2)) :]
                handed_in = {name: wrong[name] for name in names}
                # Fewer digits could hide a small slip.
                yield derivation, kind, checked(derivation, at, handed_in, max(3, digits)), fine
            # Only the last numbers are handed in: the steps before were rounded on paper.
            rounded = derivation.by_hand(Slips(decimals=1), **at)
            last = {name: rounded[name] for name in list(rounded)[-2:]}
            if all(np.all(np.isfinite(x)) for x in last.values()):
                yield derivation, "rounding", checked(derivation, at, last, 6), fine
            for edit in (with_swapped_digits, with_moved_point):
                name = str(rng.choice(list(right)))
                edited = edit(written(right[name], 5))
                if edited is not None:
                    others = {n: written(x, 5) for n, x in right.items()}
                    yield (
                        derivation,
                        "copying",
                        marked(derivation, at, {**others, name: edited}),
                        fine,
                    )


def first_wrong(report: Report) -> Claim | None:
    """Return the wrong claim in which a report first departs, values before derivatives."""
    wrong = [claim for claim in report.claims if claim.verdict is Verdict.WRONG]
    origin = [claim for claim in wrong if claim.departs_in == claim.name]
    return next(iter(origin), None)


@dataclass
class Result:
    """The counts of all slips and of right numbers."""

    scores: defaultdict[str, Score] = field(default_factory=lambda: defaultdict(Score))
    right: int = 0
    called_wrong: int = 0
    instead: Counter[tuple[str, str]] = field(default_factory=Counter)
    missed: list[str] = field(default_factory=list)

    @property
    def total(self) -> Score:
        """The score of all kinds together."""
        counts = (
            [getattr(x, n) for x in self.scores.values()] for n in ("made", "first", "listed")
        )
        return Score(*map(sum, counts))


def measure(seeds: int) -> Result:
    """Work out every derivation with every slip at `seeds` random inputs."""
    result, last = Result(), None
    for derivation, kind, report, fine in cases(seeds):
        if fine is not last:
            last = fine
            result.right += len(fine.claims)
            result.called_wrong += sum(claim.verdict is Verdict.WRONG for claim in fine.claims)
        claim = first_wrong(report)
        if claim is None:
            continue
        score = result.scores[kind]
        score.made += 1
        score.listed += kind in claim.mistakes
        if claim.mistakes[:1] == (kind,):
            score.first += 1
        else:
            named = claim.mistakes[0] if claim.mistakes else "nothing"
            result.instead[kind, named] += 1
        if kind not in claim.mistakes:
            result.missed.append(f"{derivation.name}: {kind}: {claim}")
    return result


def main() -> None:
    """Measure and print the table."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--seeds", type=int, default=6, help="random inputs of each derivation")
    parser.add_argument("--missed", action="store_true", help="show those that were not listed")
    options = parser.parse_args()
    warnings.simplefilter("ignore")
    result = measure(options.seeds)
    rows = sorted(result.scores.items(), key=lambda row: -row[1].made)
    print("| mistake | made | named first | named |")
    print("| :-- | --: | --: | --: |")
    for kind, score in [*rows, ("all", result.total)]:
        first, listed = score.first / score.made, score.listed / score.made
        print(f"| {kind} | {score.made} | {first:.1%} | {listed:.1%} |")
    print(f"\n{len(DERIVATIONS)} programs; of {result.right} right numbers", end=" ")
    print(f"{result.called_wrong} were called wrong")
    pairs = result.instead.most_common(12)
    print("taken for others:", ", ".join(f"{a} for {b} {n}" for (a, b), n in pairs))
    if options.missed:
        print("\n".join(result.missed))


if __name__ == "__main__":
    main()
