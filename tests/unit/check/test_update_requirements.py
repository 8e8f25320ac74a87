"""The version step beside AWS's documentation: what "Update requires" says, the step does.

The rows are in update_requirements.yaml. Each property gets two values in both orders, so that a change that also
weakens security is judged by the harmless order.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import pytest

from generators.check.compatibility.version_step import version_step
from generators.cloudformation import resource_schemas
from generators.release.version import Bump
from scripts.localaws.core import data_file

DATA = data_file.read(Path(__file__).with_name("update_requirements.yaml"))
REQUIREMENTS = {
    "Replacement": "MAJOR",
    "Updates are not supported": "MAJOR",
    "Some interruptions": "in place",
    "No interruption": "in place",
}
# Replaced by design and therefore PATCH; docs/adr/0009 lists them, and this is its reading without the code.
BY_DESIGN = {
    "AWS::Lambda::LayerVersion",
    "AWS::SageMaker::DataQualityJobDefinition",
    "AWS::SageMaker::EndpointConfig",
    "AWS::SageMaker::Model",
}
NAMES = {"EndpointConfigName", "JobDefinitionName", "ModelName"}
VALUES: Mapping[str, tuple[Any, Any]] = {"boolean": (False, True), "integer": (1, 2), "number": (1, 2)}


def rows(entry: dict[str, Any]) -> Iterator[tuple[str, str]]:
    """Each property of a type with the step that its update needs."""
    for page in entry["pages"]:
        for requirement in REQUIREMENTS.keys() & page.keys():
            for name in page[requirement]:
                reason = entry.get("decided", {}).get(name)
                yield name, DATA["reasons"][reason]["step"] if reason else expected(entry["type"], name, requirement)


def expected(resource_type: str, name: str, requirement: str) -> str:
    step = REQUIREMENTS[requirement]
    return "in place" if resource_type in BY_DESIGN and name not in NAMES else step


def values(resource_type: str, path: list[str]) -> tuple[Any, Any]:
    """Two different values of a property, in the objects and lists of its path."""
    if not path:
        return "one", "two"
    first, *rest = path
    inner = values(resource_type, rest)
    if not rest and first != "*":
        schema = resource_schemas.schema(resource_type).get("properties", {}).get(first, {})
        inner = VALUES.get(str(schema.get("type")), inner)
    return tuple([item] if first == "*" else {first: item} for item in inner)  # type: ignore[return-value]


def smallest_step(resource_type: str, name: str) -> Bump:
    templates = [
        {"Resources": {"R": {"Type": resource_type, "Properties": properties}}}
        for properties in values(resource_type, name.split("."))
    ]
    return min(version_step(*templates).bump, version_step(*templates[::-1]).bump)


@pytest.mark.parametrize("entry", DATA["types"], ids=lambda entry: entry["type"])
def test_the_step_is_what_the_page_of_the_type_says(entry: dict[str, Any]) -> None:
    actual = {name: smallest_step(entry["type"], name) for name, _ in rows(entry)}

    assert {name: "MAJOR" if step is Bump.MAJOR else "in place" for name, step in actual.items()} == dict(rows(entry))
    assert Bump.NONE not in actual.values()


def test_a_deviation_from_a_page_is_one() -> None:
    """A reason that changes nothing is out of date."""
    for entry in DATA["types"]:
        required = {
            name: key for page in entry["pages"] for key in REQUIREMENTS.keys() & page.keys() for name in page[key]
        }
        for name, reason in entry.get("decided", {}).items():
            assert DATA["reasons"][reason]["step"] != REQUIREMENTS[required[name]], (entry["type"], name)


def test_there_are_rows_of_each_requirement() -> None:
    counts = {
        key: sum(len(page.get(key, [])) for entry in DATA["types"] for page in entry["pages"]) for key in REQUIREMENTS
    }
    assert min(counts.values()) >= 10
    assert sum(counts.values()) >= 150
