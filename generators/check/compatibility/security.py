"""Security properties that become less safe. Pure: tables and one comparison.

The names are CloudFormation properties; they have the same meaning in every type that has them.
"""

from __future__ import annotations

import math
import re
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from generators.check.compatibility.change import Change, Path, alternatives, nodes
from generators.check.compatibility.deployments import Deployments
from generators.release.version import Bump

PropertyValues = Mapping[Path, Sequence[Any]]

# Property -> its safe values, the safest last; in the spelling of generators/cloudformation/property_values.py.
_SAFE_VALUES: Mapping[str, tuple[Any, ...]] = {
    "AppNetworkAccess": ("VpcOnly",),
    "AppNetworkAccessType": ("VpcOnly",),
    "AssignPublicIp": ("DISABLED",),
    "AtRestEncryptionEnabled": ("true",),
    "AutomaticBackups": ("ENABLED",),
    "BackupPolicy": ({"Status": "ENABLED"},),
    "BlockPublicAcls": ("true",),
    "BlockPublicPolicy": ("true",),
    "DeletionProtection": ("true", "ACTIVE"),
    "DeletionProtectionCheck": ("FORCE",),
    "DeletionProtectionEnabled": ("true",),
    "DirectInternetAccess": ("Disabled",),
    "DisableApiTermination": ("true",),
    "EnableDockerAccess": ("DISABLED",),
    "EnableInterContainerTrafficEncryption": ("true",),
    "EnableKeyRotation": ("true",),
    "EnableLogFileValidation": ("true",),
    "EnableNetworkIsolation": ("true",),
    "Encrypted": ("true",),
    "EncryptionType": ("AES256", "KMS", "KMS_DSSE"),
    "EnforceHTTPS": ("true",),
    "HttpTokens": ("required",),
    "IgnorePublicAcls": ("true",),
    "ImageTagMutability": ("IMMUTABLE",),
    "IsLogging": ("true",),
    "IsMultiRegionTrail": ("true",),
    "MapPublicIpOnLaunch": ("false",),
    "Mode": ("GOVERNANCE", "COMPLIANCE"),
    "ObjectLockEnabled": ("true", "Enabled"),
    "PointInTimeRecoveryEnabled": ("true",),
    "PubliclyAccessible": ("false",),
    "RestrictPublicBuckets": ("true",),
    "RootAccess": ("Disabled",),
    "SSEAlgorithm": ("aws:kms", "aws:kms:dsse"),
    "StorageEncrypted": ("true",),
    "TerminationProtected": ("true",),
    "TransitEncryptionEnabled": ("true",),
    "VersioningConfiguration": ({"Status": "Enabled"},),
    "deletion_protection.enabled": ("true",),  # an attribute of a load balancer
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
        "ObjectLockConfiguration",
        "PermissionsBoundary",
        "PublicAccessBlockConfiguration",
        "SecurityConfiguration",
        "VolumeKmsKeyId",
        "VpcConfig",
    }
)
# Periods for which AWS keeps data, logs or backups; a removed one is another period, the default of the service.
_RETENTION = frozenset(
    {
        "AutomatedSnapshotRetentionPeriod",
        "AutomaticBackupRetentionDays",
        "BackupRetentionPeriod",
        "DeleteAfterDays",
        "ExpirationInDays",
        "ManualSnapshotRetentionPeriod",
        "MessageRetentionPeriod",
        "PendingWindowInDays",
        "PerformanceInsightsRetentionPeriod",
        "RecoveryPeriodInDays",
        "RetentionInDays",
        "RetentionPeriodHours",
        "SnapshotRetentionLimit",
    }
)
# Values that open a resource to everybody.
_PUBLIC_VALUES: Mapping[str, frozenset[str]] = {
    "AccessControl": frozenset({"AuthenticatedRead", "PublicRead", "PublicReadWrite"}),
    "AuthType": frozenset({"NONE"}),
    "FunctionUrlAuthType": frozenset({"NONE"}),
    "Scheme": frozenset({"internet-facing"}),
}
_PUBLIC_CIDR = re.compile(r"[0-9a-fA-F.:]+/0+")
# Types whose only purpose is to protect others.
_PROTECTING_TYPES = frozenset(
    {
        "AWS::Backup::BackupSelection",
        "AWS::CloudTrail::Trail",
        "AWS::EC2::FlowLog",
        "AWS::SecretsManager::RotationSchedule",
    }
)


