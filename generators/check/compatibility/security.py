"""Security properties that were safe and are not any more. Pure: a table and one comparison.

The names are those of CloudFormation properties; they mean the same on every type that has them.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from generators.check.compatibility.change import Change, Path, Template, leaves
from generators.release.version import Bump

# Property -> the value that is safe.
_SAFE: Mapping[str, Any] = {
    "AppNetworkAccess": "VpcOnly",
    "AppNetworkAccessType": "VpcOnly",
    "AssignPublicIp": "DISABLED",
    "BlockPublicAcls": True,
    "BlockPublicPolicy": True,
    "DirectInternetAccess": "Disabled",
    "EnableDockerAccess": "DISABLED",
    "EnableInterContainerTrafficEncryption": True,
    "EnableKeyRotation": True,
    "EnableNetworkIsolation": True,
    "Encrypted": True,
    "HttpTokens": "required",
    "IgnorePublicAcls": True,
    "MapPublicIpOnLaunch": False,
    "ObjectLockEnabled": True,
    "PubliclyAccessible": False,
    "RestrictPublicBuckets": True,
    "RootAccess": "Disabled",
    "SSEAlgorithm": "aws:kms",
    "StorageEncrypted": True,
    "VersioningConfiguration": {"Status": "Enabled"},
}
# Properties that are safe as long as they are there.
_PRESENT = frozenset(
    {
        "BucketEncryption",
        "EncryptionKey",
        "KMSMasterKeyID",
        "KmsKeyArn",
        "KmsKeyId",
        "KmsMasterKeyId",
        "LoggingConfiguration",
        "PermissionsBoundary",
        "PublicAccessBlockConfiguration",
        "SecurityConfiguration",
        "VolumeKmsKeyId",
        "VpcConfig",
    }
)
_PUBLIC = ("0.0.0.0/0", "::/0")
# Resources that only protect: without them the rest is weaker.
_PROTECTING = frozenset({"AWS::CloudTrail::Trail", "AWS::EC2::FlowLog", "AWS::SecretsManager::RotationSchedule"})


def security(old: Template, new: Template) -> Iterator[Change]:
    """Every resource that stays and is less safe, and every protecting resource that goes."""
    before, after = old.get("Resources", {}), new.get("Resources", {})
    for name, resource in sorted(before.items()):
        if name in after:
            yield from _weaker(name, resource.get("Properties", {}), after[name].get("Properties", {}))
        elif resource["Type"] in _PROTECTING:
            yield Change("security", name, f"{name} ({resource['Type']}) protects and is removed", Bump.MAJOR)


def _weaker(name: str, old: Any, new: Any) -> Iterator[Change]:
    before, after = _values(old), _values(new)
    for path, values in before.items():
        if _holds(path, values) and not _holds(path, after.get(path, ())):
            text = f"{'.'.join(path)} of {name} was safe and is changed or gone"
            yield Change("security", name, text, Bump.MAJOR)
    yield from _shorter(name, before, after)
    opened = _addresses(after) - _addresses(before)
    if opened:
        yield Change("security", name, f"{name} opens to {', '.join(sorted(opened))}", Bump.MAJOR)


def _values(properties: Any) -> Mapping[Path, Sequence[Any]]:
    found: dict[Path, list[Any]] = defaultdict(list)
    for path, value in leaves(properties):
        found[path].append(value)
    return found


def _holds(path: Path, values: Sequence[Any]) -> bool:
    name = path[-1]
    if name in _SAFE:
        return bool(values) and all(value == _SAFE[name] for value in values)
    return name in _PRESENT and bool(values)


def _shorter(name: str, old: Mapping[Path, Sequence[Any]], new: Mapping[Path, Sequence[Any]]) -> Iterator[Change]:
    for path in old:
        before, after = _days(old[path]), _days(new.get(path, ()))
        if path[-1] == "RetentionInDays" and before and after and min(after) < min(before):
            yield Change("security", name, f"{name} keeps logs {min(after)} days instead of {min(before)}", Bump.MAJOR)


def _days(values: Any) -> list[int]:
    """Every number in a retention; a condition may choose between several."""
    if isinstance(values, (list, tuple)):
        return [days for value in values for days in _days(value)]
    if isinstance(values, dict):
        return _days(list(values.values()))
    return [values] if isinstance(values, int) else []


def _addresses(values: Mapping[Path, Sequence[Any]]) -> set[str]:
    return {value for found in values.values() for value in found if isinstance(value, str) and value in _PUBLIC}
