"""Nothing has a public address or a route to the internet."""

from collections.abc import Mapping
from typing import Any

from generators.terraform_checks.check import Answers, Check, CheckContext, must_be, undecided, wrong
from generators.terraform_checks.plan import UNKNOWN, Plan, Resource

_WAYS_OUT = (
    "aws_customer_gateway",
    "aws_egress_only_internet_gateway",
    "aws_eip",
    "aws_eip_association",
    "aws_internet_gateway",
    "aws_internet_gateway_attachment",
    "aws_nat_gateway",
    "aws_vpn_gateway",
)
# What a resource may not have, and the value that it has without it.
_SETTINGS = {
    "aws_db_instance": ("publicly_accessible", False),
    "aws_instance": ("associate_public_ip_address", False),
    "aws_lb": ("internal", True),
    "aws_rds_cluster_instance": ("publicly_accessible", False),
    "aws_redshift_cluster": ("publicly_accessible", False),
    "aws_subnet": ("map_public_ip_on_launch", False),
    "aws_vpc": ("assign_generated_ipv6_cidr_block", False),
}
_WORLD = ("0.0.0.0/0", "::/0")
_GATES = ("egress_only_gateway_id", "gateway_id", "nat_gateway_id")
_BLOCKS = ("destination_cidr_block", "destination_ipv6_cidr_block", "cidr_block", "ipv6_cidr_block")


class NoPublicIpOrRoute(Check):
    """Data that cannot leave the network need not be looked for outside; AWS is reached through endpoints.

    Control 61. https://docs.aws.amazon.com/vpc/latest/userguide/VPC_Internet_Gateway.html
    """

    types = (*_WAYS_OUT, *_SETTINGS, "aws_route", "aws_route_table", "aws_default_route_table")

    def judge(self, resource: Resource, plan: Plan, facts: CheckContext) -> Answers:
        """There is no gate, no address and no route to one."""
        if resource.type in _WAYS_OUT:
            yield wrong("it is a way to the internet; take it out, endpoints reach AWS")
        elif resource.type in _SETTINGS:
            setting, closed = _SETTINGS[resource.type]
            if closed or resource.at(setting) is not None:  # what nobody sets is false
                yield from must_be(resource, (setting,), closed)
        else:
            yield from _routes(resource)


def _routes(resource: Resource) -> Answers:
    routes = [resource.values] if resource.type == "aws_route" else resource.at("route") or []
    if routes is UNKNOWN:
        yield undecided("route")
        return
    for route in routes:
        yield from _route(route)


def _route(route: Mapping[str, Any]) -> Answers:
    later = [it for it in (*_BLOCKS, *_GATES) if route.get(it) is UNKNOWN]
    if later:
        yield undecided(later[0])
    elif gate := next((it for it in _GATES if route.get(it) and (it != "gateway_id" or _is_internet(route[it]))), ""):
        yield wrong(f"it leads out through {gate}; take it out, endpoints reach AWS")
    if any(route.get(it) in _WORLD for it in _BLOCKS):
        yield wrong("it leads everywhere; route to the bank's own blocks only")


def _is_internet(gateway: str) -> bool:
    return str(gateway).startswith("igw-")  # others are of endpoints and of the bank's own lines
