"""Every action, resource and condition key that a policy of the repository names is one that the embedded AWS computes.

A key that it did not compute would decide nothing: an Allow would allow, a Deny would not deny. So for each operation
of a service that is held, each key of a statement about it is computed, and each resource that is not * has an ARN.
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
from ruamel.yaml import YAML

from generators.iam.conditions import as_tuple, matches
from scripts.localaws.core.service_table import SERVICES
from scripts.localaws.services import emr, sagemaker, stored
from scripts.localaws.services.iam.authorization import condition_keys, resource_arns
from scripts.localaws.services.iam.authorization.resource_lookup import has_lookup
from scripts.localaws.services.s3 import OPERATIONS

for package in (stored, sagemaker, emr):
    package.install()
ROOT = Path(__file__).resolve().parents[2]
ACCOUNT, REGION = "111122223333", "eu-west-2"
FILES = ("terraform/modules/*/policies/*.json", "products/*/launch_policy.json")
LEFT_OUT = {  # condition key -> why no request that is answered here can depend on it
    "saml:aud": "AssumeRoleWithSAML alone sends it, which is refused",
}
WHOLE = {  # operation -> why it is about no single thing, although a statement names some
    "s3:ListBuckets": "it is about the account",
    "sts:AssumeRole": "STS itself judges it, on the role",
}
_BARE = re.compile(r"(?<=[:\[,\s])\$\{\w+\}(?=[\s,\]}])")
_INLINE = re.compile(r"\"?\b([a-z0-9]+:[A-Z][\w:/-]*)\"?\s*=")


@cache
def statements() -> Mapping[str, dict[str, Any]]:
    """`file Sid` -> the statement."""
    found = {}
    for file in sorted(path for pattern in FILES for path in ROOT.glob(pattern)):
        text = _BARE.sub(lambda word: f'"{word[0]}"', file.read_text(encoding="utf-8"))
        found |= {f"{file.relative_to(ROOT)} {item['Sid']}": item for item in json.loads(text)["Statement"]}
    roles = YAML(typ="safe").load((ROOT / "terraform/roles.yaml").read_text(encoding="utf-8"))
    parts = {"boundary": roles["boundary"], **roles["policies"], "sign_in": list(roles["sign_in"].values())}
    return found | {f"roles.yaml {part} {item['Sid']}": item for part, listed in parts.items() for item in listed}


@cache
def operations() -> tuple[tuple[str, str, str, Any], ...]:
    """Action, prefix, operation and what it takes, for every operation of every service that is held."""
    rows = []
    for row in dict.fromkeys(SERVICES.values()):
        model = get_service_model(row.model)
        for name in OPERATIONS if row.model == "s3" else model.operation_names:
            action = resource_arns.action(row.prefix, name, {})
            rows.append((action.lower(), row.prefix, name, model.operation_model(name).input_shape))
    return tuple(rows)


def resources(statement: Mapping[str, Any]) -> tuple[str, ...]:
    return as_tuple(statement.get("Resource", "*"))


def meant(statement: Mapping[str, Any]) -> Iterator[tuple[str, str, Any]]:
    """The operations that the statement's actions are asked for by."""
    for action, *rest in operations():
        if any(matches(pattern.lower(), action) for pattern in as_tuple(statement.get("Action", []))):
            yield tuple(rest)  # type: ignore[misc]


def known(key: str, services: set[str]) -> bool:
    """Of the request, or of every thing that it can be about."""
    key = key.lower()
    if key in LEFT_OUT or condition_keys.is_computed(key) or key in ("aws:resourceaccount", "aws:resourceorgid"):
        return True
    service, hangs = key.partition(":")[0], "resourcetag/" in key
    looked_up = all(map(has_lookup, services)) and (service == "aws" or services == {service})
    particular = {f"{service}:{item.partition(':')[2]}" for item in condition_keys.RESOURCE_KEYS.get(service, ())}
    return (hangs and looked_up) or any(key.startswith(item) for item in particular)


@pytest.mark.parametrize("name", statements())
def test_every_condition_key_is_computed_for_what_asks(name: str) -> None:
    statement = statements()[name]
    services = {prefix for prefix, _, _ in meant(statement)}
    named = [key for lines in statement.get("Condition", {}).values() for key in lines]
    assert [key for key in named if not known(key, services)] == []


def test_every_key_of_a_policy_inside_of_terraform_is_computed() -> None:
    """Policies on things, written where the thing is made."""
    named = {}
    for file in sorted((ROOT / "terraform").glob("*/*/*.tf")):
        for number, line in enumerate(file.read_text(encoding="utf-8").splitlines(), 1):
            found = _INLINE.findall(line) if "Condition" in line or "key =" in line else ()
            named |= {f"{file.relative_to(ROOT)}:{number}": key for key in found}
    assert len(named) > 10
    assert {place: key for place, key in named.items() if not known(key, set())} == {}


@pytest.mark.parametrize(
    "name", [name for name, item in statements().items() if "*" not in as_tuple(item.get("Resource", "*"))]
)
def test_every_operation_that_a_statement_lets_at_some_things_has_their_arns(name: str) -> None:
    statement = statements()[name]
    wanted = {
        arn.replace("${partition}", "aws").split(":")[2]
        for arn in as_tuple(statement["Resource"])
        if arn.startswith("arn:")
    }
    unnamed = []
    for prefix, operation, shape in meant(statement):
        arns = resource_arns.resources(prefix, operation, example(shape, prefix), REGION, ACCOUNT)
        if not any(arn.startswith("arn:") and (arn.split(":")[2] in wanted or not wanted) for arn in arns):
            unnamed.append(f"{prefix}:{operation}")
    assert [item for item in unnamed if item not in WHOLE] == []


def example(shape: Any, prefix: str, name: str = "", depth: int = 3) -> Any:
    """A request that says everything."""
    if shape is None:
        return {}
    if shape.type_name == "structure":
        members = shape.members.items() if depth else ()
        return {part: example(member, prefix, part, depth - 1) for part, member in members}
    if shape.type_name == "list":
        return [example(shape.member, prefix, name, depth)]
    if shape.type_name == "string":
        whole = name.lower().endswith("arn") or name == "Resource"
        return f"arn:aws:{prefix}:{REGION}:{ACCOUNT}:x" if whole else "sg-1" if prefix == "ec2" else "x"
    return {} if shape.type_name == "map" else 1


def test_what_is_left_out_is_named_by_some_policy() -> None:
    named = {
        key.lower()
        for statement in statements().values()
        for lines in statement.get("Condition", {}).values()
        for key in lines
    }
    assert LEFT_OUT.keys() <= named
