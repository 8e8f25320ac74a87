"""The embedded AWS evaluates every policy element of the repository: actions, resources and condition keys.

A condition on a key that is not computed has no effect: an Allow allows, a Deny does not deny. So for every operation
of an enforced service, each condition key of its statements must be computed, and each resource must have an ARN.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from functools import cache
from pathlib import Path
from typing import Any

import pytest
from moto.core.utils import get_service_model

from generators.iam.conditions import as_tuple, matches
from scripts.localaws.core import data_file
from scripts.localaws.core.service_table import SERVICES
from scripts.localaws.server.server import install
from scripts.localaws.services.iam.authorization import condition_keys, resource_arns
from scripts.localaws.services.iam.authorization.resource_lookup import has_lookup

for folder in ("stored", "sagemaker", "emr"):
    install(folder)
ROOT = Path(__file__).resolve().parents[2]
ACCOUNT, REGION = "111122223333", "eu-west-2"
FILES = ("terraform/modules/*/policies/*.json", "products/*/launch_policy.json")
IGNORED_KEYS = {  # condition key -> reason why no emulated request depends on it
    "saml:aud": "only AssumeRoleWithSAML sends it, and is refused",
    "ram:requestedallowsexternalprincipals": "requests to RAM are refused",
    "ram:allowsexternalprincipals": "requests to RAM are refused",
}
WITHOUT_RESOURCE = {  # operation -> reason why it has no resource, although a statement names some
    "s3:ListBuckets": "the resource is the account",
    "sts:AssumeRole": "STS authorizes it itself, on the role",
}
_BARE = re.compile(r"(?<=[:\[,\s])\$\{\w+\}(?=[\s,\]}])")
_INLINE = re.compile(r"\"?\b([a-z0-9]+:[A-Z][\w:/-]*)\"?\s*=")


@cache
def statements() -> Mapping[str, dict[str, Any]]:
    """`file Sid` -> the statement."""
    by_name = {}
    for file in sorted(path for pattern in FILES for path in ROOT.glob(pattern)):
        text = _BARE.sub(lambda match: f'"{match[0]}"', file.read_text(encoding="utf-8"))
        for statement in json.loads(text)["Statement"]:
            by_name[f"{file.relative_to(ROOT)} {statement['Sid']}"] = statement
    roles = data_file.read(ROOT / "terraform/roles.yaml")
    sections = {"boundary": roles["boundary"], **roles["policies"], "sign_in": list(roles["sign_in"].values())}
    for section, listed in sections.items():
        for statement in listed:
            by_name[f"roles.yaml {section} {statement['Sid']}"] = statement
    return by_name


@cache
def operations() -> tuple[tuple[str, str, str, Any], ...]:
    """Action, prefix, operation and input shape of every operation of every enforced service."""
    rows = []
    for row in dict.fromkeys(SERVICES.values()):
        model = get_service_model(row.model)
        for name in row.operations or model.operation_names:
            action = resource_arns.action(row.prefix, name, {})
            rows.append((action.lower(), row.prefix, name, model.operation_model(name).input_shape))
    return tuple(rows)


def resources(statement: Mapping[str, Any]) -> tuple[str, ...]:
    return as_tuple(statement.get("Resource", "*"))


def matching_operations(statement: Mapping[str, Any]) -> Iterator[tuple[str, str, Any]]:
    """Prefix, operation and input shape of the operations that the statement's actions authorize."""
    for pattern in as_tuple(statement.get("Action", [])):
        yield from _matching_operations(pattern.lower())


@cache
def _matching_operations(pattern: str) -> tuple[tuple[str, str, Any], ...]:
    return tuple((prefix, name, shape) for action, prefix, name, shape in operations() if matches(pattern, action))


def is_computed(key: str, services: set[str]) -> bool:
    """Whether a condition key is computed for requests to these services, from the request or from its resource."""
    key = key.lower()
    if key in IGNORED_KEYS or condition_keys.is_computed(key) or key in ("aws:resourceaccount", "aws:resourceorgid"):
        return True
    service, is_tag = key.partition(":")[0], "resourcetag/" in key
    has_tags = all(map(has_lookup, services)) and (service == "aws" or services == {service})
    prefixes = {f"{service}:{name.partition(':')[2]}" for name in condition_keys.RESOURCE_KEYS.get(service, ())}
    return (is_tag and has_tags) or any(key.startswith(prefix) for prefix in prefixes)


@pytest.mark.parametrize("name", statements())
def test_every_condition_key_is_computed_for_the_statement_s_operations(name: str) -> None:
    statement = statements()[name]
    services = {prefix for prefix, _, _ in matching_operations(statement)}
    condition = [key for keys in statement.get("Condition", {}).values() for key in keys]
    assert [key for key in condition if not is_computed(key, services)] == []


def test_every_condition_key_in_terraform_files_is_computed() -> None:
    """Resource-based policies that are written with their resource."""
    keys = {}
    for file in sorted((ROOT / "terraform").glob("*/*/*.tf")):
        for number, line in enumerate(file.read_text(encoding="utf-8").splitlines(), 1):
            names = _INLINE.findall(line) if "Condition" in line or "key =" in line else ()
            keys |= {f"{file.relative_to(ROOT)}:{number}": key for key in names}
    assert len(keys) > 10
    assert {location: key for location, key in keys.items() if not is_computed(key, set())} == {}


@pytest.mark.parametrize("name", [name for name, statement in statements().items() if "*" not in resources(statement)])
def test_every_operation_of_a_statement_with_resources_has_their_arns(name: str) -> None:
    statement = statements()[name]
    services = {
        arn.replace("${partition}", "aws").split(":")[2]
        for arn in as_tuple(statement["Resource"])
        if arn.startswith("arn:")
    }
    without_arn = []
    for prefix, operation, shape in matching_operations(statement):
        arns = resource_arns.resources(prefix, operation, example(shape, prefix), REGION, ACCOUNT)
        if not any(arn.startswith("arn:") and (arn.split(":")[2] in services or not services) for arn in arns):
            without_arn.append(f"{prefix}:{operation}")
    assert [operation for operation in without_arn if operation not in WITHOUT_RESOURCE] == []


def example(shape: Any, prefix: str, name: str = "", depth: int = 3) -> Any:
    """A request with all parameters of the input shape."""
    if shape is None:
        return {}
    if shape.type_name == "structure":
        members = shape.members.items() if depth else ()
        return {member: example(inner, prefix, member, depth - 1) for member, inner in members}
    if shape.type_name == "list":
        return [example(shape.member, prefix, name, depth)]
    if shape.type_name == "string":
        is_arn = name.lower().endswith("arn") or name == "Resource"
        return f"arn:aws:{prefix}:{REGION}:{ACCOUNT}:x" if is_arn else "sg-1" if prefix == "ec2" else "x"
    return {} if shape.type_name == "map" else 1


def test_every_ignored_key_is_used_by_a_policy() -> None:
    conditions = [statement.get("Condition", {}) for statement in statements().values()]
    used = {key.lower() for condition in conditions for keys in condition.values() for key in keys}
    assert IGNORED_KEYS.keys() <= used
