"""Where the boxes of a picture stand: columns by who refers to whom, each column in the order of its neighbours. Pure.

The layers and the median order are those of Sugiyama's method, in its simplest form.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from typing import ClassVar

from generators.cloudformation.references import Edges

_ROWS = 8  # at most in a column, so that a picture stays broader than it is high


@dataclass(frozen=True, slots=True)
class Box:
    """A resource at x, y (pixels, top left corner)."""

    WIDTH: ClassVar = 178
    HEIGHT: ClassVar = 42
    STEP: ClassVar = (246, 58)

    name: str
    x: int
    y: int


def arranged(edges: Edges) -> tuple[Box, ...]:
    """A box for each resource; what nobody refers to stands left, what it refers to further right."""
    columns = _ordered(_columns(_forward(edges)), edges)
    tallest = max(len(column) for column in columns)
    return tuple(
        Box(name, left * Box.STEP[0], int((tallest - len(column)) * Box.STEP[1] / 2) + top * Box.STEP[1])
        for left, column in enumerate(columns)
        for top, name in enumerate(column)
    )


def _forward(edges: Edges) -> Edges:
    """Without the references that lead back to where one came from, as of two groups that name each other."""
    found: dict[str, set[str]] = {}

    def visit(name: str, path: tuple[str, ...]) -> None:
        found[name] = set()
        for other in sorted(edges[name] - {*path, name}):
            found[name].add(other)
            if other not in found:
                visit(other, (*path, name))

    for name in sorted(edges):
        if name not in found:
            visit(name, ())
    return {name: frozenset(others) for name, others in found.items()}


def _columns(edges: Edges) -> list[list[str]]:
    users: dict[str, list[str]] = {name: [] for name in edges}
    for name in sorted(edges):
        for other in edges[name]:
            users[other].append(name)

    @cache
    def depth(name: str) -> int:
        return 1 + max((depth(user) for user in users[name]), default=-1)

    lonely = [name for name in sorted(edges) if not edges[name] and not users[name]]
    levels: list[list[str]] = [[] for _ in range(1 + max(map(depth, edges), default=0))]
    for name in sorted(set(edges) - set(lonely)):
        levels[depth(name)].append(name)
    columns = [level[at : at + _ROWS] for level in levels for at in range(0, len(level), _ROWS)]
    for name in lonely:  # what stands alone fills the shortest column
        if all(len(column) >= _ROWS for column in columns):
            columns.append([])
        min(columns, key=len).append(name)
    return columns


def _ordered(columns: list[list[str]], edges: Edges) -> list[list[str]]:
    """A few sweeps that put each box beside the middle of those it is joined with."""
    joined = {name: set(others) for name, others in edges.items()}
    for name, others in edges.items():
        for other in others:
            joined[other].add(name)
    for _ in range(8):
        row = {name: at - len(column) / 2 for column in columns for at, name in enumerate(column)}
        for column in columns:
            column.sort(key=lambda name: (_middle(row, joined[name], row[name]), name))
            row |= {name: at - len(column) / 2 for at, name in enumerate(column)}
    return columns


def _middle(row: dict[str, float], neighbours: set[str], own: float) -> float:
    return sum(row[it] for it in neighbours) / len(neighbours) if neighbours else own
