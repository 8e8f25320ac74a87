"""Every check on every resource of a plan. Reads the checks, nothing else."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from generators import rule_metadata
from generators.terraform_checks import checks as package
from generators.terraform_checks.check import Check, CheckContext, Verdict
from generators.terraform_checks.plan import Plan


@dataclass(frozen=True, slots=True)
class Finding:
    """A check that does not hold of a resource, or that cannot tell."""

    check: str
    controls: tuple[int, ...]
    address: str
    verdict: Verdict
    message: str

    def __str__(self) -> str:
        return f"{self.address}: {self.message} ({self.check}, control {', '.join(map(str, self.controls))})"


@dataclass(frozen=True, slots=True)
class CheckReport:
    """What the checks say of a plan; `met`: check -> addresses of the resources that it was asked about."""

    findings: tuple[Finding, ...]
    met: Mapping[str, tuple[str, ...]]

    @property
    def failed(self) -> tuple[Finding, ...]:
        """What does not hold."""
        return tuple(it for it in self.findings if it.verdict is Verdict.FAIL)

    @property
    def undecided(self) -> tuple[Finding, ...]:
        """What nobody can tell before the apply."""
        return tuple(it for it in self.findings if it.verdict is Verdict.UNDECIDED)

    def __str__(self) -> str:
        """One line for a table."""
        asked = {check for check, addresses in self.met.items() if addresses}
        failed, later = ({it.check for it in found} for found in (self.failed, self.undecided))
        parts = [f"{len(asked - failed - later)} plan checks hold"]
        parts += [f"{len(failed)} do not"] if failed else []
        parts += [f"{len(later - failed)} cannot be decided before the apply"] if later - failed else []
        return ", ".join(parts)


def known() -> tuple[type[Check], ...]:
    """Every check, by name."""
    return tuple(sorted(rule_metadata.classes(package, Check), key=lambda check: check.name))


def proving() -> Mapping[int, tuple[str, ...]]:
    """Control -> names of the checks that prove it, both in order."""
    return rule_metadata.by_control((it.name, it.controls) for it in known())


def judge(plan: Plan, facts: CheckContext) -> CheckReport:
    """What does not hold and what cannot be told, by check and address."""
    findings: list[Finding] = []
    met: dict[str, tuple[str, ...]] = {}
    for check in known():
        asked = [it for it in plan.of(*check.types) if check().asks(it, facts)]
        met[check.name] = tuple(it.address for it in asked)
        for resource in asked:
            for said in dict.fromkeys(check().judge(resource, plan, facts)):
                findings.append(Finding(check.name, check.controls, resource.address, said.verdict, said.message))
    return CheckReport(tuple(findings), met)
