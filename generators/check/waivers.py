"""Applies the waivers of product.yaml to findings. Pure.

A waived finding stays visible with level "waived". An expired or unused waiver is a finding itself.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import date

from generators.release.model import Finding, Product, Waiver


def apply(product: Product, findings: Sequence[Finding], today: date) -> tuple[Finding, ...]:
    """The findings after the product's waivers; `until` is the last day on which a waiver is valid."""
    valid = [waiver for waiver in product.waivers if today <= waiver.until]
    waived = tuple(_apply_first(finding, valid) for finding in findings)
    problems = [_waiver_problem(product, waiver, findings, today) for waiver in product.waivers]
    return (*waived, *(problem for problem in problems if problem))


def _apply_first(finding: Finding, waivers: Sequence[Waiver]) -> Finding:
    for waiver in waivers:
        if _covers(waiver, finding):
            text = f"{finding.message} (waived until {waiver.until}: {waiver.reason})"
            return replace(finding, level="waived", message=text)
    return finding


def _waiver_problem(product: Product, waiver: Waiver, findings: Sequence[Finding], today: date) -> Finding | None:
    where = product.path(f"product.yaml:{waiver.line}")
    if waiver.until < today:
        text = f"the waiver of {waiver.rule} ended on {waiver.until}; mend {waiver.resource} or agree a new end"
    elif not any(_covers(waiver, finding) for finding in findings):
        text = f"the waiver of {waiver.rule} waives nothing on {waiver.resource}; delete it"
    else:
        return None
    return Finding("waiver", "error", where, waiver.resource, text)


def _covers(waiver: Waiver, finding: Finding) -> bool:
    return (waiver.rule, waiver.resource) == (finding.rule, finding.resource)
