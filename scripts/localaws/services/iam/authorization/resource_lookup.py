"""Looks up the resources that requests are about, as moto and the stores have them: ARN, tags, policies. Reads only.

One function for each service in _LOOKUPS. A service without one has no resource policies here, and the tags of its
resources are not known.
https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_aws-services-that-work-with-iam.html
"""

from __future__ import annotations

import contextlib
import json
from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cache
from typing import Any

from moto.backends import get_backend
from moto.core.exceptions import ServiceException
from werkzeug.exceptions import HTTPException

from scripts.localaws.crud import registry
from scripts.localaws.crud.store import Store, store_of
from scripts.localaws.services.iam.authorization.principal_policies import find_role
from scripts.localaws.services.s3.policy import Bucket, find_bucket

Tags = Mapping[str, str]
Location = tuple[str, str]  # account and region


@dataclass(frozen=True)
class ProtectedResource:
    """A resource with its tags (None: not known) and resource policies."""

    arn: str
    tags: Tags | None = None
    policies: tuple[str, ...] = ()
    needs_resource_policy: bool = False  # identity policies alone give no access: KMS keys
    aliases: tuple[str, ...] = ()
    owner: str = ""  # account, where the ARN does not contain it
    kms_key: str = ""  # the key that encrypts the content, where one is set
    source: Any = None  # moto's object


class ResourceResolver:
    """Resolves the ARNs of one request, each of them once. `lookups` counts the look-ups by ARN."""

    def __init__(self, region: str) -> None:
        self._region = region
        self._resources: dict[str, ProtectedResource | None] = {}
        self.lookups: Counter[str] = Counter()

    def find(self, arn: str | None) -> ProtectedResource | None:
        """The resource that the ARN or an alias of it names; None when it does not exist."""
        if not arn:
            return None
        if arn not in self._resources:
            self.lookups[arn] += 1
            resource = self._resources[arn] = _find_resource(arn, self._region)
            if resource is not None:
                self._resources[resource.arn] = resource
        return self._resources[arn]

    def bucket(self, arn: str) -> Bucket | None:
        """The bucket of a bucket's or an object's ARN."""
        resource = self.find(arn) if arn.startswith("arn:aws:s3:::") else None
        return resource.source if resource else None

    def owner(self, arn: str | None) -> str:
        """The account that owns the resource, "" when the ARN does not contain it. A bucket's is looked up."""
        if not arn or arn.count(":") < 5:
            return ""
        if arn.startswith("arn:aws:s3:::"):
            resource = self.find(arn)
            return resource.owner if resource else ""
        account = arn.split(":")[4]
        return account if account.isdigit() else ""


def has_lookup(service: str) -> bool:
    """Whether the tags of the service's resources are known."""
    return service in ("iam", "s3") or service in _LOOKUPS or registry.is_complete(service)


def backend(name: str, location: Location) -> Any:
    """moto's backend of an account and region; None where there is none, and none is created."""
    account, region = location
    backends = _backends(name)
    return backends[account][region] if account in list(backends) and region in backends[account] else None


@cache
def _backends(name: str) -> Any:
    return get_backend(name)


def _find_resource(arn: str, region: str) -> ProtectedResource | None:
    service = arn.split(":")[2] if arn.count(":") >= 5 else ""
    if service == "s3":
        return _bucket(arn)
    if service == "iam":
        return _role(arn)
    lookup = _LOOKUPS.get(service) or (_stored_resource if registry.is_complete(service) else None)
    with contextlib.suppress(ServiceException, HTTPException):  # moto's "not found"
        return lookup(arn, (arn.split(":")[4], arn.split(":")[3] or region)) if lookup else None
    return None


def _bucket(arn: str) -> ProtectedResource | None:
    bucket = find_bucket(arn)
    if bucket is None:
        return None
    policies = (bucket.policy_text,) if bucket.policy_text else ()
    return ProtectedResource(arn, {}, policies, owner=str(bucket.account_id), source=bucket)


def _role(arn: str) -> ProtectedResource | None:
    role = find_role(arn) if ":role/" in arn else None
    return ProtectedResource(role.arn, {tag["Key"]: tag["Value"] for tag in role.tags}, source=role) if role else None


def _key(arn: str, location: Location) -> ProtectedResource | None:
    """https://docs.aws.amazon.com/kms/latest/developerguide/key-policy-overview.html"""
    kms, name = backend("kms", location), arn.split(":", 5)[5]
    if kms is None:
        return None
    key = kms.keys.get(name.removeprefix("key/")) or next((k for k in kms.keys.values() if name in k.aliases), None)
    if key is None:
        return None
    statements = [_grant_statement(grant) for grant in key.grants.values()]
    grants = (_policy(statements),) if statements else ()
    tags = {tag["TagKey"]: tag["TagValue"] for tag in kms.tagger.list_tags_for_resource(key.id)["Tags"]}
    policies = (str(key.policy), *grants)
    return ProtectedResource(
        key.arn, tags, policies, needs_resource_policy=True, aliases=tuple(key.aliases), source=key
    )


def _policy(statements: list[dict[str, Any]]) -> str:
    return json.dumps({"Version": "2012-10-17", "Statement": statements})


def _grant_statement(grant: Any) -> dict[str, Any]:
    """A grant as a policy statement: https://docs.aws.amazon.com/kms/latest/developerguide/grants.html"""
    constraints = [pair for test in ("Equals", "Subset") for pair in _context_pairs(grant, test)]
    condition = {"StringEquals": {f"kms:EncryptionContext:{key}": value for key, value in constraints}}
    return {
        "Effect": "Allow",
        "Principal": {"AWS": grant.grantee_principal},
        "Action": [f"kms:{name}" for name in grant.operations],
        "Resource": "*",
        **({"Condition": condition} if constraints else {}),
    }


