"""The endpoints of VPCs. Reads moto.

https://docs.aws.amazon.com/vpc/latest/privatelink/vpc-endpoints-access.html
"""

from typing import Any


def endpoint_of(account: str, region: str, subnet: str, service: str) -> Any:
    """moto's endpoint of a service, such as s3, in the subnet's VPC; None when there is none."""
    from moto.ec2.models import ec2_backends  # imported on first use: slow to import

    backend = ec2_backends[account][region]
    vpcs = [each.vpc_id for subnets in list(backend.subnets.values()) for each in subnets.values() if each.id == subnet]
    name = f"com.amazonaws.{region}.{service}"
    endpoints = [each for each in list(backend.vpc_end_points.values()) if each.service_name == name]
    return next((each for each in endpoints if each.vpc_id in vpcs), None)
