"""What IAM calls a request: its action and its resources. Pure; the exceptions are rows of table.py."""

from __future__ import annotations

import functools
import re
from collections.abc import Iterable, Iterator, Mapping
from typing import Any, NamedTuple

from generators.iam.action_names import iam_action
from scripts.localaws.services.iam.authorization.arn_templates import ARN_PREFIX, EC2, OWNER, PASSES_ROLES, RESOURCES

_FIELD = re.compile(r"{([\w.]+)(:?)(?:\|(\w+))?}")
_ROLE = re.compile(r"arn:aws:iam::\d{12}:role/.+")
_WORD = re.compile(r"(?<=[a-z0-9])(?=[A-Z])|(?<=[A-Z])(?=[A-Z][a-z])")
_VERB = re.compile(r"^(?:Create|Delete|Describe|List|Retry|Start|Stop|Update)")


def action(prefix: str, operation: str, params: Mapping[str, Any]) -> str:
    """Such as s3:GetObject for HeadObject."""
    name = iam_action(f"{prefix}:{operation}").partition(":")[2]
    if prefix == "s3" and name in ("GetObject", "DeleteObject") and params.get("VersionId"):
        name += "Version"
    return f"{prefix}:{name}"


def resources(prefix: str, operation: str, params: Mapping[str, Any], region: str, account: str) -> tuple[str, ...]:
    """The ARNs that the request is about; () when no row knows them."""
    if prefix == "s3":
        return _s3(params)
    owner = str(params.get(OWNER.get(prefix, "")) or account)
    home = _Home(ARN_PREFIX.get(prefix, prefix), region, owner)
    for first, *others in _rows(prefix, operation):
        if found := tuple(_filled(first, home, params)):
            return (*found, *(arn for template in others for arn in _filled(template, home, params)))
    return ()


@functools.cache
def _rows(prefix: str, operation: str) -> tuple[tuple[str, ...], ...]:
    """The templates of the lines that may fit the operation."""
    noun = _VERB.sub("", operation)
    noun = noun.removesuffix("s") if operation.startswith("List") else noun
    lines = [line.split() for line in RESOURCES.strip().splitlines()]
    return tuple(
        tuple(it.replace("@Name", f"{noun}Name").replace("@", _WORD.sub("-", noun).lower()) for it in templates)
        for of, part, *templates in lines
        if of == prefix and (part == "-" or part in operation)
    )


def _filled(template: str, home: _Home, params: Mapping[str, Any]) -> Iterator[str]:
    """One ARN for each value of the last field, none when a field has no value."""
    fields = [_values(params, *field) for field in _FIELD.findall(template)]
    if not all(fields):
        return
    firsts = [found[0] for found in fields[:-1]]
    for last in fields[-1] if fields else [""]:
        yield home.named(last) or home.headed(_joined(template, [*firsts, last]))


def _values(params: Mapping[str, Any], path: str, cut: str, other: str) -> list[str]:
    found = _read(params, path.split("."))
    if cut:
        found = [text if text.startswith("arn:") else text.partition(":")[0] for text in found]
    return found or [other] * bool(other)


def _joined(template: str, values: list[str]) -> str:
    given = iter(values)
    plain = _FIELD.sub(lambda _: next(given), template)
    return plain.replace("parameter//", "parameter/").replace("rule/default/", "rule/")


class _Home(NamedTuple):
    """Where the ARNs of a request are."""

    prefix: str
    region: str
    account: str

    def headed(self, text: str) -> str:
        """~~ and ~ written out."""
        return text.replace("~~", f"arn:aws:{self.prefix}::{self.account}:").replace("~", self._head(self.account))

    def named(self, value: str) -> str:
        """The ARN that the value is or stands for by itself, "" when it only is part of one."""
        if value.startswith("arn:"):
            return value
        if self.prefix == "kms" and value.startswith("alias/"):
            return self._head(self.account) + value
        if self.prefix == "sqs" and "/" in value:  # a queue's URL ends with the owner and the name
            owner, name = value.rsplit("/", 2)[1:]
            return self._head(owner) + name
        kind = EC2.get(value.partition("-")[0], "") if self.prefix == "ec2" else ""
        return f"{self._head(self.account)}{kind}/{value}" if kind else ""

    def _head(self, account: str) -> str:
        return f"arn:aws:{self.prefix}:{self.region}:{account}:"


def _read(value: Any, path: list[str]) -> list[str]:
    """The texts at a path, through lists."""
    if isinstance(value, list):
        return [text for inner in value for text in _read(inner, path)]
    if not path:
        return [] if value is None or value == "" or isinstance(value, Mapping) else [str(value)]
    return _read(value.get(path[0]), path[1:]) if isinstance(value, Mapping) else []


def _s3(params: Mapping[str, Any]) -> tuple[str, ...]:
    bucket, key = params.get("Bucket"), params.get("Key")
    if not bucket:
        return ()
    return (f"arn:aws:s3:::{bucket}/{key}" if key else f"arn:aws:s3:::{bucket}",)


def passed_roles(prefix: str, value: Any, key: str = "") -> Iterator[str]:
    """Role ARNs in parameters named like a role, for services to which a role is passed (iam:PassRole)."""
    if prefix not in PASSES_ROLES:
        return
    if isinstance(value, Mapping):
        for name, inner in value.items():
            yield from passed_roles(prefix, inner, name)
    elif isinstance(value, list):
        for inner in value:
            yield from passed_roles(prefix, inner, key)
    elif isinstance(value, str) and "role" in key.lower() and _ROLE.fullmatch(value):
        yield value


def tags(params: Mapping[str, Any]) -> Iterable[tuple[str, str]]:
    """The tags that a request sends, in any of AWS's spellings."""
    given = params.get("TagSpecifications")
    specified = [tag for it in given if isinstance(it, Mapping) for tag in it.get("Tags") or ()] if given else []
    sent = params.get("Tags") or params.get("tags") or specified
    if isinstance(sent, Mapping):
        return tuple((str(key), str(value)) for key, value in sent.items())
    pairs = (
        (tag.get("Key", tag.get("key")), tag.get("Value", tag.get("value", "")))
        for tag in sent
        if isinstance(tag, Mapping)
    )
    return tuple((str(key), str(value)) for key, value in pairs if key)
