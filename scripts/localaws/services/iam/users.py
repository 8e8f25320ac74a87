"""IAM users: whose access key it is, and whether a one-time code is of their device. Reads what moto keeps.

https://docs.aws.amazon.com/IAM/latest/UserGuide/id_credentials_mfa.html
"""

from collections.abc import Iterator
from typing import Any

import pyotp
from moto.iam.models import iam_backends

from scripts.localaws.core.caller import Caller

_STEPS = 1  # of thirty seconds that a device's clock may be off


def of_key(access_key: str) -> Caller | None:
    """The user whose active key it is; None for a key that nobody made, or that was made inactive."""
    for account, backend in _accounts():
        for user in list(backend.users.values()):
            if any(key.access_key_id == access_key and key.status == "Active" for key in user.access_keys):
                return Caller(account, user.arn, user.id, user_name=user.name, tags=_tags(backend, user))
    return None


def find(caller: Caller) -> Any:
    """moto's user, None for a caller that is none."""
    known = list(iam_backends[caller.account]["aws"].users.values()) if caller.user_name else []
    return next((user for user in known if user.arn == caller.arn), None)


def policies(caller: Caller) -> tuple[Any, ...]:
    """The user's own inline documents and managed policies, and those of its groups."""
    user = find(caller)
    if user is None:
        return ()
    groups = list(iam_backends[caller.account]["aws"].groups.values())
    holders = (user, *(group for group in groups if any(it.arn == user.arn for it in group.users)))
    return tuple(
        it for holder in holders for kept in (holder.policies, holder.managed_policies) for it in kept.values()
    )


def proves(caller: Caller, serial: str, code: str) -> bool:
    """Whether the code is what the caller's own, enabled device shows now (RFC 6238)."""
    if not caller.user_name:
        return False
    device = iam_backends[caller.account]["aws"].virtual_mfa_devices.get(serial)
    owner = device.user if device and device.enable_date else None
    return owner is not None and owner.arn == caller.arn and shows(device, code)


def shows(device: Any, code: str) -> bool:
    """Whether a device made by CreateVirtualMFADevice shows the code now or did a moment ago."""
    return bool(pyotp.TOTP(device.base32_string_seed).verify(code, valid_window=_STEPS))


def _accounts() -> Iterator[tuple[str, Any]]:
    yield from ((account, iam_backends[account]["aws"]) for account in list(iam_backends))


def _tags(backend: Any, user: Any) -> tuple[tuple[str, str], ...]:
    tags = backend.tagger.list_tags_for_resource(user.arn)["Tags"]
    return tuple((tag["Key"], tag["Value"]) for tag in tags)