def security(deployments: Deployments) -> Iterator[Change]:
    """Existing resources that become less safe, and protecting resources that are removed."""
    for name in deployments.names("Resources"):
        before, after = deployments.declarations("Resources", name)
        if before is None:
            continue
        if after is not None:
            for old, new in deployments.resources(name):
                yield from _less_safe(name, old["Properties"], new["Properties"])
        elif before.get("Type") in _PROTECTING_TYPES:
            yield Change("security", name, f"{name} ({before['Type']}) protects and is removed", Bump.MAJOR)


def public_values(properties: Any) -> set[str]:
    """Networks of everybody and settings without authentication in the properties of a resource."""
    return {text for path, value in nodes(properties) if (text := _public_text(path, value))}


def _public_text(path: Path, value: Any) -> str:
    if not isinstance(value, str):
        return ""
    if _PUBLIC_CIDR.fullmatch(value):
        return value
    name = next((step for step in reversed(path) if step not in ("*", "Fn::If", "Fn::FindInMap")), "")
    return f"{name} {value}" if value in _PUBLIC_VALUES.get(name, ()) else ""


def _less_safe(name: str, old: Any, new: Any) -> Iterator[Change]:
    before, after = _values(old), _values(new)
    for path, values in before.items():
        if _safety(path, after.get(path, ())) < _safety(path, values):
            text = f"{'.'.join(path)} of {name} was safe and is changed or gone"
            yield Change("security", name, text, Bump.MAJOR)
    yield from _shorter_retention(name, before, after)
    added = public_values(new) - public_values(old)
    if added:
        yield Change("security", name, f"{name} opens to {', '.join(sorted(added))}", Bump.MAJOR)


def _values(properties: Any) -> PropertyValues:
    """The values at each path; an attribute of a list of keys and values is a property of that name."""
    values: dict[Path, list[Any]] = defaultdict(list)
    for path, value in nodes(properties):
        values[path].append(value)
        if isinstance(value, dict) and value.keys() == {"Key", "Value"} and isinstance(value["Key"], str):
            values[(*path, value["Key"])].append(value["Value"])
    return values


def _safety(path: Path, values: Sequence[Any]) -> int:
    """The rank of the least safe value; 0 when one is not safe or there is none."""
    name = path[-1]
    if name in _SAFE_VALUES:
        ranks = {canonical_value: rank for rank, canonical_value in enumerate(map(repr, _SAFE_VALUES[name]), 1)}
        return min((ranks.get(repr(item), 0) for value in values for item in alternatives(value)), default=0)
    return int(name in _SAFE_IF_SET and bool(values))


def _shorter_retention(name: str, old: PropertyValues, new: PropertyValues) -> Iterator[Change]:
    for path in old:
        if path[-1] not in _RETENTION and not (path[-1] in ("Days", "Years") and "DefaultRetention" in path):
            continue
        before, after = _periods(old[path]), _periods(new.get(path, ()))
        what = "logs" if path[-1] == "RetentionInDays" else path[-1]
        unit = "days " if path[-1] == "RetentionInDays" else ""
        if before and not after:
            text = f"{name} no longer keeps {what} for {min(before):g} {unit}".strip()
            yield Change("security", name, text, Bump.MAJOR)
        elif before and min(after) < min(before):
            text = f"{name} keeps {what} {min(after):g} {unit}instead of {min(before):g}"
            yield Change("security", name, text, Bump.MAJOR)


def _periods(values: Any) -> list[float]:
    """Every number in a retention, which may depend on a condition; -1 is without end."""
    if isinstance(values, (list, tuple)):
        return [number for value in values for number in _periods(value)]
    if isinstance(values, dict):
        return [number for key, value in values.items() if key != "Ref" for number in _periods(value)]
    if not isinstance(values, str) or not re.fullmatch(r"-?\d+(\.\d+)?", values):
        return []
    return [math.inf if values == "-1" else float(values)]
