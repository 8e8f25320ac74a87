"""`python3 -m scripts.make_arguments GOAL... -- VARIABLE...`: refuses what a target of the Makefile does not take.

make ignores a variable that no recipe reads, and runs the first goal before it misses the second: `make publish-product
product=x` and `make publish-product x` would publish everything. Prints one sentence, or nothing. Runs before
`make setup`, with any Python 3: it imports the standard library alone.
"""

from __future__ import annotations

import re
import sys
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path

from generators.errors import did_you_mean

_TARGET = re.compile(r"^(?P<name>[a-z-]+):.*?## (?P<help>.*)$", re.MULTILINE)
_VARIABLE = re.compile(r"\b([A-Z_]+)=")


def targets(makefile: str) -> Mapping[str, frozenset[str]]:
    """Target -> the variables that its help names, as NAME=value."""
    return {match["name"]: frozenset(_VARIABLE.findall(match["help"])) for match in _TARGET.finditer(makefile)}


def problem(makefile: str, goals: Sequence[str], variables: Sequence[str]) -> str:
    """The first sentence about goals and variables of a command line; "" when there is none."""
    return next(_problems(targets(makefile), goals, variables), "")


def _problems(
    variables_of: Mapping[str, frozenset[str]], goals: Sequence[str], variables: Sequence[str]
) -> Iterator[str]:
    for goal in goals:
        if goal not in variables_of:
            yield f"{goal}: there is no such target; {did_you_mean(goal, variables_of)}"
    allowed = frozenset().union(*(variables_of.get(goal, ()) for goal in goals))
    for variable in variables:
        if variable not in allowed:
            choice = did_you_mean(variable.upper(), allowed) if allowed else "leave it out"
            yield f"{variable}: `{' '.join(('make', *goals))}` has no such variable; {choice}"


def main() -> None:
    """Print the sentence for the command line after which this module was called."""
    arguments = sys.argv[1:]
    separator = arguments.index("--")
    makefile = Path(__file__).parents[1] / "Makefile"
    text = problem(makefile.read_text(encoding="utf-8"), arguments[:separator], arguments[separator + 1 :])
    sys.stdout.write(f"{text}; nothing was done\n" if text else "")


if __name__ == "__main__":
    main()
