"""What every check shares: how it is told a resource and how it answers. Pure."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from enum import Enum
from typing import Any, ClassVar

from generators.rule_metadata import numbers
from generators.terraform_checks.plan import UNKNOWN, Plan, Resource


class Verdict(Enum):
    """What keeps a check from holding. A resource of which nothing is said passes."""

    FAIL = "fail"
    UNDECIDED = "cannot decide"


@dataclass(frozen=True, slots=True)
class CheckResult:
    """A verdict on one resource, with what is wrong and what to do."""

    verdict: Verdict
    message: str


Answers = Iterator[CheckResult]


@dataclass(frozen=True, slots=True)
class CheckContext:
    """What checks know beside the plan. `services`: what is called from inside the network, as IAM spells it."""

    release_bucket: str = "mlops-releases"
    services: frozenset[str] = field(default_factory=frozenset)


class Check:
    """A check on resources of some types. Its docstring is its reason and names the controls that it proves."""

    types: ClassVar[tuple[str, ...]] = ()
    controls: ClassVar[tuple[int, ...]] = ()
    name: ClassVar[str] = ""

    def __init_subclass__(cls) -> None:
        cls.controls = numbers(cls.__doc__ or "")
        cls.name = cls.__module__.rpartition(".")[2].replace("_", "-")

    def asks(self, resource: Resource, facts: CheckContext) -> bool:  # noqa: ARG002
        """Whether it is about this resource of its types."""
        return True

    def judge(self, resource: Resource, plan: Plan, facts: CheckContext) -> Answers:  # noqa: ARG002
        """What is wrong with the resource, or cannot be told."""
        raise TypeError(f"{type(self).__name__} judges nothing: write judge()")


def wrong(message: str) -> CheckResult:
    """It does not hold."""
    return CheckResult(Verdict.FAIL, message)


def undecided(what: str) -> CheckResult:
    """The plan does not know yet."""
    return CheckResult(
        Verdict.UNDECIDED, f"cannot decide: {what} is known only after the apply; write the value itself"
    )


def must_be(resource: Resource, path: tuple[str, ...], *accepted: Any) -> Answers:
    """One of the accepted values."""
    value, what = resource.at(*path), ".".join(path)
    if value is UNKNOWN:
        yield undecided(what)
    elif not any(value == it and type(value) is type(it) for it in accepted):  # 1 is not true
        yield wrong(f"{what} is {shown(value)}; set it to {' or '.join(map(shown, accepted))}")


def must_be_key(resource: Resource, plan: Plan, argument: str) -> Answers:
    """A customer key, be it one that the plan makes first."""
    value = resource.at(argument)
    if value is UNKNOWN and not plan.refers(resource, argument, "aws_kms_key"):
        yield undecided(argument)
    elif not value or (isinstance(value, str) and value.startswith("alias/aws/")):
        yield wrong(f"{argument} is {shown(value)}; give it a customer key")


def absent(plan: Plan, kind: str, argument: str) -> CheckResult:
    """Nothing of this kind belongs to the resource, as far as the plan tells."""
    if plan.unclear(kind, argument):
        return undecided(f"which one {kind} is for ({argument})")
    return wrong(f"it has no {kind}; add one whose {argument} refers to it")


def shown(value: Any) -> str:
    """As one writes it in Terraform."""
    return "not set" if value is None else str(value).lower() if isinstance(value, bool) else str(value)
