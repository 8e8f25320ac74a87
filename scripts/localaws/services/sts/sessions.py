"""The caller of an access key: the management account's administrator, a role session or an IAM user.

Stores the open sessions; reads no policies.
"""

import re
import secrets
import string
from dataclasses import dataclass, replace
from datetime import timedelta

from scripts.localaws.core import clock
from scripts.localaws.core.caller import MANAGEMENT, Caller, Tags, role_session
from scripts.localaws.core.errors import AwsError, access_error

_ISSUED = re.compile(r"ASIA.*|AKIA[A-Z0-9]{16}")  # by STS or IAM; moto reads shorter ones as AKIAEXAMPLE
_ALPHABET = string.ascii_uppercase + "234567"


@dataclass(frozen=True)
class Credentials:
    """The credentials that AssumeRole returns."""

    access_key: str
    secret: str
    token: str
    caller: Caller


ADMINISTRATOR = Caller(
    MANAGEMENT, f"arn:aws:iam::{MANAGEMENT}:user/administrator", "AIDALOCALADMINISTRATR", is_root=True
)
ANONYMOUS = Caller("", "anonymous", "anonymous")
_sessions: dict[str, Caller] = {}


def open_session(
    role_arn: str,
    role_id: str,
    session_name: str,
    seconds: int,
    session_policy: str = "",
    tags: Tags = (),
    endpoint: str = "",
    transitive_tag_keys: tuple[str, ...] = (),
) -> Credentials:
    """Open a session of a role; the caller of this function has evaluated the trust policy."""
    now = clock.now().replace(microsecond=0)
    caller = role_session(
        role_arn,
        role_id,
        session_name,
        session_policy=session_policy,
        tags=tags,
        transitive_tag_keys=transitive_tag_keys,
        endpoint=endpoint,
        expires=now + timedelta(seconds=seconds),
        issued=now,
    )
    access_key = "ASIA" + "".join(secrets.choice(_ALPHABET) for _ in range(16))
    _sessions[access_key] = caller
    return Credentials(access_key, secrets.token_urlsafe(30), secrets.token_urlsafe(96), caller)


def set_session_endpoint(access_key: str, endpoint: str) -> None:
    """Let the session reach S3 through this VPC endpoint."""
    _sessions[access_key] = replace(_sessions[access_key], endpoint=endpoint)


def caller(access_key: str, protocol: str = "query") -> Caller:
    """The caller that signs with this key. Raises AwsError for an unknown or expired key, as the protocol spells it."""
    if not access_key:
        return ANONYMOUS
    if not _ISSUED.fullmatch(access_key):
        return ADMINISTRATOR
    principal = _sessions.get(access_key) or _user(access_key)
    if principal is None:
        raise _key_error(protocol, "unknown")
    if principal.expires <= clock.now():
        raise _key_error(protocol, "expired")
    return principal


def _user(access_key: str) -> Caller | None:
    from scripts.localaws.services.iam.users import find_by_access_key  # imported late: loads moto

    return find_by_access_key(access_key)


def _key_error(protocol: str, state: str) -> AwsError:
    reason = "invalid." if state == "unknown" else "expired"
    return access_error(state, protocol, f"The security token included in the request is {reason}")
