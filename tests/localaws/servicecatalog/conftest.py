"""The accounts that the tests of the catalogue share, one pair for each file."""

from collections.abc import Callable, Iterator
from typing import Any

import pytest

from localaws.conftest import REAL, Aws
from tests.localaws.servicecatalog.catalogue import MAY_LAUNCH, Hub, cleaned, launch_role, user_role, with_bucket
from tests.localaws.servicecatalog.shop import Shop


@pytest.fixture(scope="module")
def hub(aws: Aws, request: pytest.FixtureRequest) -> Iterator[Hub]:
    """The caller's own account on AWS, a member of its own here; everything is deleted afterwards."""
    member = request.getfixturevalue("member") if not REAL else None
    account = member(_name(request, "hub")) if member else aws("sts").get_caller_identity()["Account"]
    hub = with_bucket(aws, account)
    yield hub
    cleaned(hub)


@pytest.fixture(scope="module")
def shop(aws: Aws, member: Callable[[str], str], organisation: dict[str, Any], request: pytest.FixtureRequest) -> Shop:
    hub, spoke = with_bucket(aws, member(_name(request, "hub"))), member(_name(request, "spoke"))
    aws("servicecatalog").enable_aws_organizations_access()
    service = "servicecatalog.amazonaws.com"
    aws("organizations").register_delegated_administrator(AccountId=hub.account, ServicePrincipal=service)
    for account in (hub.account, spoke):
        launch_role(aws("iam", account), "launch-it", *MAY_LAUNCH)
    user_role(aws("iam", spoke), spoke, "lead")
    shop = Shop(hub, spoke, hub.portfolio("data-science"))
    hub.grant(shop.portfolio, "arn:aws:iam:::role/lead")
    hub.share(shop.portfolio, organisation["Id"], "ORGANIZATION", SharePrincipals=True, ShareTagOptions=True)
    return shop


def _name(request: pytest.FixtureRequest, role: str) -> str:
    """An account of this file alone: test-launch-hub."""
    return f"{request.module.__name__.rpartition('.')[2].replace('_', '-')}-{role}"
