"""Every rule accepts its right cases, refuses its wrong ones, and reports what a function hides."""

from __future__ import annotations

import importlib
import inspect
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from cfnlint.template import Template

from generators.rules._rule import PlatformRule
from tests.unit.rules import case_files

ROOT = Path(__file__).resolve().parents[3]
MODULES = sorted(path.stem for path in (ROOT / "generators/rules").glob("[!_]*.py"))


def rule(module: str) -> PlatformRule:
    values = vars(importlib.import_module(f"generators.rules.{module}")).values()
    (only,) = [value for value in values if inspect.isclass(value) and issubclass(value, PlatformRule) and value.id]
    return only()


def cases() -> Iterator[Any]:
    for module, verdict, name, template in case_files.built():
        yield pytest.param(module, verdict, template, id=f"{module}: {verdict}: {name}")


def messages(module: str, template: dict[str, Any]) -> list[str]:
    return [match.message for match in rule(module).match(Template("case", template, ["eu-west-2"]))]


@pytest.mark.parametrize(("module", "verdict", "template"), list(cases()))
def test_rule_gives_the_verdict_of_its_case(module: str, verdict: str, template: dict[str, Any]) -> None:
    problems = messages(module, template)
    unknown = [message.startswith("cannot decide") for message in problems]
    assert bool(problems) is (verdict != "pass"), problems
    assert all(unknown) if verdict == "unknown" else not any(unknown), problems


@pytest.mark.parametrize("module", MODULES)
def test_rule_has_pass_fail_and_unknown_cases(module: str) -> None:
    content = case_files.read(module)
    assert all(content[verdict] for verdict in case_files.VERDICTS)


def test_ids_are_unique_and_in_the_platforms_range() -> None:
    ids = [rule(module).id for module in MODULES]
    assert len(set(ids)) == len(ids) >= 16
    assert all("E9001" <= rule_id <= "E9099" for rule_id in ids)


@pytest.mark.parametrize("module", MODULES)
def test_rule_gives_its_reason_and_its_page(module: str) -> None:
    assert rule(module).description
    assert "https://docs.aws.amazon.com/" in rule(module).source_url


@pytest.mark.parametrize(("module", "verdict", "template"), list(cases()))
def test_message_names_the_fix(module: str, verdict: str, template: dict[str, Any]) -> None:
    assert all(("; " in message) or (", so " in message) for message in messages(module, template))
