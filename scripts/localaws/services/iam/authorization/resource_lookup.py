"""The things that requests are about, as moto and we hold them: their real name, tags and own policies. Reads only.

One row for each service in THINGS. A service without a row has no policies on its things here, and nobody knows its
tags. https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_aws-services-that-work-with-iam.html
"""

from __future__ import annotations

import contextlib
import json
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
from scripts.localaws.services.s3.policy import bucket_of

Tags = Mapping[str, str]


@dataclass(frozen=True)
class ProtectedResource:
    """Something that is held. tags None: nobody knows them. guarded: without its own policy's word nobody passes."""

    arn: str
    tags: Tags | None = None
    policies: tuple[str, ...] = ()
    guarded: bool = False
    aliases: tuple[str, ...] = ()


def find_resource(arn: str, region: str) -> ProtectedResource | None:
    """What the ARN names, by any of its names; None for what is not held."""
    service = arn.split(":")[2] if arn.count(":") >= 5 else ""
    if service == "s3":
        return _bucket(arn)
    if service == "iam":
        return _role(arn)
    row = THINGS.get(service) or (_stored if registry.is_complete(service) else None)
    with contextlib.suppress(ServiceException, HTTPException):  # moto's own word for "there is none"
        return row(arn, _home(arn, region)) if row else None
    return None


def has_lookup(service: str) -> bool:
    """Whether the tags of the service's resources are known."""
    return service in ("iam", "s3") or service in THINGS or registry.is_complete(service)


def _home(arn: str, region: str) -> tuple[str, str]:
    return arn.split(":")[4], arn.split(":")[3] or region


def owner(arn: str | None) -> str:
    """The account that the thing belongs to; "" when the ARN does not tell. A bucket's ARN does not name it."""
    if not arn or arn.count(":") < 5:
        return ""
    if arn.startswith("arn:aws:s3:::"):
        bucket = bucket_of(arn)
        return str(bucket.account_id) if bucket else ""
    account = arn.split(":")[4]
    return account if account.isdigit() else ""


@cache
def _backends(name: str) -> Any:
    return get_backend(name)


def backend(name: str, home: tuple[str, str]) -> Any:
    """moto's backend of an account and region; None where there is none, and none is made."""
    account, region = home
    known = _backends(name)
    return known[account][region] if account in list(known) and region in known[account] else None


def _bucket(arn: str) -> ProtectedResource | None:
    bucket = bucket_of(arn)
    return ProtectedResource(arn, {}, (bucket.policy_text,) * bool(bucket.policy_text)) if bucket else None


def _role(arn: str) -> ProtectedResource | None:
    role = find_role(arn) if ":role/" in arn else None
    return ProtectedResource(role.arn, {tag["Key"]: tag["Value"] for tag in role.tags}) if role else None


def _key(arn: str, home: tuple[str, str]) -> ProtectedResource | None:
    """https://docs.aws.amazon.com/kms/latest/developerguide/key-policy-overview.html"""
    kms, name = backend("kms", home), arn.split(":", 5)[5]
    if kms is None:
        return None
    key = kms.keys.get(name.removeprefix("key/")) or next((it for it in kms.keys.values() if name in it.aliases), None)
    if key is None:
        return None
    grants = [_granted(grant) for grant in key.grants.values()]
    more = (json.dumps({"Version": "2012-10-17", "Statement": grants}),) if grants else ()
    tags = {tag["TagKey"]: tag["TagValue"] for tag in kms.tagger.list_tags_for_resource(key.id)["Tags"]}
    return ProtectedResource(key.arn, tags, (str(key.policy), *more), guarded=True, aliases=tuple(key.aliases))


def _granted(grant: Any) -> dict[str, Any]:
    """A grant, as the statement of a policy: https://docs.aws.amazon.com/kms/latest/developerguide/grants.html"""
    wanted = [(test, pair) for test in ("Equals", "Subset") for pair in _pairs(grant, test)]
    condition = {"StringEquals": {f"kms:EncryptionContext:{key}": value for _, (key, value) in wanted}}
    fence = {"Condition": condition} if wanted else {}
    actions = [f"kms:{name}" for name in grant.operations]
    return {
        "Effect": "Allow",
        "Principal": {"AWS": grant.grantee_principal},
        "Action": actions,
        "Resource": "*",
    } | fence


def _pairs(grant: Any, test: str) -> list[tuple[str, str]]:
    return list(((grant.constraints or {}).get(f"EncryptionContext{test}") or {}).items())


def _topic(arn: str, home: tuple[str, str]) -> ProtectedResource | None:
    sns = backend("sns", home)
    topic = sns.topics.get(arn) if sns else None
    return ProtectedResource(arn, topic._tags, (topic.policy,)) if topic else None


