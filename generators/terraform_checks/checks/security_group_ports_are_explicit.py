"""Rules of security groups."""

from collections.abc import Iterator, Mapping
from typing import Any

from generators.terraform_checks.model.check import Check, CheckContext, CheckResults, fail, unknown
from generators.terraform_checks.model.plan import UNKNOWN, Plan, Resource

_ANYWHERE = ("0.0.0.0/0", "::/0")
_CIDR_ARGUMENTS = ("cidr_ipv4", "cidr_ipv6", "cidr_blocks", "ipv6_cidr_blocks")
_ALL_PROTOCOLS = ("-1", "all")


class SecurityGroupPortsAreExplicit(Check):
    """Check each rule, inline or as a resource of its own."""

    id = "security-group-ports-are-explicit"
    shortdesc = "Security group rules must name protocol, ports and peer, and never allow any address."
    description = "A rule for any address or every port allows more than its purpose, inbound or outbound."
    source_url = "https://docs.aws.amazon.com/vpc/latest/userguide/security-group-rules.html"
    controls = (60,)
    security_hub_ids = ("EC2.18",)
    types = (
        "aws_security_group",
        "aws_security_group_rule",
        "aws_vpc_security_group_egress_rule",
        "aws_vpc_security_group_ingress_rule",
    )

    def evaluate(self, resource: Resource, plan: Plan, context: CheckContext) -> CheckResults:
        for direction, rule in _rules(resource):
            yield from _rule(direction, rule)


def _rules(resource: Resource) -> Iterator[tuple[str, Any]]:
    if resource.type != "aws_security_group":
        yield "the rule", resource.values
        return
    for direction in ("ingress", "egress"):
        rules = resource.at(direction)
        yield from ((direction, rule) for rule in (rules if isinstance(rules, list) else [rules]) if rule)


def _rule(direction: str, rule: Any) -> CheckResults:
    if rule is UNKNOWN:
        yield unknown(direction)
        return
    for name in _CIDR_ARGUMENTS:
        blocks = rule.get(name)
        if blocks is UNKNOWN or (isinstance(blocks, list) and UNKNOWN in blocks):
            yield unknown(f"{direction}: {name}")
        elif any(block in _ANYWHERE for block in ([blocks] if isinstance(blocks, str) else blocks or [])):
            yield fail(f"{direction} opens {name} to the world; name a block, a group or a prefix list")
    yield from _ports(direction, rule)


def _ports(direction: str, rule: Mapping[str, Any]) -> CheckResults:
    protocol = rule.get("ip_protocol") or rule.get("protocol")
    if protocol is UNKNOWN:
        yield unknown(f"{direction}: its protocol")
    elif protocol in _ALL_PROTOCOLS:
        yield fail(f"{direction} opens every port; name a protocol and its ports")
    elif (rule.get("from_port"), rule.get("to_port")) == (0, 65535):
        yield fail(f"{direction} opens every port of {protocol}; name those that are used")
