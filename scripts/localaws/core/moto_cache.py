"""Values that moto reads anew for each account or service, although the process has read them already."""

import json
from functools import cache
from typing import Any

from boto3.session import Session
from moto.core import utils
from moto.core.base_backend import AccountSpecificBackend
from moto.core.loaders import create_loader
from moto.iam import models as iam


def install() -> None:
    """Read regions, AWS's managed policies and the models of AWS once in a process."""
    utils.create_loader = cache(create_loader)
    AccountSpecificBackend._generate_regions = lambda _, service: list(_regions(service))
    iam.IAMBackend._init_aws_policies = _aws_policies


@cache
def _regions(service: str) -> tuple[str, ...]:
    session = Session()
    partitions = session.get_available_partitions()
    return tuple(name for partition in partitions for name in session.get_available_regions(service, partition))


@cache
def _policy_data() -> dict[str, Any]:
    content: dict[str, Any] = json.loads(iam.aws_managed_policies_data)
    return content


def _aws_policies(backend: iam.IAMBackend) -> list[iam.AWSManagedPolicy]:
    place = (backend.account_id, backend.region_name)
    return [iam.AWSManagedPolicy.from_data(name, *place, row) for name, row in _policy_data().items()]
