"""IAM actions of the AWS calls in Python, shell and state machine sources. Reads botocore's models, nothing else.

Calls through other programs (terraform, docker, third-party SDKs) are not found.
"""

from __future__ import annotations

import ast
import gzip
import json
import re
from collections.abc import Iterator, Mapping
from functools import cache
from importlib.util import find_spec
from pathlib import Path
from typing import Any

from generators.iam.action_names import iam_action

# Services of boto3 and the AWS CLI whose IAM prefix differs from their name.
_PREFIXES = {
    "efs": "elasticfilesystem",
    "emr": "elasticmapreduce",
    "s3api": "s3",
    "s3control": "s3",
    "sagemaker-runtime": "sagemaker",
    "sfn": "states",
    "stepfunctions": "states",
}
# AWS CLI commands that are no API operation: https://docs.aws.amazon.com/cli/latest/reference/
_COMMANDS = {
    "ecr get-login-password": ("ecr:GetAuthorizationToken",),
    "codeartifact login": ("codeartifact:GetAuthorizationToken", "codeartifact:GetRepositoryEndpoint"),
    "codecommit credential-helper": (),  # signs the requests of git, calls no API itself
    "s3 ls": ("s3:ListBucket",),
    "s3 cp": ("s3:GetObject", "s3:PutObject"),
    "s3 sync": ("s3:GetObject", "s3:PutObject", "s3:ListBucket"),
}
# Actions that an action needs in addition.
_DEPENDENT = {
    # https://docs.aws.amazon.com/codeartifact/latest/ug/tokens-authentication.html
    "codeartifact:GetAuthorizationToken": ("sts:GetServiceBearerToken",),
    # https://docs.aws.amazon.com/sagemaker/latest/APIReference/API_DeleteDomain.html: RetentionPolicy Delete
    "sagemaker:DeleteDomain": tuple(
        f"elasticfilesystem:{name}" for name in ("DeleteFileSystem", "DeleteMountTarget", "DescribeMountTargets")
    ),
    # https://docs.aws.amazon.com/service-authorization/latest/reference/list_amazonsagemaker.html: dependent actions
    **dict.fromkeys(
        ("sagemaker:CreateModel", "sagemaker:CreatePipeline", "sagemaker:UpdatePipeline"), ("iam:PassRole",)
    ),
}
# (collection of a boto3 resource, method of its items, "" for the iteration itself) -> actions.
# https://docs.aws.amazon.com/boto3/latest/reference/services/s3/bucket/object_versions.html
_COLLECTIONS = {
    ("object_versions", ""): ("s3:ListBucketVersions",),
    ("object_versions", "delete"): ("s3:DeleteObject", "s3:DeleteObjectVersion"),
}
# Actions of Step Functions for .sync tasks: https://docs.aws.amazon.com/step-functions/latest/dg/connect-codebuild.html
# and https://docs.aws.amazon.com/step-functions/latest/dg/iam-policies-eg-dist-map.html
_EVENTS = ("events:DescribeRule", "events:PutRule", "events:PutTargets")
_SYNC_ACTIONS = {"codebuild:StartBuild": ("codebuild:BatchGetBuilds", "codebuild:StopBuild", *_EVENTS)}
_DISTRIBUTED_MAP = tuple(f"states:{verb}Execution" for verb in ("Start", "Describe", "Stop", "Redrive"))
_RESULT_WRITER = ("s3:AbortMultipartUpload", "s3:GetObject", "s3:ListMultipartUploadParts", "s3:PutObject")

_AWS = re.compile(r"(?<![\w/.-])aws\s+(?:--\S+\s+)*([a-z0-9-]+)\s+(wait\s+)?([a-z0-9-]+)")
_TASK = re.compile(r'"arn:(?:aws|\$\{[\w:]+\}):states:::(?:aws-sdk:)?(\w+):(\w+)(\.sync(?::2)?)?')
_CALLS = frozenset({"get_paginator", "get_waiter"})
_NOT_CALLS = frozenset({"exceptions", "meta", "close", "can_paginate", "generate_presigned_url"})


def of_python(source: str) -> frozenset[str]:
    """Actions of calls on clients that the source creates: boto3.client("sagemaker").delete_app(...)."""
    tree = ast.parse(source)
    clients = dict(_clients(tree))
    actions = {
        action
        for node in ast.walk(tree)
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute)
        for service in [_service(node.func.value, clients)]
        if service and node.func.attr not in _NOT_CALLS
        for action in _called(tree, service, node)
    }
    return _with_dependent(actions | set(_collections(tree)))


def of_shell(text: str) -> frozenset[str]:
    """Actions of AWS CLI calls: aws ecr describe-images ..."""
    actions: set[str] = set()
    for service, wait, name in _AWS.findall(text):
        if f"{service} {name}" in _COMMANDS:
            actions.update(_COMMANDS[f"{service} {name}"])
        elif wait:
            actions.add(_waiter(service, name.replace("-", "_")))
        else:
            actions.add(_action(service, name.replace("-", "_")))
    return _with_dependent(actions)


