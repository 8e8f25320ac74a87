"""Opens role sessions. May read IAM's roles; writes nothing but the session."""

import re
from typing import Any

from moto.core.exceptions import ServiceException
from moto.iam.exceptions import NotFoundException
from moto.iam.models import iam_backends

from scripts.localaws.identity import Caller, Credentials, open_session

_ROLE_ARN = re.compile(r"arn:aws:iam::(\d{12}):role/[\w+=,.@/-]+")


class AccessDenied(ServiceException):
    """The one answer to every refused AssumeRole: it does not tell which role exists."""

    code = "AccessDenied"


def find_role(role_arn: str) -> Any:
    """moto's role, or None when the account or the role does not exist."""
    match = _ROLE_ARN.fullmatch(role_arn)
    if not match or match.group(1) not in list(iam_backends):
        return None
    try:
        return iam_backends[match.group(1)]["aws"].get_role_by_arn(role_arn)
    except NotFoundException:
        return None


def assume_role(caller: Caller, role_arn: str, session_name: str, seconds: int, external_id: str = "") -> Credentials:
    """AssumeRole by a principal."""
    role = find_role(role_arn)
    if role is None:
        raise AccessDenied(f"User: {caller.arn} is not authorized to perform: sts:AssumeRole on resource: {role_arn}")
    return open_session(role.arn, role.id, session_name, seconds)


def assume_as_service(role_arn: str, service: str, session_name: str, source_account: str) -> Credentials:
    """AssumeRole by an AWS service on behalf of an account."""
    role = find_role(role_arn)
    if role is None:
        raise AccessDenied(f"{service} is not authorized to perform: sts:AssumeRole on resource: {role_arn}")
    return open_session(role.arn, role.id, session_name, 3600)