def _context_pairs(grant: Any, test: str) -> list[tuple[str, str]]:
    return list(((grant.constraints or {}).get(f"EncryptionContext{test}") or {}).items())


def _topic(arn: str, location: Location) -> ProtectedResource | None:
    sns = backend("sns", location)
    topic = sns.topics.get(arn) if sns else None
    return ProtectedResource(arn, topic._tags, (topic.policy,), kms_key=_kms_key(topic)) if topic else None


def _queue(arn: str, location: Location) -> ProtectedResource | None:
    sqs = backend("sqs", location)
    queue = sqs.queues.get(arn.rpartition(":")[2]) if sqs else None
    if queue is None:
        return None
    return ProtectedResource(arn, queue.tags, (queue.policy,) * bool(queue.policy), kms_key=_kms_key(queue))


def _kms_key(resource: Any) -> str:
    return str(getattr(resource, "kms_master_key_id", "") or "")


def _image_repository(arn: str, location: Location) -> ProtectedResource | None:
    """Statements of a repository's policy name no resource: they apply to the repository."""
    ecr = backend("ecr", location)
    repository = ecr.repositories.get(arn.partition("repository/")[2]) if ecr else None
    if repository is None:
        return None
    tags = ecr.tagger.get_tag_dict_for_resource(arn)
    return ProtectedResource(arn, tags, (repository.policy,) * bool(repository.policy))


def _function(arn: str, location: Location) -> ProtectedResource | None:
    functions = backend("lambda", location)
    function = functions.get_function(arn) if functions else None
    if not function:
        return None
    statements = [
        {**statement, "Principal": _principal(statement["Principal"])} for statement in function.policy.statements
    ]
    return ProtectedResource(arn, function.tags, (_policy(statements),) if statements else ())


def _principal(principal: Any) -> Any:
    """The principal of a statement; AddPermission takes an account id or an ARN."""
    return {"AWS": principal} if isinstance(principal, str) and principal != "*" else principal


def _event_bus_or_rule(arn: str, location: Location) -> ProtectedResource | None:
    events, (resource_type, _, name) = backend("events", location), arn.split(":", 5)[5].partition("/")
    if events is None:
        return None
    is_bus = resource_type == "event-bus"
    bus = events.event_buses.get(name if is_bus else name.rpartition("/")[0] or "default")
    resource = bus if is_bus or bus is None else bus.rules.get(name.rpartition("/")[2])
    if not resource:
        return None
    policies = (bus.policy,) if is_bus and bus.policy else ()
    return ProtectedResource(arn, events.tagger.get_tag_dict_for_resource(resource.arn), policies)


def _secret(arn: str, location: Location) -> ProtectedResource | None:
    secrets = backend("secretsmanager", location)
    secret = secrets.secrets.get(arn) or secrets.secrets.get(arn.partition(":secret:")[2]) if secrets else None
    if not secret:
        return None
    tags = {tag["Key"]: tag["Value"] for tag in secret.tags or ()}
    policies = (secret.policy,) * bool(secret.policy)
    return ProtectedResource(secret.arn, tags, policies, kms_key=str(secret.kms_key_id or ""))


def _ec2_resource(arn: str, location: Location) -> ProtectedResource | None:
    ec2 = backend("ec2", location)
    return ProtectedResource(arn, dict(ec2.tags.get(arn.rpartition("/")[2], {}))) if ec2 else None


def _parameter(arn: str, location: Location) -> ProtectedResource | None:
    ssm, name = backend("ssm", location), arn.partition(":parameter")[2]
    tags = ssm._resource_tags.get("Parameter", {}) if ssm else {}
    return ProtectedResource(arn, dict(tags.get(name) or tags.get(name.lstrip("/")) or {})) if ssm else None


def _log_group(arn: str, location: Location) -> ProtectedResource | None:
    logs, group = backend("logs", location), ":".join(arn.split(":")[:7])
    return ProtectedResource(arn, logs.tagger.get_tag_dict_for_resource(group)) if logs else None


def _state_machine(arn: str, location: Location) -> ProtectedResource | None:
    states = backend("stepfunctions", location)
    return ProtectedResource(arn, states.tagger.get_tag_dict_for_resource(arn)) if states else None


def _stored_resource(arn: str, location: Location) -> ProtectedResource | None:
    """A resource of a stored service, with the policies that are stored beside it."""
    service = registry.find_service(arn.split(":")[2])
    if service is None:
        return None
    store = store_of(service, *location)
    return ProtectedResource(arn, store.tags.get(arn) or {}, tuple(_stored_policies(store, arn)))


def _stored_policies(store: Store, arn: str) -> list[str]:
    """The policies of the resource and of its parent: a package repository's domain, a model package's group."""
    path = arn.split(":", 5)[5].split("/")[1:]
    return [
        record.get("policyDocument") or record["ResourcePolicy"]
        for spec in store.service.resources
        if spec.name.endswith("Policy")
        for record in store.find(spec)
        if path[: len(spec.key)] == [record[part] for part in spec.key]
    ]


_LOOKUPS: Mapping[str, Callable[[str, Location], ProtectedResource | None]] = {
    "kms": _key,
    "sns": _topic,
    "sqs": _queue,
    "ecr": _image_repository,
    "lambda": _function,
    "events": _event_bus_or_rule,
    "secretsmanager": _secret,
    "ec2": _ec2_resource,
    "ssm": _parameter,
    "logs": _log_group,
    "states": _state_machine,
}