def _queue(arn: str, home: tuple[str, str]) -> ProtectedResource | None:
    sqs = backend("sqs", home)
    queue = sqs.queues.get(arn.rpartition(":")[2]) if sqs else None
    return ProtectedResource(arn, queue.tags, (queue.policy,) * bool(queue.policy)) if queue else None


def _images(arn: str, home: tuple[str, str]) -> ProtectedResource | None:
    """Statements of a repository's policy name no resource: they mean the repository."""
    ecr = backend("ecr", home)
    held = ecr.repositories.get(arn.partition("repository/")[2]) if ecr else None
    tags = ecr.tagger.get_tag_dict_for_resource(arn) if held else {}
    return ProtectedResource(arn, tags, (held.policy,) * bool(held.policy)) if held else None


def _function(arn: str, home: tuple[str, str]) -> ProtectedResource | None:
    functions = backend("lambda", home)
    held = functions.get_function(arn) if functions else None
    statements = [{**it, "Principal": _spelled(it["Principal"])} for it in held.policy.statements] if held else []
    policy = (json.dumps({"Version": "2012-10-17", "Statement": statements}),) if statements else ()
    return ProtectedResource(arn, held.tags, policy) if held else None


def _spelled(principal: Any) -> Any:
    """AddPermission takes an account's number or an ARN for a principal."""
    return {"AWS": principal} if isinstance(principal, str) and principal != "*" else principal


def _bus(arn: str, home: tuple[str, str]) -> ProtectedResource | None:
    events, (kind, _, name) = backend("events", home), arn.split(":", 5)[5].partition("/")
    if events is None:
        return None
    bus = events.event_buses.get(name if kind == "event-bus" else name.rpartition("/")[0] or "default")
    held = bus if kind == "event-bus" or bus is None else bus.rules.get(name.rpartition("/")[2])
    policy = (bus.policy,) if held is bus and bus is not None and bus.policy else ()
    return ProtectedResource(arn, events.tagger.get_tag_dict_for_resource(held.arn), policy) if held else None


def _secret(arn: str, home: tuple[str, str]) -> ProtectedResource | None:
    secrets = backend("secretsmanager", home)
    held = secrets.secrets.get(arn) or secrets.secrets.get(arn.partition(":secret:")[2]) if secrets else None
    tags = {tag["Key"]: tag["Value"] for tag in held.tags or ()} if held else {}
    return ProtectedResource(held.arn, tags, (held.policy,) * bool(held.policy)) if held else None


def _of_ec2(arn: str, home: tuple[str, str]) -> ProtectedResource | None:
    ec2 = backend("ec2", home)
    return ProtectedResource(arn, dict(ec2.tags.get(arn.rpartition("/")[2], {}))) if ec2 else None


def _parameter(arn: str, home: tuple[str, str]) -> ProtectedResource | None:
    ssm, name = backend("ssm", home), arn.partition(":parameter")[2]
    known = ssm._resource_tags.get("Parameter", {}) if ssm else {}
    return ProtectedResource(arn, dict(known.get(name) or known.get(name.lstrip("/")) or {})) if ssm else None


def _log_group(arn: str, home: tuple[str, str]) -> ProtectedResource | None:
    logs, group = backend("logs", home), ":".join(arn.split(":")[:7])
    return ProtectedResource(arn, logs.tagger.get_tag_dict_for_resource(group)) if logs else None


def _machine(arn: str, home: tuple[str, str]) -> ProtectedResource | None:
    states = backend("stepfunctions", home)
    return ProtectedResource(arn, states.tagger.get_tag_dict_for_resource(arn)) if states else None


def _stored(arn: str, home: tuple[str, str]) -> ProtectedResource | None:
    """A resource of a stored service, with the policies that are stored beside it."""
    service = registry.find_service(arn.split(":")[2])
    if service is None:
        return None
    store = store_of(service, *home)
    return ProtectedResource(arn, store.tags.get(arn) or {}, tuple(_documents(store, arn)))


def _documents(kept: Store, arn: str) -> list[str]:
    """A repository of packages has its domain's policy too, a model its group's: their ARNs begin alike."""
    path = arn.split(":", 5)[5].split("/")[1:]
    found = []
    for noun in kept.service.resources:
        for record in kept.find(noun) if noun.name.endswith("Policy") else ():
            if path[: len(noun.key)] == [record[part] for part in noun.key]:
                found.append(record.get("policyDocument") or record["ResourcePolicy"])
    return found


THINGS: Mapping[str, Callable[[str, tuple[str, str]], ProtectedResource | None]] = {
    "kms": _key,
    "sns": _topic,
    "sqs": _queue,
    "ecr": _images,
    "lambda": _function,
    "events": _bus,
    "secretsmanager": _secret,
    "ec2": _of_ec2,
    "ssm": _parameter,
    "logs": _log_group,
    "states": _machine,
}
