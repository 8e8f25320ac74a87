"""An account for the people who use AWS's own clients, and their environment variables."""

from collections.abc import Callable, Mapping

import pytest

from tests.localaws.conftest import ACCESS_ROLE, REGION, Aws
from tests.localaws.containers import Workshop


@pytest.fixture(scope="package")
def workshop(aws: Aws, member: Callable[[str], str], tmp_path_factory: pytest.TempPathFactory) -> Workshop:
    """An account with a bucket, a role of jobs and an image."""
    workshop = Workshop(aws, member("clients-spoke")).build()
    workshop.push(tmp_path_factory.mktemp("image"), "1")
    return workshop


@pytest.fixture(scope="package")
def variables(workshop: Workshop) -> Mapping[str, str]:
    """The environment variables of a session in the account; they alone lead a client to the embedded AWS."""
    aws = workshop.aws
    keys = aws.assume(aws("sts"), f"arn:aws:iam::{workshop.account}:role/{ACCESS_ROLE}")
    return {
        "AWS_ENDPOINT_URL": aws.endpoint or "",
        "AWS_ACCESS_KEY_ID": keys["AccessKeyId"],
        "AWS_SECRET_ACCESS_KEY": keys["SecretAccessKey"],
        "AWS_SESSION_TOKEN": keys["SessionToken"],
        "AWS_DEFAULT_REGION": REGION,
        "NO_PROXY": "127.0.0.1",
    }
