"""IAM users: the user of an access key, its policies, its one-time codes; whether a principal exists. Reads moto.

https://docs.aws.amazon.com/IAM/latest/UserGuide/id_credentials_mfa.html
"""

from collections.abc import Iterator
from typing import Any

import pyotp
from moto.iam.models import iam_backends

from scripts.localaws.core.caller import Caller

_CLOCK_SKEW = 1  # steps of thirty seconds


def find_by_access_key(access_key: str) -> Caller | None:
    """The user of an active access key; None for an unknown or inactive key."""
    for account, backend in _accounts():
        for user in list(backend.users.values()):
            if any(key.access_key_id == access_key and key.status == "Active" for key in user.access_keys):
                return Caller(account, user.arn, user.id, user_name=user.name, tags=_tags(backend, user))
    return None


def find_user(caller: Caller) -> Any:
    """moto's user, None for a caller that is no user."""
    users = list(iam_backends[caller.account]["aws"].users.values()) if caller.user_name else []
    return next((user for user in users if user.arn == caller.arn), None)


def user_policies(caller: Caller) -> tuple[Any, ...]:
    """Inline documents and managed policies of the user and of its groups."""
    user = find_user(caller)
    if user is None:
        return ()
    groups = list(iam_backends[caller.account]["aws"].groups.values())
    owners = (user, *(group for group in groups if any(member.arn == user.arn for member in group.users)))
    return tuple(
        policy
        for owner in owners
        for policies in (owner.policies, owner.managed_policies)
        for policy in policies.values()
    )


def verify_mfa_code(caller: Caller, serial: str, code: str) -> bool:
    """Whether the code is the current one of the caller's own, enabled device (RFC 6238)."""
    if not caller.user_name:
        return False
    device = iam_backends[caller.account]["aws"].virtual_mfa_devices.get(serial)
    owner = device.user if device and device.enable_date else None
    return owner is not None and owner.arn == caller.arn and is_current_code(device, code)


def is_current_code(device: Any, code: str) -> bool:
    """Whether a device made by CreateVirtualMFADevice shows the code now, one step ago or one step ahead."""
    return bool(pyotp.TOTP(device.base32_string_seed).verify(code, valid_window=_CLOCK_SKEW))


def _accounts() -> Iterator[tuple[str, Any]]:
    yield from ((account, iam_backends[account]["aws"]) for account in list(iam_backends))


def _tags(backend: Any, user: Any) -> tuple[tuple[str, str], ...]:
    tags = backend.tagger.list_tags_for_resource(user.arn)["Tags"]
    return tuple((tag["Key"], tag["Value"]) for tag in tags)


def principal_exists(name: str) -> bool:
    """Whether it is the ARN or unique id of a role or user of any account, or the ARN of a role's session."""
    account = name.split(":")[4] if name.count(":") >= 5 else ""
    for backend in (backend for owner, backend in _accounts() if account in ("", owner)):
        roles, users = list(backend.roles.values()), list(backend.users.values())
        if name in {text for each in (*roles, *users) for text in (each.arn, each.id)}:
            return True
        if ":assumed-role/" in name and name.split("/")[1] in {role.name for role in roles}:
            return True
    return False
