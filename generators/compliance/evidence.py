"""The compliance evidence of a release: controls, enforcement, tests and results as a table. Pure.

The same inputs give the same bytes: nothing depends on the time or the machine.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass, field
from pathlib import Path

from jinja2 import Environment, FileSystemLoader, StrictUndefined

from generators.compliance.test_results import Proof
from generators.config.controls import Control
from generators.config.controls_schema import EvidenceType

PASS, FAIL, WAIVED, NOT_APPLICABLE, NOT_PROVEN = "pass", "fail", "waived", "not applicable", "not proven"
_WORST_FIRST = (FAIL, NOT_PROVEN, WAIVED, PASS, NOT_APPLICABLE)
_PROBLEMS = (FAIL, NOT_PROVEN)
Messages = Mapping[int, tuple[str, ...]]  # control -> sentences


@dataclass(frozen=True, slots=True)
class EvidenceInputs:
    """The inputs of a table. `enforcement` and `violations` are grouped by type of evidence.

    `waived` are findings with a waiver in product.yaml; `not_applicable` are controls whose resource types the release
    does not contain.
    """

    controls: Mapping[int, Control]
    enforcement: Mapping[EvidenceType, Messages]
    violations: Mapping[EvidenceType, Messages] = field(default_factory=dict)
    waived: Messages = field(default_factory=dict)
    not_applicable: frozenset[int] = frozenset()
    proofs: tuple[Proof, ...] = ()


@dataclass(frozen=True, slots=True)
class EvidencePart:
    """The evidence of one type for a control; `says` are the messages that explain the result."""

    on: EvidenceType
    result: str
    enforced: tuple[str, ...]
    tests: tuple[str, ...]
    says: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class EvidenceRow:
    """A control with its evidence of each type; its result is the worst of theirs."""

    control: int
    title: str
    hub: tuple[str, ...]  # ids of Security Hub
    result: str
    parts: tuple[EvidencePart, ...]


@dataclass(frozen=True, slots=True)
class Evidence:
    """The table of one release; `made_of` is the digest or version of each input."""

    product: str
    version: str
    made_of: Mapping[str, str]
    rows: tuple[EvidenceRow, ...]

    @property
    def problems(self) -> tuple[str, ...]:
        """A sentence for each control that fails or is not proven."""
        return tuple(_problem(self, row, part) for row in self.rows for part in row.parts if part.result in _PROBLEMS)

    def counts(self) -> Mapping[str, int]:
        """Result -> number of controls."""
        order = (PASS, WAIVED, NOT_APPLICABLE, NOT_PROVEN, FAIL)
        return {result: sum(row.result == result for row in self.rows) for result in order}


def rows(inputs: EvidenceInputs, product: str) -> tuple[EvidenceRow, ...]:
    """A row for every control, in order."""
    proofs = tuple(proof for proof in inputs.proofs if proof.product in ("", product))
    table = []
    for number, control in inputs.controls.items():
        parts = tuple(_part(inputs, number, evidence_type, proofs) for evidence_type in control.evidence)
        result = min((part.result for part in parts), key=_WORST_FIRST.index)
        table.append(EvidenceRow(number, control.title, control.security_hub_ids, result, parts))
    return tuple(table)


def as_json(evidence: Evidence) -> bytes:
    """The table as JSON."""
    return (json.dumps(asdict(evidence), indent=1, ensure_ascii=False) + "\n").encode()


def as_page(evidence: Evidence) -> bytes:
    """The table as one HTML page without further files."""
    folder = Path(__file__).parent
    pages = Environment(loader=FileSystemLoader(folder), undefined=StrictUndefined, autoescape=True, trim_blocks=True)
    return pages.get_template("evidence.html").render(evidence=evidence, counts=evidence.counts()).encode()


def _part(inputs: EvidenceInputs, number: int, evidence_type: EvidenceType, proofs: Iterable[Proof]) -> EvidencePart:
    own = [proof for proof in proofs if number in proof.controls and proof.on == evidence_type]
    enforcement = inputs.enforcement.get(evidence_type, {}).get(number, ())
    violations = inputs.violations.get(evidence_type, {}).get(number, ())
    failed = tuple(f"{proof.test} {proof.outcome}" for proof in own if proof.outcome != "passed")
    waived = inputs.waived.get(number, ()) if evidence_type == "template" else ()
    tests = tuple(sorted(proof.test for proof in own))
    if violations or failed:
        return EvidencePart(evidence_type, FAIL, enforcement, tests, (*violations, *failed))
    if not tests or not (enforcement or evidence_type == "running"):
        missing = "enforcement" if tests else "test"
        return EvidencePart(evidence_type, NOT_PROVEN, enforcement, tests, (f"no {missing} is known",))
    not_applicable = evidence_type == "template" and number in inputs.not_applicable
    result = WAIVED if waived else NOT_APPLICABLE if not_applicable else PASS
    return EvidencePart(evidence_type, result, enforcement, tests, waived)


def _problem(evidence: Evidence, row: EvidenceRow, part: EvidencePart) -> str:
    subject = f"{evidence.product} {evidence.version}: control {row.control} ({row.title}) on {part.on}"
    return f"{subject}: {part.result}: {part.says[0]}"