def of_states(text: str) -> frozenset[str]:
    """Actions of the tasks of a state machine definition, which may contain placeholders."""
    actions: set[str] = set()
    for service, name, sync in _TASK.findall(text):
        action = _named(service, name[:1].upper() + name[1:])
        actions |= {action, *(_SYNC_ACTIONS.get(action, ()) if sync else ())}
    actions |= set(_DISTRIBUTED_MAP) if '"DISTRIBUTED"' in text else set()
    actions |= set(_RESULT_WRITER) if '"ResultWriter"' in text else set()
    actions |= {"s3:GetObjectVersion"} if '"ItemReader"' in text and "VersionId" in text else set()
    return _with_dependent(actions)


def _with_dependent(actions: set[str]) -> frozenset[str]:
    return frozenset(actions | {dependent for action in actions for dependent in _DEPENDENT.get(action, ())})


def _clients(tree: ast.AST) -> Iterator[tuple[str, str]]:
    """Variable -> service of its client; parameters too, where a caller passes a new client."""
    functions = {
        node.name: [arg.arg for arg in node.args.args] for node in ast.walk(tree) if isinstance(node, ast.FunctionDef)
    }
    for node in ast.walk(tree):
        if isinstance(node, ast.Assign) and (service := _client_service(node.value)):
            yield from ((target.id, service) for target in node.targets if isinstance(target, ast.Name))
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name):
            services = zip(functions.get(node.func.id, []), map(_client_service, node.args), strict=False)
            yield from ((name, service) for name, service in services if service)


def _collections(tree: ast.AST) -> Iterator[str]:
    """Actions of boto3 collections: for version in bucket.object_versions.filter(...): version.delete()."""
    for loop in (node for node in ast.walk(tree) if isinstance(node, ast.For)):
        collections = _attributes(loop.iter)
        methods = {name for statement in loop.body for name in _attributes(statement)}
        for (collection, method), actions in _COLLECTIONS.items():
            if collection in collections and method in {"", *methods}:
                yield from actions


def _attributes(tree: ast.AST) -> set[str]:
    return {node.attr for node in ast.walk(tree) if isinstance(node, ast.Attribute)}


def _client_service(node: ast.AST) -> str:
    """The service of boto3.client("...") or session.client("...")."""
    if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.func.attr == "client" and node.args:
        return _constant(node.args[0])
    return ""


def _service(node: ast.AST, clients: Mapping[str, str]) -> str:
    return clients.get(node.id, "") if isinstance(node, ast.Name) else _client_service(node)


def _called(tree: ast.AST, service: str, call: ast.Call) -> Iterator[str]:
    assert isinstance(call.func, ast.Attribute)
    if call.func.attr not in _CALLS:
        yield _action(service, call.func.attr)
        return
    for name in _strings(tree, call.args[0]):
        yield _waiter(service, name) if call.func.attr == "get_waiter" else _action(service, name)


def _strings(tree: ast.AST, node: ast.AST) -> Iterator[str]:
    """Values of an argument: a constant, or an f-string with a parameter that callers pass as constant."""
    if not isinstance(node, ast.JoinedStr):
        yield _constant(node)
        return
    values = [part.value for part in node.values if isinstance(part, ast.FormattedValue)]
    names = [value.id for value in values if isinstance(value, ast.Name)]
    if len(values) != 1 or len(names) != 1:
        raise ValueError(f"line {node.lineno}: the name of a call is made of several parts; write it out")
    pattern = "".join("{}" if isinstance(part, ast.FormattedValue) else _constant(part) for part in node.values)
    yield from (pattern.format(text) for text in _arguments(tree, names[0]))


def _arguments(tree: ast.AST, parameter: str) -> Iterator[str]:
    """The constants that callers in the source pass for a parameter of this name."""
    for function in (node for node in ast.walk(tree) if isinstance(node, ast.FunctionDef)):
        names = [arg.arg for arg in function.args.args]
        if parameter not in names:
            continue
        position = names.index(parameter)
        for call in (node for node in ast.walk(tree) if isinstance(node, ast.Call)):
            if isinstance(call.func, ast.Name) and call.func.id == function.name and len(call.args) > position:
                yield _constant(call.args[position])


def _constant(node: ast.AST) -> str:
    return node.value if isinstance(node, ast.Constant) and isinstance(node.value, str) else ""


def _action(service: str, method: str) -> str:
    """The action of a method or command: delete_app of sagemaker."""
    return _named(service, "".join(part[:1].upper() + part[1:] for part in method.split("_")))


def _named(service: str, operation: str) -> str:
    prefix = _PREFIXES.get(service, service)
    return iam_action(f"{prefix}:{operation}")


def _waiter(service: str, name: str) -> str:
    """The action that a waiter polls."""
    key = name.replace("_", "").lower()
    for waiter_name, waiter in _waiters(service).items():
        if waiter_name.lower() == key:
            return _named(service, waiter["operation"])
    raise ValueError(f"{service} has no waiter {name}")


@cache
def _waiters(service: str) -> Mapping[str, Any]:
    """The waiters of botocore's newest model of the service."""
    spec = find_spec("botocore")
    assert spec is not None
    assert spec.submodule_search_locations
    folder = Path(spec.submodule_search_locations[0]) / "data" / service
    file = sorted(folder.glob("*/waiters-2.json*"))[-1]
    text = gzip.decompress(file.read_bytes()) if file.suffix == ".gz" else file.read_bytes()
    waiters: Mapping[str, Any] = json.loads(text)["waiters"]
    return waiters
