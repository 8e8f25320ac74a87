"""cfn-lint and the platform's rules, in process. Imports cfn-lint only when a template is really linted.

Importing cfn-lint and building its rule set costs as much as linting two templates, so both happen once in a process,
and a second process shares the work when there is enough of it.
"""

from __future__ import annotations

import gc
import importlib
import os
from collections.abc import Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from functools import cache, partial
from pathlib import Path
from typing import Any

RULES = Path(__file__).parents[1] / "rules"
# Warnings that are errors here: W3037 is an IAM action that does not exist, so the policy does not do what it says.
PROMOTED = frozenset({"W3037"})
# A template may switch rules off in its Metadata. Only a waiver in product.yaml, with a reason and an end, may do that.
OPTIONS = ("--config-file", os.devnull, "--mandatory-checks", "E", "W")
_ENOUGH_FOR_TWO = 4  # templates; below that a second process costs more than it saves
_LEVELS = {"informational": "info"}


@dataclass(frozen=True, slots=True)
class Lint:
    """What a rule says of one line of a template."""

    rule: str
    level: str  # error, warning or info
    line: int
    resource: str
    message: str


def lint(bodies: Sequence[bytes], regions: tuple[str, ...]) -> Iterator[tuple[Lint, ...]]:
    """Lint templates for all regions; the results in the order of the templates, each as soon as it is known."""
    one = partial(_lint, regions)
    if len(bodies) < _ENOUGH_FOR_TWO:
        yield from map(one, bodies)
        return
    _linter(regions)  # before the fork, so that the processes share it
    with ProcessPoolExecutor(max_workers=min(os.cpu_count() or 1, len(bodies))) as pool:
        yield from pool.map(one, bodies, chunksize=2)


def _lint(regions: tuple[str, ...], body: bytes) -> tuple[Lint, ...]:
    config, rules = _linter(regions)
    from cfnlint.decode.decode import decode_str
    from cfnlint.runner.template import run_template_by_data

    template, problems = decode_str(body.decode())
    matches = problems or run_template_by_data(template, config, rules)
    return tuple(sorted((_finding(match) for match in matches), key=lambda it: (it.line, it.rule, it.message)))


@cache
def _linter(regions: tuple[str, ...]) -> tuple[Any, Any]:
    gc.disable()  # nothing of what is imported here is ever garbage; looking for some takes a fifth of the time
    from cfnlint.config import ConfigMixIn
    from cfnlint.runner import Runner

    config = ConfigMixIn([*OPTIONS, "--regions", *regions])
    rules = Runner(config).rules
    for rule in _ours():
        rules.register(rule)
    gc.freeze()  # and the second process shares its pages for as long as nobody walks over them
    gc.enable()
    return config, rules


def _ours() -> Iterator[Any]:
    """One object of each rule class that a module of generators/rules defines itself."""
    from cfnlint.rules import CloudFormationLintRule

    for path in sorted(RULES.glob("[!_]*.py")):
        module = importlib.import_module(f"generators.rules.{path.stem}")
        for value in vars(module).values():
            ours = isinstance(value, type) and issubclass(value, CloudFormationLintRule)
            if ours and value.__module__ == module.__name__ and value.id:
                yield value()


def _finding(match: Any) -> Lint:
    path = list(getattr(match, "path", None) or [])
    resource = str(path[1]) if len(path) > 1 and path[0] == "Resources" else ""
    level = "error" if match.rule.id in PROMOTED else _LEVELS.get(match.rule.severity, match.rule.severity)
    return Lint(match.rule.id, level, match.linenumber, resource, match.message)
