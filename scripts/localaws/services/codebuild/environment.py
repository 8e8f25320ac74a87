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
from types import SimpleNamespace
from typing import Any

from scripts.localaws.core import context
from scripts.localaws.core.expressions import Structures

_HERE = Path(__file__).parent
structure = Structures(_HERE / "variables.yaml")
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
    values = {"key": key, "region": region, "endpoint": context.endpoint(), "python": sys.executable}
    values |= {"programs": str(Path(sys.executable).parent), "start": str(int(record["startTime"].timestamp() * 1000))}
    return structure("Variables", SimpleNamespace(**record), **values)
