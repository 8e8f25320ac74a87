"""The public Python package index behind an external connection: the one that pip is configured with.

Files are kept below .local, so that each is fetched once on this machine.
https://packaging.python.org/en/latest/specifications/simple-repository-api/
"""

import subprocess
import sys
from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import Any, NamedTuple
from urllib.parse import urljoin

import requests
from packaging.utils import InvalidSdistFilename, InvalidWheelFilename, parse_sdist_filename, parse_wheel_filename

_FOLDER = Path(__file__).resolve().parents[4] / ".local" / "packages"
_JSON = "application/vnd.pypi.simple.v1+json"
_TIMEOUT = 60  # seconds


class File(NamedTuple):
    """A file of a project on the index."""

    name: str
    version: str
    url: str
    sha256: str
    requires_python: str


@cache
def files(project: str) -> tuple[File, ...]:
    """The files of a project with its normalized name; none when the index does not have it. Raises OSError."""
    url = f"{_settings()['index-url'].rstrip('/')}/{project}/"
    response = _session().get(url, headers={"Accept": _JSON}, timeout=_TIMEOUT)
    if response.status_code == requests.codes.not_found:
        return ()
    response.raise_for_status()
    return tuple(file for row in response.json()["files"] if (file := _file(url, row)))


def _file(base: str, row: Mapping[str, Any]) -> File | None:
    """A file of the index, None for a kind that pip does not install."""
    name = row["filename"]
    try:
        version = parse_wheel_filename(name)[1] if name.endswith(".whl") else parse_sdist_filename(name)[1]
    except (InvalidWheelFilename, InvalidSdistFilename):
        return None
    url, python = urljoin(base, row["url"]), row.get("requires-python") or ""
    return File(name, str(version), url, row["hashes"].get("sha256", ""), python)


def content(file: File) -> Path:
    """The file on this machine. Raises OSError when it cannot be fetched."""
    path = _FOLDER / file.sha256[:2] / file.sha256 / file.name
    if not path.exists():
        response = _session().get(file.url, timeout=_TIMEOUT)
        response.raise_for_status()
        path.parent.mkdir(parents=True, exist_ok=True)
        part = path.with_suffix(f".{id(response)}.part")
        part.write_bytes(response.content)
        part.rename(path)
    return path


@cache
def _session() -> requests.Session:
    session = requests.Session()
    session.verify = _settings().get("cert", True)
    return session


@cache
def _settings() -> Mapping[str, str]:
    """pip's settings without their section: index-url, cert; the environment wins."""
    from pip._internal.models.index import PyPI  # where pip keeps the address that it uses without a setting

    command = [sys.executable, "-m", "pip", "config", "list"]
    lines = subprocess.run(command, capture_output=True, text=True, check=True).stdout.splitlines()
    pairs = [line.partition("=")[::2] for line in lines]
    order = sorted(pairs, key=lambda pair: pair[0].startswith(":env:"))
    return {"index-url": PyPI.simple_url, **{name.rpartition(".")[2]: value.strip("'") for name, value in order}}
