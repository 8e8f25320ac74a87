"""Authorization tokens: each stands for the caller that asked for it, until it expires.

https://docs.aws.amazon.com/codeartifact/latest/ug/tokens-authentication.html
"""

import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta

from scripts.localaws.core import clock
from scripts.localaws.core.caller import Caller
from scripts.localaws.core.errors import AwsError

_DEFAULT_SECONDS = 12 * 3600
_SECONDS = range(900, 12 * 3600 + 1)


@dataclass(frozen=True)
class Token:
    """An authorization token: its caller and its expiration."""

    caller: Caller
    expiration: datetime


_tokens: dict[str, Token] = {}


def issue(caller: Caller, seconds: int | None) -> tuple[str, Token]:
    """A new token. 0 seconds: it ends with the caller's session. Raises AwsError."""
    if caller.is_root:
        caller_name = "the root user"
        raise AwsError("AccessDeniedException", f"{caller_name} cannot call GetAuthorizationToken", 403)
    duration = _DEFAULT_SECONDS if seconds is None else seconds
    if duration and duration not in _SECONDS:
        raise AwsError("ValidationException", "durationSeconds is 0 or lies between 900 and 43200")
    now = clock.now().replace(microsecond=0)
    token = Token(caller, now + timedelta(seconds=duration) if duration else caller.expires)
    text = secrets.token_urlsafe(64)
    _tokens[text] = token
    return text, token


def find(text: str) -> Token | None:
    """The token, None when it is unknown or has expired."""
    token = _tokens.get(text)
    return token if token and token.expiration > clock.now() else None
