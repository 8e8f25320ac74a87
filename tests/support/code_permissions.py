"""The IAM actions that a program's calls need: Python, shell, state machines. Pure but for botocore's data.

What a program does through other programs (terraform, docker, the SDK of somebody else) cannot be seen here.
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

# Services of boto3 and of the command line whose IAM prefix is another word.
_PREFIXES = {
    "efs": "elasticfilesystem",
    "emr": "elasticmapreduce",
    "s3api": "s3",
    "s3control": "s3",
    "sagemaker-runtime": "sagemaker",
    "sfn": "states",
    "stepfunctions": "states",
}
# Commands that are no operation: https://docs.aws.amazon.com/cli/latest/reference/
_COMMANDS = {
    "ecr get-login-password": ("ecr:GetAuthorizationToken",),
    "codeartifact login": ("codeartifact:GetAuthorizationToken", "codeartifact:GetRepositoryEndpoint"),
    "codecommit credential-helper": (),  # signs what git sends, asks nothing itself
    "s3 ls": ("s3:ListBucket",),
    "s3 cp": ("s3:GetObject", "s3:PutObject"),
    "s3 sync": ("s3:GetObject", "s3:PutObject", "s3:ListBucket"),
}
# What an action brings with it.
_BRINGS = {
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
# Collection of a boto3 resource, method of what it holds ("" for the walk itself) -> actions.
# https://docs.aws.amazon.com/boto3/latest/reference/services/s3/bucket/object_versions.html
_COLLECTIONS = {
    ("object_versions", ""): ("s3:ListBucketVersions",),
    ("object_versions", "delete"): ("s3:DeleteObject", "s3:DeleteObjectVersion"),
}
# What Step Functions itself does around a task: https://docs.aws.amazon.com/step-functions/latest/dg/connect-codebuild.html
# and https://docs.aws.amazon.com/step-functions/latest/dg/iam-policies-eg-dist-map.html
_EVENTS = ("events:DescribeRule", "events:PutRule", "events:PutTargets")
_WAITS = {"codebuild:StartBuild": ("codebuild:BatchGetBuilds", "codebuild:StopBuild", *_EVENTS)}
_CHILDREN = tuple(f"states:{name}Execution" for name in ("Start", "Describe", "Stop", "Redrive"))
_WRITER = ("s3:AbortMultipartUpload", "s3:GetObject", "s3:ListMultipartUploadParts", "s3:PutObject")

_AWS = re.compile(r"(?<![\w/.-])aws\s+(?:--\S+\s+)*([a-z0-9-]+)\s+(wait\s+)?([a-z0-9-]+)")
_TASK = re.compile(r'"arn:(?:aws|\$\{[\w:]+\}):states:::(?:aws-sdk:)?(\w+):(\w+)(\.sync(?::2)?)?')
_CALLS = frozenset({"get_paginator", "get_waiter"})
_NOT_CALLS = frozenset({"exceptions", "meta", "close", "can_paginate", "generate_presigned_url"})


def of_python(source: str) -> frozenset[str]:
    """Calls on clients that the source makes itself: boto3.client("sagemaker").delete_app(...)."""
    tree = ast.parse(source)
    clients = dict(_clients(tree))
    found = {
        action
        for node in ast.walk(tree)
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute)
        for service in [_service(node.func.value, clients)]
        if service and node.func.attr not in _NOT_CALLS
        for action in _called(tree, service, node)
    }
    return _with_more(found | set(_collections(tree)))


def of_shell(text: str) -> frozenset[str]:
    """Calls of the command line: aws ecr describe-images ..."""
    found: set[str] = set()
    for service, wait, name in _AWS.findall(text):
        if f"{service} {name}" in _COMMANDS:
            found.update(_COMMANDS[f"{service} {name}"])
        elif wait:
            found.add(_waiter(service, name.replace("-", "_")))
        else:
            found.add(_action(service, name.replace("-", "_")))
    return _with_more(found)


def of_states(text: str) -> frozenset[str]:
    """Tasks of a state machine's definition, which may hold placeholders still."""
    found: set[str] = set()
    for service, name, waits in _TASK.findall(text):
        action = _named(service, name[:1].upper() + name[1:])
        found |= {action, *(_WAITS.get(action, ()) if waits else ())}
    found |= set(_CHILDREN) if '"DISTRIBUTED"' in text else set()
    found |= set(_WRITER) if '"ResultWriter"' in text else set()
    found |= {"s3:GetObjectVersion"} if '"ItemReader"' in text and "VersionId" in text else set()
    return _with_more(found)


