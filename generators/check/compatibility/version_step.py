"""The smallest semantic version step between two templates, with reasons. Pure.

A version tells its users the cost of an upgrade: MAJOR may break or lose something, MINOR adds something, PATCH is
everything else. Product name and version number of the release itself are not compared.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from generators.check.compatibility.change import Change, Template
from generators.check.compatibility.iam_permissions import policies
from generators.check.compatibility.parameters import outputs, parameters, rules
from generators.check.compatibility.resources import resources
from generators.check.compatibility.security import security
from generators.release.version import Bump

_COMPARISONS = (parameters, rules, outputs, resources, security, policies)
_COMPARED_SECTIONS = frozenset({"Parameters", "Rules", "Outputs", "Resources"})


@dataclass(frozen=True, slots=True)
class VersionStep:
    """All changes between two versions; the largest decides."""

    changes: tuple[Change, ...]

    @property
    def bump(self) -> Bump:
        """The smallest step that the changes allow; NONE without changes."""
        return max((change.bump for change in self.changes), default=Bump.NONE)

    @property
    def reasons(self) -> tuple[str, ...]:
        """The changes that prevent a smaller step."""
        return tuple(change.text for change in self.changes if change.bump is self.bump)


def version_step(previous: Template, new: Template) -> VersionStep:
    """Compare one frozen template with the next."""
    old, new = _without_release(previous), _without_release(new)
    changes = tuple(change for compare in _COMPARISONS for change in compare(old, new))
    return VersionStep(changes + tuple(_other_sections(old, new)))


def _other_sections(old: Template, new: Template) -> Iterator[Change]:
    """Changes in sections without an effect on users."""
    for name in sorted({*old, *new} - _COMPARED_SECTIONS):
        if old.get(name) != new.get(name):
            yield Change("template", name, f"section {name} changes", Bump.PATCH)


def _without_release(template: Template) -> dict[str, Any]:
    """The template without its own product name and version number, which differ in every release."""
    metadata = dict(template.get("Metadata", {}))
    platform = dict(metadata.get("Platform", {}))
    version = platform.pop("Version", None)
    platform.pop("Product", None)
    clean: dict[str, Any] = _without_version_tags(
        dict(template) | {"Metadata": metadata | {"Platform": platform}}, version
    )
    return clean


def _without_version_tags(value: Any, version: str | None, in_tags: bool = False) -> Any:
    if isinstance(value, dict):
        return {key: _without_version_tags(inner, version, in_tags or key == "Tags") for key, inner in value.items()}
    if isinstance(value, list):
        return [_without_version_tags(inner, version, in_tags) for inner in value]
    return "its version" if in_tags and value == version else value
