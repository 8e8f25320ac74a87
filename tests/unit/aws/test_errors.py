"""Exceptions of boto3 as one sentence with what to do."""

from __future__ import annotations

import pytest
from botocore.exceptions import ClientError, EndpointConnectionError, NoCredentialsError

from generators.aws.errors import translate_errors
from generators.errors import UserError


def refusal(code: str, message: str = "said AWS") -> ClientError:
    return ClientError({"Error": {"Code": code, "Message": message}}, "CreateProduct")


@pytest.mark.parametrize(
    ("error", "message"),
    [
        (refusal("ExpiredToken"), "hub: the credentials have expired or are unknown (ExpiredToken); sign in again"),
        (refusal("ExpiredTokenException"), "hub: the credentials have expired"),
        (refusal("AccessDeniedException"), "hub: CreateProduct was denied: said AWS; use a role that may"),
        (refusal("LimitExceededException"), "hub: AWS refused CreateProduct (LimitExceededException): said AWS"),
        (NoCredentialsError(), "hub: Unable to locate credentials; sign in to AWS"),
        (EndpointConnectionError(endpoint_url="http://127.0.0.1:9"), "hub: no answer"),
    ],
)
def test_an_error_of_aws_is_one_sentence_with_exit_code_3(error, message):
    with pytest.raises(UserError) as caught, translate_errors("hub"):
        raise error

    [problem] = caught.value.problems
    assert problem.startswith(message)
    assert caught.value.exit_code == 3


def test_a_bug_keeps_its_traceback():
    with pytest.raises(KeyError), translate_errors("hub"):
        raise KeyError("owner")
