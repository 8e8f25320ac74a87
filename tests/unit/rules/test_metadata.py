"""Every rule and every plan check declares its metadata as class attributes."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from generators import rule_metadata, rules
from generators.config import controls
from generators.rules._rule import PlatformRule
from generators.terraform_checks import run

ROOT = Path(__file__).resolve().parents[3]
CONTROLS = controls.read(ROOT)
ATTRIBUTES = ("id", "shortdesc", "description", "source_url", "controls", "security_hub_ids")
CLASSES: list[Any] = [*rule_metadata.classes(rules, PlatformRule), *run.all_checks()]
each = pytest.mark.parametrize("cls", CLASSES, ids=lambda cls: cls.id)


@each
def test_every_attribute_is_declared_by_the_class_itself(cls: Any) -> None:
    assert [name for name in ATTRIBUTES if name not in vars(cls)] == []


@each
def test_the_short_description_is_a_demand_and_the_description_a_sentence(cls: Any) -> None:
    assert " must " in cls.shortdesc
    assert cls.shortdesc.endswith(".")
    assert cls.description.endswith(".")


@each
def test_the_source_is_a_page_of_aws(cls: Any) -> None:
    assert cls.source_url.startswith("https://docs.aws.amazon.com/")


@each
def test_controls_exist_and_their_security_hub_ids_are_not_left_out(cls: Any) -> None:
    assert set(cls.controls) <= set(CONTROLS)
    assert cls.security_hub_ids or not any(CONTROLS[number].security_hub_ids for number in cls.controls)


def test_ids_are_unique() -> None:
    assert len({cls.id for cls in CLASSES}) == len(CLASSES) == 67


def test_a_check_has_the_id_of_its_module() -> None:
    assert [check.id.replace("-", "_") for check in run.all_checks()] == [
        check.__module__.rpartition(".")[2] for check in run.all_checks()
    ]
