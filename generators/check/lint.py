"""cfn-lint and the platform's rules, beside this process. Imports cfn-lint only when a template is really linted.

Importing cfn-lint and building its rule set costs as much as linting two templates, so both happen once in a process.
"""

from __future__ import annotations

import gc
import importlib
import os
import signal
from collections.abc import Callable, Iterator
from concurrent.futures import Future, ProcessPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

RULES = Path(__file__).parents[1] / "rules"
# Warnings that are errors here: W3037 is an IAM action that does not exist, so the policy does not do what it says.
PROMOTED = frozenset({"W3037"})
# A template may switch rules off in its Metadata. Only a waiver in product.yaml, with a reason and an end, may do that.
OPTIONS = ("--config-file", os.devnull, "--mandatory-checks", "E", "W")
_LEVELS = {"informational": "info"}


@dataclass(frozen=True, slots=True)
class LintMatch:
    """What a rule says of one line of a template."""

    rule: str
    level: str  # error, warning or info
    line: int
    resource: str
    message: str


Start = Callable[[bytes], Future[tuple[LintMatch, ...]]]


@contextmanager
def lint_pool(regions: tuple[str, ...]) -> Iterator[Start]:
    """A function that begins to lint a template for all regions, beside this process, which does other work meanwhile.

    Processes are there from the first template on, one for each processor: nothing to lint costs nothing.
    """
    pools: list[ProcessPoolExecutor] = []

    def start(body: bytes) -> Future[tuple[LintMatch, ...]]:
        if not pools:
            # Ctrl-C goes to the whole group; the one who speaks to the person answers it.
            pools.append(ProcessPoolExecutor(initializer=signal.signal, initargs=(signal.SIGINT, signal.SIG_IGN)))
        return pools[0].submit(_lint, regions, body)

    try:
        yield start
    finally:
        for pool in pools:
            pool.shutdown(cancel_futures=True)


def _lint(regions: tuple[str, ...], body: bytes) -> tuple[LintMatch, ...]:
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
    gc.freeze()
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


def _finding(match: Any) -> LintMatch:
    path = list(getattr(match, "path", None) or [])
    resource = str(path[1]) if len(path) > 1 and path[0] == "Resources" else ""
    level = "error" if match.rule.id in PROMOTED else _LEVELS.get(match.rule.severity, match.rule.severity)
    return LintMatch(match.rule.id, level, match.linenumber, resource, match.message)
