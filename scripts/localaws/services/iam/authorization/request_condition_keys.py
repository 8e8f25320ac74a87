"""Condition keys of request parameters, by service: one line for each key. Pure.

https://docs.aws.amazon.com/service-authorization/latest/reference/reference_policies_actions-resources-contextkeys.html
"""

from collections.abc import Iterator, Mapping
from functools import cache
from pathlib import Path
from typing import Any

from generators.iam.conditions import Values
from scripts.localaws.services.iam.authorization import resource_arns

# The lines of request_condition_keys.txt: a condition key and the parameters with its value.
_LINES = Path(__file__).with_suffix(".txt").read_text("utf-8").splitlines()
KEYS: Mapping[str, tuple[str, ...]] = {
    key: tuple(paths) for key, *paths in (line.split() for line in _LINES if not line.startswith("#"))
}
_ARNS = {  # keys whose value is an ARN, also when the request contains only a name
    "sagemaker:outputkmskeyarn": "arn:aws:kms:{region}:{account}:key/{value}",
    "sagemaker:volumekmskeyarn": "arn:aws:kms:{region}:{account}:key/{value}",
    "sagemaker:owneruserprofilearn": "arn:aws:sagemaker:{region}:{account}:user-profile/{domain}/{value}",
}


def tag_values(params: Mapping[str, Any]) -> dict[str, Values]:
    """aws:RequestTag and aws:TagKeys; the latter also for tags that are removed."""
    tags = dict(resource_arns.tags(params))
    removed = params.get("TagKeys") or params.get("tagKeys") or ()
    keys = (*tags, *map(str, removed))
    values = {f"aws:requesttag/{key.lower()}": (value,) for key, value in tags.items()}
    return values | ({"aws:tagkeys": keys} if keys else {})


def parameter_context(
    prefix: str, params: Mapping[str, Any], region: str, account: str
) -> Iterator[tuple[str, Values]]:
    """Every key of the service for which the request has a value."""
    by_name = _keys_by_parameter(prefix)
    leaves = _leaves(params, "") if by_name else ()
    parameters = [(path, text) for path, text in leaves if path.rpartition("/")[2] in by_name]
    variables = {"region": region, "account": account, "domain": params.get("DomainId", "")}
    for key in dict.fromkeys(key for path, _ in parameters for key in by_name[path.rpartition("/")[2]]):
        texts = [text for path, text in parameters if any(_matches(name, path) for name in KEYS[key])]
        if texts:
            yield key, tuple(_arn(key, text, variables) for text in texts)
    if prefix == "kms":
        yield from _kms_values(params)


@cache
def _keys_by_parameter(prefix: str) -> Mapping[str, tuple[str, ...]]:
    """Name of a parameter -> the service's condition keys that it may set."""
    keys: dict[str, tuple[str, ...]] = {}
    for key, path in ((key, path) for key, paths in KEYS.items() for path in paths):
        if key.startswith(f"{prefix}:"):
            name = path.rpartition("/")[2]
            keys[name] = (*keys.get(name, ()), key)
    return keys


def _kms_values(params: Mapping[str, Any]) -> Iterator[tuple[str, Values]]:
    """https://docs.aws.amazon.com/kms/latest/developerguide/conditions-kms.html"""
    context = params.get("EncryptionContext") or {}
    yield from ((f"kms:encryptioncontext:{name.lower()}", (str(value),)) for name, value in context.items())
    if context:
        yield "kms:encryptioncontextkeys", tuple(context)
    if "alias/" in str(params.get("KeyId")):
        yield "kms:requestalias", (f"alias/{str(params['KeyId']).partition('alias/')[2]}",)


def _arn(key: str, value: str, variables: Mapping[str, str]) -> str:
    return value if key not in _ARNS or value.startswith("arn:") else _ARNS[key].format(value=value, **variables)


def _matches(name: str, path: str) -> bool:
    return path == name or (not name.startswith("/") and path.endswith(f"/{name}"))


def _leaves(value: Any, path: str) -> Iterator[tuple[str, str]]:
    """Path and text of every scalar."""
    if isinstance(value, Mapping):
        for name, inner in value.items():
            yield from _leaves(inner, f"{path}/{name}")
    elif isinstance(value, list):
        for inner in value:
            yield from _leaves(inner, path)
    else:
        yield path, str(value).lower() if isinstance(value, bool) else str(value)
