"""`docker` of builds in privileged mode: login, build and push. The Dockerfile is interpreted, nothing runs.

https://docs.docker.com/reference/cli/docker/
"""

import argparse
import hashlib
import json
import os
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import boto3
from botocore.exceptions import ClientError

from scripts.localaws.services.ecr import images
from scripts.localaws.services.ecr.dockerfile import Build, DockerfileError

_STATE = Path.home() / ".docker" / "localaws"  # registries that were logged in to, and builds by tag
_ERROR = 1


def main() -> int:
    """The exit status of the command."""
    if not os.environ.get("LOCALAWS_PRIVILEGED"):
        address = "unix:///var/run/docker.sock. Is the docker daemon running?"
        return _fail(f"Cannot connect to the Docker daemon at {address} (the build is not privileged)")
    arguments = _parser().parse_args()
    try:
        return int(arguments.run(arguments))
    except (DockerfileError, images.ImageError) as error:
        return _fail(str(error))
    except ClientError as error:
        return _fail(f"denied: {error.response['Error']['Message']}")


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="docker", description="the docker of the embedded AWS; see SUPPORTED.md")
    commands = parser.add_subparsers(required=True)
    login = commands.add_parser("login")
    login.add_argument("--username", required=True)
    login.add_argument("--password-stdin", action="store_true", required=True)
    login.add_argument("registry")
    login.set_defaults(run=_login)
    build = commands.add_parser("build")
    build.add_argument("--pull", action="store_true")
    build.add_argument("--secret", action="append")
    build.add_argument("--build-arg", action="append", default=[])
    build.add_argument("--tag", required=True)
    build.add_argument("folder", type=Path)
    build.set_defaults(run=_build)
    push = commands.add_parser("push")
    push.add_argument("tag")
    push.set_defaults(run=_push)
    return parser


def _login(arguments: argparse.Namespace) -> int:
    """https://docs.aws.amazon.com/AmazonECR/latest/userguide/registry_auth.html"""
    if arguments.username != "AWS" or not sys.stdin.read().strip():
        return _fail("Error response from daemon: login attempt failed with status: 400 Bad Request")
    _file(arguments.registry).write_text("{}", encoding="utf-8")
    sys.stdout.write("Login Succeeded\n")
    return 0


def _build(arguments: argparse.Namespace) -> int:
    values = dict(pair.partition("=")[::2] for pair in arguments.build_arg)
    build = {"folder": str(arguments.folder.resolve()), "arguments": values}
    _interpret(build)
    _file(arguments.tag).write_text(json.dumps(build), encoding="utf-8")
    return 0


def _push(arguments: argparse.Namespace) -> int:
    registry, _, name = arguments.tag.partition("/")
    repository, _, tag = name.partition(":")
    if not _file(registry).exists():
        return _fail("no basic auth credentials")
    if not _file(arguments.tag).exists():
        return _fail(f"An image does not exist locally with the tag: {registry}/{repository}")
    build = json.loads(_file(arguments.tag).read_text("utf-8"))
    digest = images.push(_client(), repository, tag or "latest", _interpret(build))
    sys.stdout.write(f"{tag}: digest: {digest}\n")
    return 0


def _interpret(build: Mapping[str, Any]) -> Build:
    return images.build(Path(build["folder"]), build["arguments"], _client())


def _client() -> Any:
    return boto3.client("ecr")


def _file(name: str) -> Path:
    """The file that keeps a registry or a build."""
    _STATE.mkdir(parents=True, exist_ok=True)
    return _STATE / hashlib.sha256(name.encode()).hexdigest()


def _fail(reason: str) -> int:
    sys.stderr.write(f"ERROR: {reason}\n")
    return _ERROR


if __name__ == "__main__":
    sys.exit(main())
