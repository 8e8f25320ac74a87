"""Every rule passes what is right, refuses what is wrong, and says so when a function hides the answer."""

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
    found = vars(importlib.import_module(f"generators.rules.{module}")).values()
    classes = [it for it in found if inspect.isclass(it) and issubclass(it, PlatformRule) and it.id]
    (only,) = classes
    return only()


def cases() -> Iterator[Any]:
    for module, verdict, name, template in case_files.built():
        yield pytest.param(module, verdict, template, id=f"{module}: {verdict}: {name}")


def messages(module: str, template: dict[str, Any]) -> list[str]:
    return [match.message for match in rule(module).match(Template("case", template, ["eu-west-2"]))]


@pytest.mark.parametrize(("module", "verdict", "template"), list(cases()))
def test_rule_judges(module: str, verdict: str, template: dict[str, Any]) -> None:
    said = messages(module, template)
    undecided = [message.startswith("cannot decide") for message in said]
    assert bool(said) is (verdict != "pass"), said
    assert all(undecided) if verdict == "unknown" else not any(undecided), said


@pytest.mark.parametrize("module", MODULES)
def test_rule_has_pass_fail_and_unknown_cases(module: str) -> None:
    content = case_files.read(module)
    assert all(content[verdict] for verdict in case_files.VERDICTS)


def test_ids_are_unique_and_ours() -> None:
    ids = [rule(module).id for module in MODULES]
    assert len(set(ids)) == len(ids) >= 16
    assert all("E9001" <= it <= "E9099" for it in ids)


@pytest.mark.parametrize("module", MODULES)
def test_rule_gives_its_reason_and_the_page_or_control(module: str) -> None:
    text = rule(module).description
    assert "https://docs.aws.amazon.com/" in text or "Control" in text


@pytest.mark.parametrize(("module", "verdict", "template"), list(cases()))
def test_message_names_the_fix(module: str, verdict: str, template: dict[str, Any]) -> None:
    assert all(("; " in message) or (", so " in message) for message in messages(module, template))
