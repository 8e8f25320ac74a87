"""terraform/controls.yaml as frozen values. Reads files.

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
    """What must hold; `evidence` lists the types of evidence that prove it."""

    number: int
    title: str
    security_hub_ids: tuple[str, ...]
    evidence: tuple[EvidenceType, ...]


def read(root: Path) -> Mapping[int, Control]:
    """Number -> control, in order; UserError with every problem of the file."""
    file, _ = validation.read(root / FILE, root, ControlsFile)
    found = (
        Control(int(number), it.title, tuple(it.security_hub_ids), tuple(it.evidence))
        for number, it in file.root.items()
    )
    return {it.number: it for it in sorted(found, key=lambda control: control.number)}


def with_evidence(root: Path, ground: EvidenceType) -> frozenset[int]:
    """The numbers of the controls that are proven on this ground."""
    return frozenset(it.number for it in read(root).values() if ground in it.evidence)
