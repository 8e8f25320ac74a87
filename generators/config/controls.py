"""The controls of terraform/controls.yaml. Reads files, nothing else.

https://docs.aws.amazon.com/securityhub/latest/userguide/securityhub-controls-reference.html
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from generators.config import validation
from generators.config.controls_schema import ControlsFile, EvidenceType

FILE = Path("terraform/controls.yaml")


@dataclass(frozen=True, slots=True)
class Control:
    """A security control; every type in `evidence` must prove it."""

    number: int
    title: str
    security_hub_ids: tuple[str, ...]
    evidence: tuple[EvidenceType, ...]


def read(root: Path) -> Mapping[int, Control]:
    """Number -> control, in ascending order; UserError with every problem of the file."""
    file, _ = validation.read(root / FILE, root, ControlsFile)
    controls = (
        Control(int(number), entry.title, tuple(entry.security_hub_ids), tuple(entry.evidence))
        for number, entry in file.root.items()
    )
    return {control.number: control for control in sorted(controls, key=lambda control: control.number)}


def with_evidence(root: Path, evidence: EvidenceType) -> frozenset[int]:
    """The numbers of the controls that this type of evidence proves."""
    return frozenset(control.number for control in read(root).values() if evidence in control.evidence)
