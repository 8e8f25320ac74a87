"""The VPC of a session: a service's process in a VPC reaches S3 through the VPC's gateway endpoint, if there is one.

Requests of such a session, and of sessions that it opens, have the condition key aws:SourceVpce.
https://docs.aws.amazon.com/AmazonS3/latest/userguide/example-bucket-policies-vpc-endpoint.html
"""

from collections.abc import Sequence

from scripts.localaws.services.ec2.vpc_endpoints import endpoint_of
from scripts.localaws.services.sts import sessions


def set_session_subnets(access_key: str, account: str, region: str, subnets: Sequence[str]) -> None:
    """Let the session run in these subnets; without subnets it runs outside of a VPC."""
    if subnets:
        endpoint = endpoint_of(account, region, subnets[0], "s3")
        sessions.set_session_endpoint(access_key, str(endpoint.id) if endpoint else "")
