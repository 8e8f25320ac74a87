"""EC2: moto's, which forgets a transit gateway attachment at once; AWS shows it as deleted for a while.

It forgets as well what a rule for a prefix list or another security group is for.
https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_TransitGatewayVpcAttachment.html
https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_SecurityGroupRule.html
"""

import inspect
from typing import Any

IGNORES = "packets: routes, security groups and endpoints are stored, not enforced."


def install() -> None:
    """An attachment that is gone can be described by its id, and a rule keeps its description."""
    _keep_descriptions()
    from moto.ec2.models import EC2Backend

    describe_stock = EC2Backend.describe_transit_gateway_vpc_attachments
    delete_stock = EC2Backend.delete_transit_gateway_vpc_attachment
    gone: dict[str, Any] = {}

    def describe(backend: Any, **asked: Any) -> list[Any]:
        wanted = asked.get("transit_gateways_attachment_ids") or ()
        return [*describe_stock(backend, **asked), *(gone[id] for id in wanted if id in gone)]

    def delete(backend: Any, transit_gateway_attachment_id: str) -> Any:
        deleted = delete_stock(backend, transit_gateway_attachment_id)
        return gone.setdefault(deleted.id, deleted)

    EC2Backend.describe_transit_gateway_vpc_attachments = describe
    EC2Backend.delete_transit_gateway_vpc_attachment = delete


def _keep_descriptions() -> None:
    from moto.ec2.models.security_groups import SecurityGroupRule

    stock = SecurityGroupRule.__init__

    names = inspect.signature(stock)

    def begin(*given: Any, **named: Any) -> None:
        stock(*given, **named)
        asked = names.bind(*given, **named).arguments
        asked["self"].prefix_list = asked.get("prefix_list_id") or {}

    def description(rule: Any) -> Any:
        places = (rule.ip_range, rule.source_group, rule.prefix_list)
        return next((it["Description"] for it in places if it.get("Description")), None)

    SecurityGroupRule.__init__ = begin
    SecurityGroupRule.description = property(description)
