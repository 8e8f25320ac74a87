"""Base class of the plan checks, and the checks that several of them share. Pure."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from enum import Enum
from typing import Any, ClassVar

from generators.terraform_checks.model.plan import UNKNOWN, Plan, Resource


class Verdict(Enum):
    """The outcome of a check that does not pass; a resource without a result passes."""

    FAIL = "fail"
    UNKNOWN = "cannot decide"


@dataclass(frozen=True, slots=True)
class CheckResult:
    """A verdict on one resource; the message says what is wrong and names the fix."""

    verdict: Verdict
    message: str


CheckResults = Iterator[CheckResult]


@dataclass(frozen=True, slots=True)
class CheckContext:
    """Facts outside of the plan; `services` are the IAM prefixes of services that are called from inside the VPC."""

    release_bucket: str = "mlops-releases"
    services: frozenset[str] = field(default_factory=frozenset)


class Check:
    """A check on Terraform resources of some types, with the metadata of a cfn-lint rule.

    `shortdesc` is the demand, `description` the reason. `controls` are numbers of terraform/controls.yaml;
    `security_hub_ids` are the controls of AWS Security Hub that these controls answer.
    """

    id: ClassVar[str] = ""
    shortdesc: ClassVar[str] = ""
    description: ClassVar[str] = ""
    source_url: ClassVar[str] = ""
    controls: ClassVar[tuple[int, ...]] = ()
    security_hub_ids: ClassVar[tuple[str, ...]] = ()
    types: ClassVar[tuple[str, ...]] = ()

    def applies_to(self, resource: Resource, context: CheckContext) -> bool:  # noqa: ARG002
        """True for the resources of its types that it checks."""
        return True

    def evaluate(self, resource: Resource, plan: Plan, context: CheckContext) -> CheckResults:  # noqa: ARG002
        """Results for a resource; none when it passes."""
        raise TypeError(f"{type(self).__name__} judges nothing: write evaluate()")


def fail(message: str) -> CheckResult:
    """A failure; the message says what is wrong and names the fix."""
    return CheckResult(Verdict.FAIL, message)


def unknown(what: str) -> CheckResult:
    """The result for a value that is known after apply."""
    return CheckResult(Verdict.UNKNOWN, f"cannot decide: {what} is known only after the apply; write the value itself")


def require_value(resource: Resource, path: tuple[str, ...], *accepted: Any) -> CheckResults:
    """Demand one of the accepted values."""
    value, name = resource.at(*path), ".".join(path)
    if value is UNKNOWN:
        yield unknown(name)
    elif not any(value == option and type(value) is type(option) for option in accepted):  # 1 is not true
        yield fail(f"{name} is {hcl(value)}; set it to {' or '.join(map(hcl, accepted))}")


def require_customer_key(resource: Resource, plan: Plan, argument: str) -> CheckResults:
    """Demand a customer managed key, which the plan may create."""
    value = resource.at(argument)
    if value is UNKNOWN and not plan.has_reference(resource, argument, "aws_kms_key"):
        yield unknown(argument)
    elif not value or (isinstance(value, str) and value.startswith("alias/aws/")):
        yield fail(f"{argument} is {hcl(value)}; give it a customer key")


def missing(plan: Plan, resource_type: str, argument: str) -> CheckResult:
    """The result for a resource to which no resource of this type refers; unknown when a reference is unresolved."""
    if plan.unresolved(resource_type, argument):
        return unknown(f"which one {resource_type} is for ({argument})")
    return fail(f"it has no {resource_type}; add one whose {argument} refers to it")


def hcl(value: Any) -> str:
    """A value in Terraform's syntax."""
    return "not set" if value is None else str(value).lower() if isinstance(value, bool) else str(value)
