"""Runs every check on every resource of a plan. Reads the checks, nothing else."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from generators import rule_metadata
from generators.terraform_checks import checks as package
from generators.terraform_checks.model.check import Check, CheckContext, Verdict
from generators.terraform_checks.model.plan import Plan


@dataclass(frozen=True, slots=True)
class Finding:
    """A check that fails for a resource, or that cannot decide."""

    check: str
    controls: tuple[int, ...]
    address: str
    verdict: Verdict
    message: str

    def __str__(self) -> str:
        return f"{self.address}: {self.message} ({self.check}, control {', '.join(map(str, self.controls))})"


@dataclass(frozen=True, slots=True)
class CheckReport:
    """Findings on a plan; `checked`: id of a check -> addresses of the resources that it applies to."""

    findings: tuple[Finding, ...]
    checked: Mapping[str, tuple[str, ...]]

    @property
    def failed(self) -> tuple[Finding, ...]:
        """Findings of checks that fail."""
        return tuple(finding for finding in self.findings if finding.verdict is Verdict.FAIL)

    @property
    def unknown(self) -> tuple[Finding, ...]:
        """Findings that cannot be decided before the apply."""
        return tuple(finding for finding in self.findings if finding.verdict is Verdict.UNKNOWN)

    def __str__(self) -> str:
        """One line for a table."""
        applied = {check for check, addresses in self.checked.items() if addresses}
        failed, unknown = ({finding.check for finding in findings} for findings in (self.failed, self.unknown))
        parts = [f"{len(applied - failed - unknown)} plan checks hold"]
        parts += [f"{len(failed)} do not"] if failed else []
        parts += [f"{len(unknown - failed)} cannot be decided before the apply"] if unknown - failed else []
        return ", ".join(parts)


def all_checks() -> tuple[type[Check], ...]:
    """Every check, by id."""
    return tuple(sorted(rule_metadata.classes(package, Check), key=lambda check: check.id))


def checks_by_control() -> Mapping[int, tuple[str, ...]]:
    """Control -> ids of the checks that prove it, both in order."""
    return rule_metadata.by_control((check.id, check.controls) for check in all_checks())


def check_plan(plan: Plan, context: CheckContext) -> CheckReport:
    """Findings of all checks, by check and address."""
    findings: list[Finding] = []
    checked: dict[str, tuple[str, ...]] = {}
    for check in all_checks():
        resources = [resource for resource in plan.of(*check.types) if check().applies_to(resource, context)]
        checked[check.id] = tuple(resource.address for resource in resources)
        for resource in resources:
            for result in dict.fromkeys(check().evaluate(resource, plan, context)):
                findings.append(Finding(check.id, check.controls, resource.address, result.verdict, result.message))
    return CheckReport(tuple(findings), checked)
