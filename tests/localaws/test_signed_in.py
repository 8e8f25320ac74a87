"""The account from which a signed-in person or build reads the organization."""

from collections.abc import Callable
from dataclasses import replace

import pytest

from generators.aws import organization
from generators.aws.session import Aws as Target
from generators.config import platform
from generators.errors import UserError
from tests.localaws.conftest import ACCESS_ROLE, ROOT, Aws

pytestmark = pytest.mark.local_only
MANAGEMENT = "123456789012"


@pytest.fixture
def signed_in(aws: Aws, monkeypatch: pytest.MonkeyPatch) -> Callable[..., Target]:
    """The target `aws` at the embedded AWS, for someone signed in to an account ("": the management account)."""

    def sign_in(account: str, hub: str) -> Target:
        keys = {"AccessKeyId": "local", "SecretAccessKey": "local", "SessionToken": ""}
        if account:
            keys |= aws.assume(aws("sts"), f"arn:aws:iam::{account}:role/{ACCESS_ROLE}")
        names = {
            "AccessKeyId": "ACCESS_KEY_ID",
            "SecretAccessKey": "SECRET_ACCESS_KEY",
            "SessionToken": "SESSION_TOKEN",
        }
        for name, variable in names.items():
            monkeypatch.setenv(f"AWS_{variable}", keys[name])
        facts = platform.read(ROOT)
        both = replace(facts.targets["aws"], management=MANAGEMENT, hub=hub)
        return Target("aws", aws.endpoint or "", replace(facts, targets={"aws": both}))

    return sign_in


def test_who_vends_from_the_management_account_needs_no_credentials_of_the_hub(
    signed_in: Callable[..., Target], member: Callable[[str], str]
) -> None:
    hub = member("signed-in-hub")
    assert organization.account_ids(signed_in("", hub))["signed-in-hub"] == hub


def test_who_is_signed_in_to_a_spoke_is_told_where_to_sign_in(
    signed_in: Callable[..., Target], member: Callable[[str], str]
) -> None:
    hub, spoke = member("signed-in-hub"), member("signed-in-spoke")
    with pytest.raises(UserError, match=f"they are of account {spoke}, not of {hub}"):
        organization.account_ids(signed_in(spoke, hub))
