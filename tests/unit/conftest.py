"""Fixture `repository`: a small repository in a temporary folder, and the command line run inside it."""

from __future__ import annotations

import os
import shutil
import subprocess
from dataclasses import dataclass
from pathlib import Path

import pytest

from generators.cloudformation import stack_permissions
from generators.cloudformation.resource import StackLocation
from generators.launch_policy import statements
from tests.support import fork_server

REPOSITORY = Path(__file__).resolve().parents[2]

PRODUCT = """\
title: Note book
description: A place for notes
owner: ml-platform
portfolio: data-science
version: "1.0.0"
launch_role: launch-note-book
support:
  email: ml-platform@bank.example
  url: https://bank.example/help
  text: Ask the platform team on its channel
"""
TEMPLATE = """\
from troposphere import Output, Parameter, Ref, Template
from troposphere.cloudformation import WaitConditionHandle


def build():
    t = Template(Description="A place for notes")
    t.add_parameter(Parameter("Pages", Type="Number", Default=10, MinValue=1, MaxValue=99, Description="How many"))
    t.add_resource(WaitConditionHandle("Handle"))
    t.add_output(Output("Pages", Description="How many", Value=Ref("Pages")))
    return t
"""
POLICY = statements.text(
    statements.document(stack_permissions.stack_permissions({}, StackLocation(), ""))
)  # as `catalog launch-policy` writes it
CHANGELOG = "# Changes\n\n## 1.0.0\n\nThe first version.\n"


@dataclass(frozen=True)
class Repository:
    """A repository: edits files as an author does, and runs `catalog`."""

    root: Path

    def path(self, name: str) -> Path:
        return self.root / name

    def write(self, name: str, text: str) -> None:
        self.path(name).parent.mkdir(parents=True, exist_ok=True)
        self.path(name).write_text(text, encoding="utf-8")

    def edit(self, name: str, old: str, new: str) -> None:
        text = self.path(name).read_text(encoding="utf-8")
        assert old in text, f"{name} does not contain {old!r}"
        self.write(name, text.replace(old, new))

    def line(self, name: str, text: str) -> int:
        """The number of the first line of `text` in a file; 1 when the text is not there."""
        before, match, _ = self.path(name).read_text(encoding="utf-8").partition(text or "\0")
        return before.count("\n") + 1 if match else 1

    def product(self, folder: str = "note_book") -> None:
        self.write(f"products/{folder}/product.yaml", PRODUCT)
        self.write(f"products/{folder}/template.py", TEMPLATE)
        self.write(f"products/{folder}/launch_policy.json", POLICY)
        self.write(f"products/{folder}/CHANGELOG.md", CHANGELOG)

    def release(self, version: str) -> None:
        """Declare the next version as an author does: product.yaml and a changelog heading."""
        self.write("products/note_book/product.yaml", PRODUCT.replace("1.0.0", version))
        self.write("products/note_book/CHANGELOG.md", CHANGELOG + f"\n## {version}\n\nMore.\n")

    def commit(self) -> None:
        identity = ["-c", "user.name=Author", "-c", "user.email=author@bank.example"]
        for command in (["init", "-q"], ["add", "."], [*identity, "commit", "-q", "-m", "x"]):
            subprocess.run(["git", "-C", str(self.root), *command], check=True, capture_output=True)

    def refuses(self, file: str, old: str, new: str, message: str) -> None:
        """Render fails after the edit with this message (LINE: the line of the new text) and writes nothing."""
        self.edit(file, old, new)
        result = self.catalog("render")
        assert result.returncode == 1
        assert message.replace("LINE", str(self.line(file, new))) in result.stderr
        assert "Traceback" not in result.stderr
        assert not self.path("products/note_book/versions").exists()

    def catalog(self, *arguments: str, folder: Path | None = None) -> subprocess.CompletedProcess[str]:
        environment = {**os.environ, "PYTHONPATH": str(REPOSITORY), "COLUMNS": "400"}
        return fork_server.catalog(arguments, folder or self.root, environment)


def new_repository(folder: Path) -> Repository:
    """The platform's own settings and one small product, not rendered yet."""
    for name in ("terraform/platform.yaml", "terraform/contracts.yaml", "terraform/accounts/credit-risk.yaml"):
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        shutil.copy(REPOSITORY / name, folder / name)
    repository = Repository(folder)
    repository.product()
    return repository


@pytest.fixture
def repository(tmp_path: Path) -> Repository:
    return new_repository(tmp_path)
