"""Where a process of a service runs: one in a VPC reaches S3 through the VPC's gateway endpoint, if it has one.

What such a session does, and what sessions that it opens do, carries aws:SourceVpce.
https://docs.aws.amazon.com/AmazonS3/latest/userguide/example-bucket-policies-vpc-endpoint.html
"""

from collections.abc import Sequence

from moto.ec2.exceptions import InvalidSubnetIdError
from moto.ec2.models import ec2_backends

from scripts.localaws.services.sts import sessions


def set_session_subnets(access_key: str, account: str, region: str, subnets: Sequence[str]) -> None:
    """The session works in these subnets from now on; without any it works outside of a VPC."""
    if subnets:
        sessions.set_session_endpoint(access_key, _endpoint(account, region, subnets[0]))


def _endpoint(account: str, region: str, subnet: str) -> str:
    """The gateway endpoint of S3 in the subnet's VPC, "" when there is none."""
    backend = ec2_backends[account][region]
    try:
        vpc = backend.get_subnet(subnet).vpc_id
    except InvalidSubnetIdError:
        return ""
    own = [it for it in backend.vpc_end_points.values() if it.vpc_id == vpc]
    return next((str(it.id) for it in own if it.service_name == f"com.amazonaws.{region}.s3"), "")
