"""The steps of an account, grouped by the modules that ran them, for pictures to fold."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import TYPE_CHECKING, Union

from autograd.explanation.watch import Scope

if TYPE_CHECKING:
    from autograd.explanation.steps import Step


@dataclass(eq=False)
class Group:
    """Steps and smaller groups of them, in the order of their computation.

    `name` is the name of a module in the module around it and `kind` its class; a block of steps
    without a module has no kind.
    """

    name: str
    kind: str = ""
    parent: "Group | None" = None
    members: list[Union["Step", "Group"]] = field(default_factory=list)

    @property
    def title(self) -> str:
        """The label of the box or frame: `0: Linear`."""
        return ": ".join(filter(None, (self.name, self.kind)))

    @property
    def groups(self) -> Iterator["Group"]:
        """The groups right inside this one."""
        return (member for member in self.members if isinstance(member, Group))

    @cached_property
    def depth(self) -> int:
        """Number of groups around this one."""
        return 0 if self.parent is None else self.parent.depth + 1

    def way(self) -> Iterator["Group"]:
        """Iterate over this group and the groups around it, from the inside."""
        group: Group | None = self
        while group is not None:
            yield group
            group = group.parent

    def walk(self) -> Iterator["Group"]:
        """Iterate over this group and all inside it, outer ones first."""
        todo = [self]
        for group in todo:
            todo.extend(group.groups)
        return iter(todo)

    def own_steps(self) -> Iterator["Step"]:
        """Iterate over the steps right inside this group."""
        return (member for member in self.members if not isinstance(member, Group))

    def steps(self) -> Iterator["Step"]:
        """Iterate over all steps inside, also those of the groups inside."""
        for group in self.walk():
            yield from group.own_steps()

    def to_depth(self, depth: int) -> set["Group"]:
        """Return this group and the groups inside it, down to `depth` levels."""
        return {group for group in self.walk() if group.depth <= self.depth + depth}

    def fitting_depth(self, most: int) -> int:
        """Return the number of levels that can be open with at most `most` steps in them."""
        deepest = max(group.depth for group in self.walk())
        for depth in range(deepest):
            opened = self.to_depth(depth + 1)
            if sum(len(list(group.own_steps())) for group in opened) > most:
                return depth
        return deepest

    def adopt(self, member: Union["Step", "Group"]) -> None:
        """Take in a step or a group."""
        self.members.append(member)
        if isinstance(member, Group):
            member.parent = self

    def split(self, most: int) -> None:
        """Put the members of every group with more than `most` into blocks of `most`."""
        for group in list(self.walk()):
            while len(group.members) > most:
                members, group.members = group.members, []
                for k in range(0, len(members), most):
                    block = Group("")
                    for member in members[k : k + most]:
                        block.adopt(member)
                    group.adopt(block)
                    numbers = sorted(step.number for step in block.steps())
                    block.name = f"steps {numbers[0]} to {numbers[-1]}"


def group_steps(steps: Sequence["Step"], scopes: Sequence[Scope]) -> Group:
    """Return the group of all steps, with a group inside for every run of a module."""
    whole = Group("")
    opened: list[tuple[Scope, Group]] = []
    waiting = list(reversed(scopes))
    for step in steps:
        seq = step.tensor.seq
        while opened and opened[-1][0].last < seq:
            opened.pop()
        while waiting and waiting[-1].first < seq:
            scope = waiting.pop()
            if scope.last < seq:
                continue
            group = Group(scope.name, scope.kind)
            (opened[-1][1] if opened else whole).adopt(group)
            opened.append((scope, group))
        (opened[-1][1] if opened else whole).adopt(step)
    return whole
