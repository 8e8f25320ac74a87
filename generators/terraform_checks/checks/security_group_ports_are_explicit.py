"""Security groups open named doors only."""

from collections.abc import Iterator, Mapping
from typing import Any

from generators.terraform_checks.check import Answers, Check, CheckContext, undecided, wrong
from generators.terraform_checks.plan import UNKNOWN, Plan, Resource

_WORLD = ("0.0.0.0/0", "::/0")
_BLOCKS = ("cidr_ipv4", "cidr_ipv6", "cidr_blocks", "ipv6_cidr_blocks")
_ALL = ("-1", "all")


class SecurityGroupPortsAreExplicit(Check):
    """A door is a protocol with its ports and somebody behind it; the world is nobody, coming in or going out.

    Control 60 [EC2.18]. https://docs.aws.amazon.com/vpc/latest/userguide/security-group-rules.html
    """

    types = (
        "aws_security_group",
        "aws_security_group_rule",
        "aws_vpc_security_group_egress_rule",
        "aws_vpc_security_group_ingress_rule",
    )

    def judge(self, resource: Resource, plan: Plan, facts: CheckContext) -> Answers:
        """Each rule, whichever way it is written."""
        for way, rule in _rules(resource):
            yield from _judged(way, rule)


def _rules(resource: Resource) -> Iterator[tuple[str, Any]]:
    if resource.type != "aws_security_group":
        yield "the rule", resource.values
        return
    for way in ("ingress", "egress"):
        rules = resource.at(way)
        yield from ((way, rule) for rule in (rules if isinstance(rules, list) else [rules]) if rule)


def _judged(way: str, rule: Any) -> Answers:
    if rule is UNKNOWN:
        yield undecided(way)
        return
    for name in _BLOCKS:
        blocks = rule.get(name)
        if blocks is UNKNOWN or (isinstance(blocks, list) and UNKNOWN in blocks):
            yield undecided(f"{way}: {name}")
        elif any(it in _WORLD for it in ([blocks] if isinstance(blocks, str) else blocks or [])):
            yield wrong(f"{way} opens {name} to the world; name a block, a group or a prefix list")
    yield from _door(way, rule)


def _door(way: str, rule: Mapping[str, Any]) -> Answers:
    protocol = rule.get("ip_protocol") or rule.get("protocol")
    if protocol is UNKNOWN:
        yield undecided(f"{way}: its protocol")
    elif protocol in _ALL:
        yield wrong(f"{way} opens every port; name a protocol and its ports")
    elif (rule.get("from_port"), rule.get("to_port")) == (0, 65535):
        yield wrong(f"{way} opens every port of {protocol}; name those that are used")
