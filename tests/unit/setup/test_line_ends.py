"""A clone with core.autocrlf=true, as Git for Windows sets it: hashed, executed and compared files keep LF."""

from __future__ import annotations

import hashlib
import subprocess
from pathlib import Path

import pytest

from tests.unit.conftest import REPOSITORY

AUTHOR = ("-c", "user.name=Author", "-c", "user.email=author@bank.example")


def _git(*arguments: str) -> str:
    return subprocess.run(["git", *arguments], check=True, capture_output=True, text=True).stdout


@pytest.fixture(scope="module")
def clone(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("line_ends")
    origin = ("--git-dir", f"{folder}/origin.git", "--work-tree", str(REPOSITORY))
    _git("init", "--quiet", "--bare", f"{folder}/origin.git")
    _git(*origin, "-c", "core.autocrlf=true", "add", "--all", "--", ":/")
    _git(*origin, *AUTHOR, "commit", "--quiet", "--message", "x")
    _git("clone", "--quiet", "-c", "core.autocrlf=true", f"{folder}/origin.git", f"{folder}/clone")
    return folder / "clone"


def test_no_text_file_of_a_clone_has_other_line_ends(clone: Path) -> None:
    endings = [line.split() for line in _git("-C", str(clone), "ls-files", "--eol").splitlines()]

    assert len(endings) > 1000
    assert [line for line in endings if line[1] not in ("w/lf", "w/-text", "w/none")] == []
    assert _git("-C", str(clone), "status", "--porcelain") == ""


def test_each_frozen_file_of_a_clone_has_its_digest(clone: Path) -> None:
    lists = sorted(clone.glob("products/*/*/SHA256SUMS"))
    lines = [(file.parent, *line.split()) for file in lists for line in file.read_text("utf-8").splitlines()]

    assert len(lines) >= 20
    assert all(hashlib.sha256((folder / name).read_bytes()).hexdigest() == digest for folder, digest, name in lines)


def test_a_version_that_is_frozen_in_a_clone_is_committed_byte_for_byte(clone: Path) -> None:
    file = clone / "products/emr_cluster/versions/99.0.0.json"
    file.write_bytes(b'{"a": "1\r\n",\n"b": 2}\r\n')
    _git("-C", str(clone), "add", str(file))

    blob = subprocess.run(["git", "-C", clone, "cat-file", "blob", f":{file.relative_to(clone)}"], capture_output=True)

    assert blob.stdout == file.read_bytes()


def test_scripts_of_a_clone_run(clone: Path) -> None:
    scripts = [
        line.split("\t")[1] for line in _git("-C", str(clone), "ls-files", "-s").splitlines() if line[:6] == "100755"
    ]

    assert "scripts/setup" in scripts
    assert all(b"\r" not in (clone / name).read_bytes().split(b"\n")[0] for name in scripts)
