"""Runs cfn-lint with the platform's rules in other processes. Imports cfn-lint only to lint a template.

Importing cfn-lint and loading its rules takes as long as linting two templates, so each process does both once.
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

from generators.iam import service_reference

RULES = Path(__file__).parents[1] / "rules"
# Warnings that are errors here: W3037 is an IAM action that does not exist, so the policy has no effect.
PROMOTED = frozenset({"W3037"})
# Disables the rule exceptions in a template's Metadata. Only a waiver in product.yaml, with reason and end, is valid.
OPTIONS = ("--config-file", os.devnull, "--mandatory-checks", "E", "W")
_LEVELS = {"informational": "info"}


@dataclass(frozen=True, slots=True)
class LintMatch:
    """A match of a rule in one line of a template."""

    rule: str
    level: str  # error, warning or info
    line: int
    resource: str
    message: str


Start = Callable[[bytes], Future[tuple[LintMatch, ...]]]


@contextmanager
def lint_pool(regions: tuple[str, ...]) -> Iterator[Start]:
    """A function that starts to lint a template for all regions in another process.

    The processes, one for each processor, start with the first template.
    """
    pools: list[ProcessPoolExecutor] = []

    def start(body: bytes) -> Future[tuple[LintMatch, ...]]:
        if not pools:
            # Ctrl-C reaches the whole process group; only the main process handles it.
            pools.append(ProcessPoolExecutor(initializer=signal.signal, initargs=(signal.SIGINT, signal.SIG_IGN)))
        with _without_interrupts():
            return pools[0].submit(_lint, regions, body)

    try:
        yield start
    except KeyboardInterrupt:
        pools.clear()  # the command ends these processes; the end of the pool would wait for what they lint
        raise
    finally:
        for pool in pools:
            pool.shutdown(cancel_futures=True)


@contextmanager
def _without_interrupts() -> Iterator[None]:
    """Deliver Ctrl-C after the block, in which the pool forks its processes and starts its thread."""
    before = signal.pthread_sigmask(signal.SIG_BLOCK, (signal.SIGINT,))
    try:
        yield
    finally:
        signal.pthread_sigmask(signal.SIG_SETMASK, before)


def _lint(regions: tuple[str, ...], body: bytes) -> tuple[LintMatch, ...]:
    config, rules = linter(regions)
    from cfnlint.decode.decode import decode_str
    from cfnlint.runner.template import run_template_by_data

    template, problems = decode_str(body.decode())
    matches = problems or run_template_by_data(template, config, rules)
    return tuple(sorted(map(_lint_match, matches), key=lambda match: (match.line, match.rule, match.message)))


@cache
def linter(regions: tuple[str, ...]) -> tuple[Any, Any]:
    """cfn-lint's configuration for the regions, and its rules with the platform's."""
    gc.disable()  # the import creates no garbage; collecting takes a fifth of the time
    from cfnlint.config import ConfigMixIn
    from cfnlint.runner import Runner

    config = ConfigMixIn([*OPTIONS, "--regions", *regions])
    rules = Runner(config).rules
    rules["W3037"]._service_map = service_reference.services()  # one list of actions for the lint and the platform
    for rule in _platform_rules():
        rules.register(rule)
    gc.freeze()
    gc.enable()
    return config, rules


def _platform_rules() -> Iterator[Any]:
    """An instance of each rule class that a module of generators/rules defines."""
    from cfnlint.rules import CloudFormationLintRule

    for path in sorted(RULES.glob("[!_]*.py")):
        module = importlib.import_module(f"generators.rules.{path.stem}")
        for value in vars(module).values():
            is_rule = isinstance(value, type) and issubclass(value, CloudFormationLintRule)
            if is_rule and value.__module__ == module.__name__ and value.id:
                yield value()


def _lint_match(match: Any) -> LintMatch:
    path = list(getattr(match, "path", None) or [])
    resource = str(path[1]) if len(path) > 1 and path[0] == "Resources" else ""
    level = "error" if match.rule.id in PROMOTED else _LEVELS.get(match.rule.severity, match.rule.severity)
    return LintMatch(match.rule.id, level, match.linenumber, resource, match.message)
