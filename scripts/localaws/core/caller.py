"""The authenticated principal of a request."""

from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

MANAGEMENT = "123456789012"
NEVER = datetime.max.replace(tzinfo=UTC)
Tags = tuple[tuple[str, str], ...]


@dataclass(frozen=True)
class Caller:
    """An authenticated principal. role_name and role_arn are "" for the administrator (is_root) and for users."""

    account: str
    arn: str
    user_id: str
    role_name: str = ""
    role_arn: str = ""
    is_root: bool = False
    session_policy: str = ""
    tags: Tags = ()  # session tags, or the user's
    transitive_tag_keys: tuple[str, ...] = ()  # of session tags that the sessions of the next roles inherit
    endpoint: str = ""  # S3 gateway endpoint of the VPC that the session runs in
    expires: datetime = NEVER
    issued: datetime | None = None  # sessions only
    user_name: str = ""


def role_session(role_arn: str, role_id: str, session_name: str, **more: Any) -> Caller:
    """The session of a role; `more` are the other fields."""
    account, name = role_arn.split(":")[4], role_arn.rsplit("/", 1)[-1]
    arn = f"arn:aws:sts::{account}:assumed-role/{name}/{session_name}"
    return Caller(account, arn, f"{role_id}:{session_name}", name, role_arn, **more)
