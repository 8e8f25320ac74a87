"""Fixtures of the Service Catalog tests: one pair of accounts for each file."""

from collections.abc import Callable, Iterator
from typing import Any

import pytest

from localaws.conftest import REAL, Aws
from tests.localaws.servicecatalog.catalogue import LAUNCH_ACTIONS, Hub, clean_up, launch_role, user_role, with_bucket
from tests.localaws.servicecatalog.shared_catalog import SharedCatalog


@pytest.fixture(scope="module")
def hub(aws: Aws, request: pytest.FixtureRequest) -> Iterator[Hub]:
    """The caller's account on AWS, a new member account on the embedded AWS; cleaned up afterwards."""
    member = request.getfixturevalue("member") if not REAL else None
    account = member(_name(request, "hub")) if member else aws("sts").get_caller_identity()["Account"]
    hub = with_bucket(aws, account)
    yield hub
    clean_up(hub)


@pytest.fixture(scope="module")
def shared_catalog(
    aws: Aws, member: Callable[[str], str], organisation: dict[str, Any], request: pytest.FixtureRequest
) -> SharedCatalog:
    hub, spoke = with_bucket(aws, member(_name(request, "hub"))), member(_name(request, "spoke"))
    aws("servicecatalog").enable_aws_organizations_access()
    service = "servicecatalog.amazonaws.com"
    aws("organizations").register_delegated_administrator(AccountId=hub.account, ServicePrincipal=service)
    for account in (hub.account, spoke):
        launch_role(aws("iam", account), "launch-it", *LAUNCH_ACTIONS)
    user_role(aws("iam", spoke), spoke, "lead")
    shared_catalog = SharedCatalog(hub, spoke, hub.portfolio("data-science"))
    hub.grant(shared_catalog.portfolio, "arn:aws:iam:::role/lead")
    hub.share(shared_catalog.portfolio, organisation["Id"], "ORGANIZATION", SharePrincipals=True, ShareTagOptions=True)
    return shared_catalog


def _name(request: pytest.FixtureRequest, role: str) -> str:
    """The name of an account for this file alone, for example test-launch-hub."""
    return f"{request.module.__name__.rpartition('.')[2].replace('_', '-')}-{role}"
