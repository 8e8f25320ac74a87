"""The authenticated principal of a request."""

from dataclasses import dataclass
from datetime import UTC, datetime

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
    tags: Tags = ()  # of the session, or of the user
    endpoint: str = ""  # of S3 in the VPC that the session works in
    expires: datetime = NEVER
    issued: datetime | None = None  # a session's
    user_name: str = ""
