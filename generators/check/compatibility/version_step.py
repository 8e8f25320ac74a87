"""(previous, new template) -> the smallest honest step, with reasons. Pure.

A version says to its users what an upgrade costs them: MAJOR may break or lose something, MINOR gives more, PATCH is
the rest. Names and numbers of the release itself are no change.
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

_SECTIONS = (parameters, rules, outputs, resources, security, policies)
_JUDGED = frozenset({"Parameters", "Rules", "Outputs", "Resources"})


@dataclass(frozen=True, slots=True)
class Judgement:
    """All changes between two versions; the largest decides."""

    changes: tuple[Change, ...]

    @property
    def bump(self) -> Bump:
        """The least step that is honest; NONE when nothing changed."""
        return max((change.bump for change in self.changes), default=Bump.NONE)

    @property
    def reasons(self) -> tuple[str, ...]:
        """Why it is no smaller step."""
        return tuple(change.text for change in self.changes if change.bump is self.bump)


def bump(previous: Template, new: Template) -> Judgement:
    """Judge the step from one frozen template to the next."""
    old, now = _without_release(previous), _without_release(new)
    changes = tuple(change for section in _SECTIONS for change in section(old, now))
    return Judgement(changes + tuple(_rest(old, now)))


def _rest(old: Template, new: Template) -> Iterator[Change]:
    """Sections that nobody judges: they change nothing that a user was promised."""
    for name in sorted({*old, *new} - _JUDGED):
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
        return {key: _without_version_tags(it, version, in_tags or key == "Tags") for key, it in value.items()}
    if isinstance(value, list):
        return [_without_version_tags(it, version, in_tags) for it in value]
    return "its version" if in_tags and value == version else value
