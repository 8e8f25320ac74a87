"""The VPC of a session: a service's process in a VPC reaches S3 through the VPC's gateway endpoint, if there is one.

Requests of such a session, and of sessions that it opens, have the condition key aws:SourceVpce.
https://docs.aws.amazon.com/AmazonS3/latest/userguide/example-bucket-policies-vpc-endpoint.html
"""

from collections.abc import Sequence
from typing import Any

from moto.ec2.exceptions import InvalidSubnetIdError
from moto.ec2.models import ec2_backends

from scripts.localaws.services.sts import sessions


def set_session_subnets(access_key: str, account: str, region: str, subnets: Sequence[str]) -> None:
    """Let the session run in these subnets; without subnets it runs outside of a VPC."""
    if subnets:
        endpoint = endpoint_of(account, region, subnets[0], "s3")
        sessions.set_session_endpoint(access_key, str(endpoint.id) if endpoint else "")


def endpoint_of(account: str, region: str, subnet: str, service: str) -> Any:
    """moto's endpoint of a service, such as s3, in the subnet's VPC; None when there is none."""
    backend = ec2_backends[account][region]
    try:
        vpc = backend.get_subnet(subnet).vpc_id
    except InvalidSubnetIdError:
        return None
    endpoints = [endpoint for endpoint in list(backend.vpc_end_points.values()) if endpoint.vpc_id == vpc]
    name = f"com.amazonaws.{region}.{service}"
    return next((endpoint for endpoint in endpoints if endpoint.service_name == name), None)
