"""EC2: moto's, with deleted transit gateway attachments and with the descriptions of all security group rules.

AWS describes a deleted attachment for a while, moto forgets it at once. moto returns no description of a rule for a
prefix list or another security group.
https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_TransitGatewayVpcAttachment.html
https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_SecurityGroupRule.html
"""

import inspect
from typing import Any


def install() -> None:
    """Keep deleted attachments and the descriptions of rules."""
    _keep_rule_descriptions()
    from moto.ec2.models import EC2Backend

    describe_in_moto = EC2Backend.describe_transit_gateway_vpc_attachments
    delete_in_moto = EC2Backend.delete_transit_gateway_vpc_attachment
    deleted: dict[str, Any] = {}

    def describe(backend: Any, **kwargs: Any) -> list[Any]:
        ids = kwargs.get("transit_gateways_attachment_ids") or ()
        return [*describe_in_moto(backend, **kwargs), *(deleted[id] for id in ids if id in deleted)]

    def delete(backend: Any, transit_gateway_attachment_id: str) -> Any:
        attachment = delete_in_moto(backend, transit_gateway_attachment_id)
        return deleted.setdefault(attachment.id, attachment)

    EC2Backend.describe_transit_gateway_vpc_attachments = describe
    EC2Backend.delete_transit_gateway_vpc_attachment = delete


def _keep_rule_descriptions() -> None:
    from moto.ec2.models.security_groups import SecurityGroupRule

    init_in_moto = SecurityGroupRule.__init__
    signature = inspect.signature(init_in_moto)

    def init(*args: Any, **kwargs: Any) -> None:
        init_in_moto(*args, **kwargs)
        arguments = signature.bind(*args, **kwargs).arguments
        arguments["self"].prefix_list = arguments.get("prefix_list_id") or {}

    def description(rule: Any) -> Any:
        sources = (rule.ip_range, rule.source_group, rule.prefix_list)
        return next((source["Description"] for source in sources if source.get("Description")), None)

    SecurityGroupRule.__init__ = init
    SecurityGroupRule.description = property(description)
