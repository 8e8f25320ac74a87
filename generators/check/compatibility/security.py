"""Security properties that become less safe. Pure: tables and one comparison.

The names are CloudFormation properties; they have the same meaning in every type that has them.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from generators.check.compatibility.change import Change, Path, Template, nodes
from generators.release.version import Bump

PropertyValues = Mapping[Path, Sequence[Any]]

# Property -> its safe value.
_SAFE_VALUES: Mapping[str, Any] = {
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
# Properties of which every value is safe.
_SAFE_IF_SET = frozenset(
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
_PUBLIC_CIDRS = ("0.0.0.0/0", "::/0")
# Types whose only purpose is to protect others.
_PROTECTING_TYPES = frozenset({"AWS::CloudTrail::Trail", "AWS::EC2::FlowLog", "AWS::SecretsManager::RotationSchedule"})


def security(old: Template, new: Template) -> Iterator[Change]:
    """Existing resources that become less safe, and protecting resources that are removed."""
    before, after = old.get("Resources", {}), new.get("Resources", {})
    for name, resource in sorted(before.items()):
        if name in after:
            yield from _less_safe(name, resource.get("Properties", {}), after[name].get("Properties", {}))
        elif resource["Type"] in _PROTECTING_TYPES:
            yield Change("security", name, f"{name} ({resource['Type']}) protects and is removed", Bump.MAJOR)


def _less_safe(name: str, old: Any, new: Any) -> Iterator[Change]:
    before, after = _values(old), _values(new)
    for path, values in before.items():
        if _is_safe(path, values) and not _is_safe(path, after.get(path, ())):
            text = f"{'.'.join(path)} of {name} was safe and is changed or gone"
            yield Change("security", name, text, Bump.MAJOR)
    yield from _shorter_retention(name, before, after)
    added = _public_cidrs(after) - _public_cidrs(before)
    if added:
        yield Change("security", name, f"{name} opens to {', '.join(sorted(added))}", Bump.MAJOR)


def _values(properties: Any) -> PropertyValues:
    values: dict[Path, list[Any]] = defaultdict(list)
    for path, value in nodes(properties):
        values[path].append(value)
    return values


def _is_safe(path: Path, values: Sequence[Any]) -> bool:
    name = path[-1]
    if name in _SAFE_VALUES:
        return bool(values) and all(value == _SAFE_VALUES[name] for value in values)
    return name in _SAFE_IF_SET and bool(values)


def _shorter_retention(name: str, old: PropertyValues, new: PropertyValues) -> Iterator[Change]:
    for path in old:
        before, after = _days(old[path]), _days(new.get(path, ()))
        if path[-1] == "RetentionInDays" and before and after and min(after) < min(before):
            yield Change("security", name, f"{name} keeps logs {min(after)} days instead of {min(before)}", Bump.MAJOR)


def _days(values: Any) -> list[int]:
    """Every number in a retention, which may depend on a condition."""
    if isinstance(values, (list, tuple)):
        return [days for value in values for days in _days(value)]
    if isinstance(values, dict):
        return _days(list(values.values()))
    return [values] if isinstance(values, int) else []


def _public_cidrs(values: PropertyValues) -> set[str]:
    return {value for items in values.values() for value in items if isinstance(value, str) and value in _PUBLIC_CIDRS}
