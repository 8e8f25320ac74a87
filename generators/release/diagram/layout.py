"""Layout of a diagram: columns by depth of reference, each column ordered by its neighbours. Pure.

The layers and the barycentre order are those of Sugiyama's method, in its simplest form.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from typing import ClassVar

from generators.cloudformation.references import Edges

_ROWS = 8  # per column at most, so that a diagram stays wider than it is high


@dataclass(frozen=True, slots=True)
class Box:
    """A resource at x, y (pixels, top left corner)."""

    WIDTH: ClassVar = 178
    HEIGHT: ClassVar = 42
    STEP: ClassVar = (246, 58)

    name: str
    x: int
    y: int


def layout(edges: Edges) -> tuple[Box, ...]:
    """A box for each resource: left those that no other refers to, further right those that they refer to."""
    columns = _ordered(_columns(_forward(edges)), edges)
    height = max((len(column) for column in columns), default=0)
    return tuple(
        Box(name, x * Box.STEP[0], int((height - len(column)) * Box.STEP[1] / 2) + y * Box.STEP[1])
        for x, column in enumerate(columns)
        for y, name in enumerate(column)
    )


def _forward(edges: Edges) -> Edges:
    """The references without cycles, such as those of two security groups that name each other."""
    forward: dict[str, set[str]] = {}

    def visit(name: str, path: tuple[str, ...]) -> None:
        forward[name] = set()
        for other in sorted(edges[name] - {*path, name}):
            forward[name].add(other)
            if other not in forward:
                visit(other, (*path, name))

    for name in sorted(edges):
        if name not in forward:
            visit(name, ())
    return {name: frozenset(others) for name, others in forward.items()}


def _columns(edges: Edges) -> list[list[str]]:
    users: dict[str, list[str]] = {name: [] for name in edges}
    for name in sorted(edges):
        for other in edges[name]:
            users[other].append(name)

    @cache
    def depth(name: str) -> int:
        return 1 + max((depth(user) for user in users[name]), default=-1)

    isolated = [name for name in sorted(edges) if not edges[name] and not users[name]]
    levels: list[list[str]] = [[] for _ in range(1 + max(map(depth, edges), default=0))]
    for name in sorted(set(edges) - set(isolated)):
        levels[depth(name)].append(name)
    columns = [level[start : start + _ROWS] for level in levels for start in range(0, len(level), _ROWS)]
    for name in isolated:  # a resource without references fills the shortest column
        if all(len(column) >= _ROWS for column in columns):
            columns.append([])
        min(columns, key=len).append(name)
    return columns


def _ordered(columns: list[list[str]], edges: Edges) -> list[list[str]]:
    """The columns after some sweeps that move each box towards the mean row of its neighbours."""
    neighbours = {name: set(others) for name, others in edges.items()}
    for name, others in edges.items():
        for other in others:
            neighbours[other].add(name)
    for _ in range(8):
        row = {name: index - len(column) / 2 for column in columns for index, name in enumerate(column)}
        for column in columns:
            column.sort(key=lambda name: (_mean_row(row, neighbours[name], row[name]), name))
            row |= {name: index - len(column) / 2 for index, name in enumerate(column)}
    return columns


def _mean_row(row: dict[str, float], neighbours: set[str], own: float) -> float:
    return sum(row[name] for name in neighbours) / len(neighbours) if neighbours else own
