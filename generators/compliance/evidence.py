"""The table that an auditor reads of one release: control, where it is enforced, the tests, the result. Pure.

Nothing in it depends on when or where it is made: the same inputs give the same bytes.
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

PASS, FAIL, WAIVED, ABSENT, UNPROVEN = "pass", "fail", "waived", "not applicable", "not proven"
_WORST_FIRST = (FAIL, UNPROVEN, WAIVED, PASS, ABSENT)
Said = Mapping[int, tuple[str, ...]]  # control -> sentences


@dataclass(frozen=True, slots=True)
class Known:
    """All that a table is made of. `enforced`: by ground what enforces a control, `broken`: what does not hold of it.

    `waived`: findings that a product's owner answers for; `absent`: controls about nothing that the release holds.
    """

    controls: Mapping[int, Control]
    enforced: Mapping[EvidenceType, Said]
    broken: Mapping[EvidenceType, Said] = field(default_factory=dict)
    waived: Said = field(default_factory=dict)
    absent: frozenset[int] = frozenset()
    proofs: tuple[Proof, ...] = ()


@dataclass(frozen=True, slots=True)
class Part:
    """One ground of a control."""

    on: EvidenceType
    result: str
    enforced: tuple[str, ...]
    tests: tuple[str, ...]
    says: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Row:
    """One control."""

    control: int
    title: str
    hub: tuple[str, ...]
    result: str
    parts: tuple[Part, ...]


@dataclass(frozen=True, slots=True)
class Evidence:
    """One release's table; `made_of`: what it was made of -> digest or version."""

    product: str
    version: str
    made_of: Mapping[str, str]
    rows: tuple[Row, ...]

    @property
    def problems(self) -> tuple[str, ...]:
        """A sentence for each control that does not hold or that nothing proves."""
        return tuple(_sentence(self, row, part) for row in self.rows for part in row.parts if part.result in _BAD)

    def counted(self) -> Mapping[str, int]:
        """Result -> how many controls have it."""
        return {
            result: sum(row.result == result for row in self.rows) for result in (PASS, WAIVED, ABSENT, UNPROVEN, FAIL)
        }


_BAD = (FAIL, UNPROVEN)


def rows(known: Known, product: str) -> tuple[Row, ...]:
    """Every control, in order; its result is the worst of its grounds."""
    proofs = tuple(it for it in known.proofs if it.product in ("", product))
    found = []
    for number, control in known.controls.items():
        parts = tuple(_part(known, number, on, proofs) for on in control.evidence)
        found.append(Row(number, control.title, control.security_hub_ids, _worst(it.result for it in parts), parts))
    return tuple(found)


def as_json(evidence: Evidence) -> bytes:
    """For programs."""
    return (json.dumps(asdict(evidence), indent=1, ensure_ascii=False) + "\n").encode()


def as_page(evidence: Evidence) -> bytes:
    """For people: one page that needs nothing beside it."""
    folder = Path(__file__).parent
    pages = Environment(loader=FileSystemLoader(folder), undefined=StrictUndefined, autoescape=True, trim_blocks=True)
    return pages.get_template("evidence.html").render(evidence=evidence, counted=evidence.counted()).encode()


def _part(known: Known, number: int, on: EvidenceType, proofs: Iterable[Proof]) -> Part:
    own = [it for it in proofs if number in it.controls and it.on == on]
    enforced = known.enforced.get(on, {}).get(number, ())
    broken = known.broken.get(on, {}).get(number, ())
    failed = tuple(f"{it.test} {it.outcome}" for it in own if it.outcome != "passed")
    waived = known.waived.get(number, ()) if on == "template" else ()
    tests = tuple(sorted(it.test for it in own))
    if broken or failed:
        return Part(on, FAIL, enforced, tests, (*broken, *failed))
    if not tests or not (enforced or on == "running"):
        return Part(on, UNPROVEN, enforced, tests, (f"no {'test' if not tests else 'enforcement'} is known",))
    absent = on == "template" and number in known.absent
    return Part(on, WAIVED if waived else ABSENT if absent else PASS, enforced, tests, waived)


def _worst(results: Iterable[str]) -> str:
    return min(results, key=_WORST_FIRST.index)


def _sentence(evidence: Evidence, row: Row, part: Part) -> str:
    what = f"{evidence.product} {evidence.version}: control {row.control} ({row.title}) on {part.on}: {part.result}"
    return f"{what}: {part.says[0]}"