def _with_more(actions: set[str]) -> frozenset[str]:
    return frozenset(actions | {more for action in actions for more in _BRINGS.get(action, ())})


def _clients(tree: ast.AST) -> Iterator[tuple[str, str]]:
    """Names that hold a client, and of which service; parameters too, where a caller makes it on the spot."""
    functions = {
        item.name: [arg.arg for arg in item.args.args] for item in ast.walk(tree) if isinstance(item, ast.FunctionDef)
    }
    for node in ast.walk(tree):
        if isinstance(node, ast.Assign) and (service := _made(node.value)):
            yield from ((target.id, service) for target in node.targets if isinstance(target, ast.Name))
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name):
            given = zip(functions.get(node.func.id, []), map(_made, node.args), strict=False)
            yield from ((name, service) for name, service in given if service)


def _collections(tree: ast.AST) -> Iterator[str]:
    """What boto3's collections call: for it in bucket.object_versions.filter(...): it.delete()."""
    for node in (item for item in ast.walk(tree) if isinstance(item, ast.For)):
        walked = {item.attr for item in ast.walk(node.iter) if isinstance(item, ast.Attribute)}
        called = {item.attr for part in node.body for item in ast.walk(part) if isinstance(item, ast.Attribute)}
        for (collection, method), actions in _COLLECTIONS.items():
            if collection in walked and method in {"", *called}:
                yield from actions


def _made(node: ast.AST) -> str:
    """The service of boto3.client("...") or session.client("...")."""
    if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.func.attr == "client" and node.args:
        return _constant(node.args[0])
    return ""


def _service(node: ast.AST, clients: Mapping[str, str]) -> str:
    return clients.get(node.id, "") if isinstance(node, ast.Name) else _made(node)


def _called(tree: ast.AST, service: str, call: ast.Call) -> Iterator[str]:
    assert isinstance(call.func, ast.Attribute)
    if call.func.attr not in _CALLS:
        yield _action(service, call.func.attr)
        return
    for name in _texts(tree, call.args[0]):
        yield _waiter(service, name) if call.func.attr == "get_waiter" else _action(service, name)


def _texts(tree: ast.AST, node: ast.AST) -> Iterator[str]:
    """The texts that an argument can be: a constant, or an f-string of a parameter that callers give as a constant."""
    if not isinstance(node, ast.JoinedStr):
        yield _constant(node)
        return
    holes = [item.value for item in node.values if isinstance(item, ast.FormattedValue)]
    names = [hole.id for hole in holes if isinstance(hole, ast.Name)]
    if len(holes) != 1 or len(names) != 1:
        raise ValueError(f"line {node.lineno}: the name of a call is made of several parts; write it out")
    head = "".join("{}" if isinstance(item, ast.FormattedValue) else _constant(item) for item in node.values)
    yield from (head.format(text) for text in _given(tree, names[0]))


def _given(tree: ast.AST, parameter: str) -> Iterator[str]:
    """What callers within the source give for a parameter of this name."""
    for function in (node for node in ast.walk(tree) if isinstance(node, ast.FunctionDef)):
        names = [item.arg for item in function.args.args]
        if parameter not in names:
            continue
        at = names.index(parameter)
        for call in (node for node in ast.walk(tree) if isinstance(node, ast.Call)):
            if isinstance(call.func, ast.Name) and call.func.id == function.name and len(call.args) > at:
                yield _constant(call.args[at])


def _constant(node: ast.AST) -> str:
    return node.value if isinstance(node, ast.Constant) and isinstance(node.value, str) else ""


def _action(service: str, method: str) -> str:
    """The action of a method or command: delete_app of sagemaker."""
    return _named(service, "".join(word[:1].upper() + word[1:] for word in method.split("_")))


def _named(service: str, operation: str) -> str:
    prefix = _PREFIXES.get(service, service)
    return iam_action(f"{prefix}:{operation}")


def _waiter(service: str, name: str) -> str:
    """The action that a waiter calls until it is content."""
    wanted = name.replace("_", "").lower()
    for known, waiter in _waiters(service).items():
        if known.lower() == wanted:
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
    found: Mapping[str, Any] = json.loads(text)["waiters"]
    return found
