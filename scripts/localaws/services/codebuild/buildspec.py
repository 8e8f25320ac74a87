"""Buildspec files of version 0.2. Pure.

https://docs.aws.amazon.com/codebuild/latest/userguide/build-spec-ref.html
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from ruamel.yaml import YAML
from ruamel.yaml.error import YAMLError

PHASES = ("install", "pre_build", "build", "post_build")
_KEYS = {"version", "env", "phases", "artifacts", "reports", "cache"}
_ENV_KEYS = {"shell", "variables", "exported-variables", "git-credential-helper"}
_PHASE_KEYS = {"commands", "finally", "on-failure", "runtime-versions"}


class BuildspecError(Exception):
    """The buildspec is invalid, or has a part that is not emulated. The message becomes the status of the phase."""


@dataclass(frozen=True, slots=True)
class Phase:
    """Commands of a phase; `final_commands` run also after a failed one. `aborts`: a failure ends the build."""

    commands: tuple[str, ...] = ()
    final_commands: tuple[str, ...] = ()
    aborts: bool = False


@dataclass(frozen=True, slots=True)
class FileSet:
    """Files by patterns below a folder; `flat` drops their folders."""

    patterns: tuple[str, ...]
    base: str = "."
    flat: bool = False


@dataclass(frozen=True, slots=True)
class Report:
    """Result files of one report group in one format."""

    group: str
    files: FileSet
    file_format: str = "JUNITXML"


@dataclass(frozen=True, slots=True)
class Buildspec:
    """A buildspec. `artifacts` has one file set per artifact identifier, the primary one as ""."""

    phases: Mapping[str, Phase]
    variables: Mapping[str, str]
    exported: tuple[str, ...]
    artifacts: Mapping[str, FileSet]
    reports: tuple[Report, ...]


def parse(text: str) -> Buildspec:
    """The buildspec of a YAML text. Raises BuildspecError."""
    try:
        document = YAML(typ="safe").load(text)
    except YAMLError as error:
        raise BuildspecError(f"YAML_FILE_ERROR: {error}") from None
    if not isinstance(document, dict) or not isinstance(document.get("phases"), dict):
        raise BuildspecError("YAML_FILE_ERROR: the buildspec has no phases")
    if str(document.get("version")) != "0.2":
        raise BuildspecError("YAML_FILE_ERROR: the embedded AWS runs buildspecs of version 0.2; see SUPPORTED.md")
    _refuse_others("", document, _KEYS)
    environment = document.get("env") or {}
    _refuse_others("env/", environment, _ENV_KEYS)
    _refuse_others("phases/", document["phases"], set(PHASES))
    return Buildspec(
        {name: _phase(name, phase or {}) for name, phase in document["phases"].items()},
        {str(key): str(value) for key, value in (environment.get("variables") or {}).items()},
        tuple(map(str, environment.get("exported-variables") or ())),
        _artifacts(document.get("artifacts") or {}),
        tuple(_report(group, row) for group, row in (document.get("reports") or {}).items()),
    )


def _refuse_others(place: str, row: Mapping[str, Any], keys: set[str]) -> None:
    if others := sorted(row.keys() - keys):
        raise BuildspecError(f"YAML_FILE_ERROR: the embedded AWS does not know {place}{others[0]}; see SUPPORTED.md")


def _phase(name: str, row: Mapping[str, Any]) -> Phase:
    _refuse_others(f"phases/{name}/", row, _PHASE_KEYS)
    if row.get("on-failure", "ABORT") != "ABORT":
        raise BuildspecError(f"YAML_FILE_ERROR: the embedded AWS knows on-failure of {name} as ABORT; see SUPPORTED.md")
    commands, final = (_commands(name, row.get(key) or ()) for key in ("commands", "finally"))
    return Phase(commands, final, "on-failure" in row)


def _commands(phase: str, rows: Sequence[Any]) -> tuple[str, ...]:
    """The commands of a phase. A command with a colon and a blank is a mapping in YAML, unless it is quoted."""
    for number, row in enumerate(rows):
        if isinstance(row, (dict, list)) or row is None:
            message = f"Expected Commands[{number}] of {phase} to be of string type: found subkeys instead"
            raise BuildspecError(f"YAML_FILE_ERROR: {message}; quote a command that has a colon and a blank")
    return tuple(map(str, rows))


def _artifacts(row: Mapping[str, Any]) -> dict[str, FileSet]:
    sets = {"": row, **(row.get("secondary-artifacts") or {})}
    return {name: _files(each) for name, each in sets.items() if each.get("files")}


def _files(row: Mapping[str, Any]) -> FileSet:
    return FileSet(
        tuple(map(str, row["files"])), str(row.get("base-directory", ".")), str(row.get("discard-paths")) == "yes"
    )


def _report(group: str, row: Mapping[str, Any]) -> Report:
    if not row.get("files"):
        raise BuildspecError(f"YAML_FILE_ERROR: the report {group} names no files")
    return Report(group, _files(row), str(row.get("file-format", "JUNITXML")).upper())
