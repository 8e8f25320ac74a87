"""Errors of AWS as sentences for people. No other module knows AWS's error codes."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from botocore.exceptions import (
    BotoCoreError,
    ClientError,
    ConnectionError,
    HTTPClientError,
    NoCredentialsError,
    PartialCredentialsError,
    ProfileNotFound,
)

from generators.errors import UserError

REFUSED = 3
_EXPIRED = {
    "ExpiredToken", "ExpiredTokenException", "InvalidClientTokenId", "UnrecognizedClientException",
    "InvalidAccessKeyId", "RequestExpired", "SignatureDoesNotMatch", "AuthFailure",
}  # fmt: skip


def code(error: ClientError) -> str:
    """The error code of AWS, such as AccessDeniedException."""
    return str(error.response.get("Error", {}).get("Code", ""))


@contextmanager
def translate_errors(where: str) -> Iterator[None]:
    """Turn an exception of boto3 inside the block into one UserError that begins with `where`."""
    try:
        yield
    except ClientError as error:
        raise UserError(_refusal(where, error), REFUSED) from None
    except (NoCredentialsError, PartialCredentialsError, ProfileNotFound) as error:
        raise UserError(f"{where}: {error}; sign in to AWS, then run the command again", REFUSED) from None
    except (ConnectionError, HTTPClientError) as error:
        raise UserError(
            f"{where}: no answer ({error}); is it running and reachable? locally: `make local`", REFUSED
        ) from None
    except BotoCoreError as error:
        raise UserError(f"{where}: {error}; correct the value and run the command again", REFUSED) from None


def _refusal(where: str, error: ClientError) -> str:
    if code(error) in _EXPIRED:
        return f"{where}: the credentials have expired or are unknown ({code(error)}); sign in again"
    message = error.response.get("Error", {}).get("Message", "")
    if "AccessDenied" in code(error):
        return f"{where}: {error.operation_name} was denied: {message}; use a role that may, or ask the platform team"
    return f"{where}: AWS refused {error.operation_name} ({code(error)}): {message}; nothing after it was done"
