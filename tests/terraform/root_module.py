"""A root module that calls many modules, each with the arguments of its case, and Terraform's results by module."""

import json
import re
import shutil
import subprocess
from dataclasses import dataclass
from pathlib import Path
from typing import Any

HERE = Path(__file__).parent
ROOT = HERE.parents[1]
MODULES = ROOT / "terraform" / "modules"
SETTINGS = {"provider": {"aws": {"s3_use_path_style": True}}, "locals": {"modules": str(MODULES)}}
_MODULE = re.compile(r"module\.([\w-]+)")


@dataclass(frozen=True)
class CommandEvents:
    """JSON events of one Terraform command."""

    events: tuple[dict[str, Any], ...]

    def errors(self) -> dict[str, list[str]]:
        """Module, or "" outside of modules -> its errors."""
        errors: dict[str, list[str]] = {}
        for diagnostic in (event["diagnostic"] for event in self.events if event["type"] == "diagnostic"):
            if diagnostic["severity"] == "error":
                address = diagnostic.get("address") or ""
                sentence = f"{address}: {diagnostic['summary']}: {diagnostic.get('detail', '')}"
                errors.setdefault(owner(address), []).append(sentence)
        return errors

    def changes(self) -> dict[str, list[str]]:
        """Module -> its planned changes."""
        changes: dict[str, list[str]] = {}
        for change in (event["change"] for event in self.events if event["type"] == "planned_change"):
            address = change["resource"]["addr"]
            changes.setdefault(owner(address), []).append(f"{change['action']} {address}")
        return changes


@dataclass(frozen=True)
class RootModule:
    """A folder with a root module, and the environment of its commands."""

    folder: Path
    environment: dict[str, str]

    def write(self, name: str, calls: dict[str, dict[str, Any]], *prerequisites: Path) -> "RootModule":
        """A new root module: `calls` maps name to arguments with `source`; `prerequisites` are further files."""
        folder = self.folder / name
        folder.mkdir()
        (folder / "main.tf.json").write_text(json.dumps(SETTINGS | {"module": calls}, indent=1))
        for number, file in enumerate(prerequisites):
            shutil.copy(file, folder / f"prerequisites_{number}.tf")
        root = RootModule(folder, self.environment)
        root.run("init", "-input=false", "-no-color")
        root.run("validate", "-no-color")
        return root

    def events(self, command: str, *arguments: str) -> CommandEvents:
        """The events of a command, whether it succeeds or not."""
        completed = self._terraform(command, "-json", "-input=false", *arguments)
        return CommandEvents(tuple(json.loads(line) for line in completed.stdout.splitlines() if line.startswith("{")))

    def resources(self) -> dict[str, list[str]]:
        """Module -> addresses in the state, without data sources."""
        addresses: dict[str, list[str]] = {}
        for address in self._terraform("state", "list").stdout.split():
            if not re.search(r"(^|\.)data\.", address):
                addresses.setdefault(owner(address), []).append(address)
        return addresses

    def run(self, *arguments: str) -> str:
        """The output of a command, which must succeed."""
        completed = self._terraform(*arguments)
        assert completed.returncode == 0, completed.stdout + completed.stderr
        return completed.stdout

    def _terraform(self, *arguments: str) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            ["terraform", *arguments],
            cwd=self.folder,
            env=self.environment,
            capture_output=True,
            text=True,
            check=False,
        )


def owner(address: str) -> str:
    """The outermost module of an address, or "" outside of modules."""
    match = _MODULE.match(address)
    return match.group(1) if match else ""


def case(path: Path, module: str) -> dict[str, Any]:
    """A call of a module with the arguments of a case file, in which "${...}" is an expression.

    The source is relative, because a module with an absolute source cannot call modules outside of its folder.
    """
    arguments: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))
    return {"source": f"../terraform/modules/{module}", **arguments}


def roots() -> dict[str, dict[str, Any]]:
    """A call of every root module, as live_<name>; the repository's terraform folder is linked beside the caller."""
    arguments: dict[str, dict[str, Any]] = json.loads((HERE / "roots.json").read_text(encoding="utf-8"))
    return {f"live_{name}": {"source": f"../terraform/live/{name}", **values} for name, values in arguments.items()}
