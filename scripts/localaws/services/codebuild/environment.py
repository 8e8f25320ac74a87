"""The environment of a build: the programs of AWS's image, a Python environment of its own, and environment variables.

https://docs.aws.amazon.com/codebuild/latest/userguide/build-env-ref-env-vars.html
"""

import functools
import importlib.metadata
import shutil
import subprocess
import sys
import threading
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from scripts.localaws.core import context

_HERE = Path(__file__).parent
_IMAGE = _HERE / "image"  # programs that precede this machine's in PATH
AWS_IMAGE = "aws/codebuild/"  # beginning of the name of AWS's images
# Packages of each Python of AWS's image, and what boto3 needs.
# https://github.com/aws/aws-codebuild-docker-images: al/x86_64/standard/5.0/Dockerfile, Python
_PACKAGES = ("pip", "boto3", "botocore", "jmespath", "python-dateutil", "s3transfer", "six", "urllib3", "PyYAML")
_PIP = "#!/usr/bin/env python\nimport sys\nfrom pip._internal.cli.main import main\nsys.exit(main())\n"
_lock = threading.Lock()


def search_path(folder: Path) -> str:
    """The PATH of a build in one of AWS's images; `folder` receives the Python environment of the build."""
    with _lock:  # the first of several builds makes what all of them use
        programs, template = _programs(), _python()
    python = shutil.copytree(template, folder / "python", symlinks=True)
    return f"{_IMAGE}:{python / 'bin'}:{programs}"


@functools.cache
def _python() -> Path:
    """A virtual environment to copy, of few files: pip is linked and names the Python that comes first in PATH."""
    folder = context.folder("codebuild-python") / "python"
    command = [sys.executable, "-m", "virtualenv", "--quiet", "--no-pip", "--no-setuptools", str(folder)]
    subprocess.run(command, check=True, capture_output=True)
    for name in ("pip", "pip3"):
        (folder / "bin" / name).write_text(_PIP, encoding="utf-8")
        (folder / "bin" / name).chmod(0o755)
    (site_packages,) = folder.glob("lib/python*/site-packages")
    (site_packages / "image.pth").write_text(f"{_image_packages()}\n", encoding="utf-8")
    return folder


def _image_packages() -> Path:
    """A folder of links to this server's own copies. pip uninstalls nothing outside of its environment."""
    folder = context.folder("codebuild-packages")
    for distribution in map(importlib.metadata.distribution, _PACKAGES):
        tops = {file.parts[0] for file in distribution.files or ()} - {"..", "__pycache__"}
        for top in tops:
            (folder / top).unlink(missing_ok=True)
            (folder / top).symlink_to(str(distribution.locate_file(top)))
    return folder


@functools.cache
def _programs() -> Path:
    """A folder of links to this machine's programs that AWS's image has too."""
    folder = context.folder("codebuild-programs")
    lines = (_HERE / "image_programs.txt").read_text("utf-8").splitlines()
    for name in (name for line in lines if not line.startswith("#") for name in line.split()):
        program = shutil.which(name)
        if program:
            (folder / name).unlink(missing_ok=True)
            (folder / name).symlink_to(program)
    return folder


def variables(record: Mapping[str, Any], key: str, region: str) -> dict[str, str]:
    """Environment variables that CodeBuild sets, except those of folders; `key` is the access key of the role."""
    endpoint = context.endpoint()
    return {
        "AWS_ACCESS_KEY_ID": key,
        "AWS_SECRET_ACCESS_KEY": "local",
        "AWS_REGION": region,
        "AWS_DEFAULT_REGION": region,
        "CODEBUILD_BUILD_ARN": record["arn"],
        "CODEBUILD_BUILD_ID": record["id"],
        "CODEBUILD_BUILD_IMAGE": record["environment"].get("image", ""),
        "CODEBUILD_BUILD_NUMBER": str(record["buildNumber"]),
        "CODEBUILD_KMS_KEY_ID": record.get("encryptionKey", ""),
        "CODEBUILD_LOG_PATH": record["logs"]["streamName"],
        "CODEBUILD_START_TIME": str(int(record["startTime"].timestamp() * 1000)),
        **({"CODEBUILD_RESOLVED_SOURCE_VERSION": version} if (version := record.get("resolvedSourceVersion")) else {}),
        **({"CODEBUILD_SOURCE_VERSION": version} if (version := record.get("sourceVersion")) else {}),
        **({"LOCALAWS_PRIVILEGED": "1"} if record["environment"].get("privilegedMode") else {}),
        **_endpoint_variables(endpoint),
    }


def _endpoint_variables(endpoint: str) -> dict[str, str]:
    """Variables that direct AWS clients to this server; S3 Control needs a proxy for its host names."""
    proxy = {"HTTP_PROXY": endpoint, "http_proxy": endpoint, "NO_PROXY": "127.0.0.1,localhost"}
    return {
        "AWS_ENDPOINT_URL": endpoint,
        "AWS_S3_USE_PATH_STYLE": "true",
        "AWS_EC2_METADATA_DISABLED": "true",
        "AWS_ENDPOINT_URL_S3_CONTROL": "http://s3-control.moto.internal",
        "LOCALAWS_AWS_CLI": str(Path(sys.executable).parent / "aws"),
        "LOCALAWS_PYTHON": sys.executable,
        **proxy,
    }
