"""Public addresses and routes to the internet."""

from collections.abc import Mapping
from typing import Any

from generators.terraform_checks.model.check import Check, CheckContext, CheckResults, fail, require_value, unknown
from generators.terraform_checks.model.plan import UNKNOWN, Plan, Resource

_GATEWAYS_AND_ADDRESSES = (
    "aws_customer_gateway",
    "aws_egress_only_internet_gateway",
    "aws_eip",
    "aws_eip_association",
    "aws_internet_gateway",
    "aws_internet_gateway_attachment",
    "aws_nat_gateway",
    "aws_vpn_gateway",
)
# Type -> the setting that makes its resources public, and the private value.
_SETTINGS = {
    "aws_db_instance": ("publicly_accessible", False),
    "aws_instance": ("associate_public_ip_address", False),
    "aws_lb": ("internal", True),
    "aws_rds_cluster_instance": ("publicly_accessible", False),
    "aws_redshift_cluster": ("publicly_accessible", False),
    "aws_subnet": ("map_public_ip_on_launch", False),
    "aws_vpc": ("assign_generated_ipv6_cidr_block", False),
}
_ANYWHERE = ("0.0.0.0/0", "::/0")
_GATEWAY_ARGUMENTS = ("egress_only_gateway_id", "gateway_id", "nat_gateway_id")
_CIDR_ARGUMENTS = ("destination_cidr_block", "destination_ipv6_cidr_block", "cidr_block", "ipv6_cidr_block")


class NoPublicIpOrRoute(Check):
    """Refuse gateways, public addresses and routes to the internet."""

    id = "no-public-ip-or-route"
    shortdesc = "Networks must have no public address and no route to the internet."
    description = "Data cannot leave the network except through VPC endpoints, which reach AWS."
    source_url = "https://docs.aws.amazon.com/vpc/latest/userguide/VPC_Internet_Gateway.html"
    controls = (61,)
    security_hub_ids = ()
    types = (*_GATEWAYS_AND_ADDRESSES, *_SETTINGS, "aws_route", "aws_route_table", "aws_default_route_table")

    def evaluate(self, resource: Resource, plan: Plan, context: CheckContext) -> CheckResults:
        if resource.type in _GATEWAYS_AND_ADDRESSES:
            yield fail("it is a way to the internet; take it out, endpoints reach AWS")
        elif resource.type in _SETTINGS:
            setting, private_value = _SETTINGS[resource.type]
            if private_value or resource.at(setting) is not None:  # the default is false
                yield from require_value(resource, (setting,), private_value)
        else:
            yield from _routes(resource)


def _routes(resource: Resource) -> CheckResults:
    routes = [resource.values] if resource.type == "aws_route" else resource.at("route") or []
    if routes is UNKNOWN:
        yield unknown("route")
        return
    for route in routes:
        yield from _route(route)


def _route(route: Mapping[str, Any]) -> CheckResults:
    unknown_arguments = [name for name in (*_CIDR_ARGUMENTS, *_GATEWAY_ARGUMENTS) if route.get(name) is UNKNOWN]
    gateways = [name for name in _GATEWAY_ARGUMENTS if route.get(name) and _is_internet(name, route[name])]
    if unknown_arguments:
        yield unknown(unknown_arguments[0])
    elif gateways:
        yield fail(f"it leads out through {gateways[0]}; take it out, endpoints reach AWS")
    if any(route.get(name) in _ANYWHERE for name in _CIDR_ARGUMENTS):
        yield fail("it leads everywhere; route to the bank's own blocks only")


def _is_internet(argument: str, gateway: Any) -> bool:
    """gateway_id also names gateway endpoints and virtual private gateways, which do not lead to the internet."""
    return argument != "gateway_id" or str(gateway).startswith("igw-")
