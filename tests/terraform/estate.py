"""Many modules in one root module, each with the arguments of its case: what Terraform says of all, told by module."""

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
BESIDE = {"provider": {"aws": {"s3_use_path_style": True}}, "locals": {"modules": str(MODULES)}}
_MODULE = re.compile(r"module\.([\w-]+)")


@dataclass(frozen=True)
class Said:
    """The events of one command of Terraform."""

    events: tuple[dict[str, Any], ...]

    def errors(self) -> dict[str, list[str]]:
        """Module, or "" for what belongs to none -> its errors."""
        found: dict[str, list[str]] = {}
        for told in (event["diagnostic"] for event in self.events if event["type"] == "diagnostic"):
            if told["severity"] == "error":
                where = told.get("address") or ""
                sentence = f"{where}: {told['summary']}: {told.get('detail', '')}"
                found.setdefault(owner(where), []).append(sentence)
        return found

    def changes(self) -> dict[str, list[str]]:
        """Module -> what a plan would still change."""
        found: dict[str, list[str]] = {}
        for change in (event["change"] for event in self.events if event["type"] == "planned_change"):
            address = change["resource"]["addr"]
            found.setdefault(owner(address), []).append(f"{change['action']} {address}")
        return found


@dataclass(frozen=True)
class Estate:
    """A folder of Terraform."""

    folder: Path
    environment: dict[str, str]

    def write(self, name: str, calls: dict[str, dict[str, Any]], *around: Path) -> "Estate":
        """A root module of its own: calls are name -> arguments with `source`, around are files beside them."""
        folder = self.folder / name
        folder.mkdir()
        (folder / "main.tf.json").write_text(json.dumps(BESIDE | {"module": calls}, indent=1))
        for number, file in enumerate(around):
            shutil.copy(file, folder / f"around_{number}.tf")
        made = Estate(folder, self.environment)
        made.run("init", "-input=false", "-no-color")
        made.run("validate", "-no-color")
        return made

    def says(self, command: str, *words: str) -> Said:
        """What a command says, whether it succeeded or not."""
        done = self._terraform(command, "-json", "-input=false", *words)
        return Said(tuple(json.loads(line) for line in done.stdout.splitlines() if line.startswith("{")))

    def resources(self) -> dict[str, list[str]]:
        """Module -> addresses in the state, data sources left out."""
        found: dict[str, list[str]] = {}
        for address in self._terraform("state", "list").stdout.split():
            if not re.search(r"(^|\.)data\.", address):
                found.setdefault(owner(address), []).append(address)
        return found

    def run(self, *words: str) -> str:
        """What a command printed; it must succeed."""
        done = self._terraform(*words)
        assert done.returncode == 0, done.stdout + done.stderr
        return done.stdout

    def _terraform(self, *words: str) -> subprocess.CompletedProcess[str]:
        command = ["terraform", words[0], *words[1:]]
        return subprocess.run(
            command, cwd=self.folder, env=self.environment, capture_output=True, text=True, check=False
        )


def owner(address: str) -> str:
    """The outermost module of an address, or "" for what lies in none."""
    found = _MODULE.match(address)
    return found.group(1) if found else ""


def case(path: Path, module: str) -> dict[str, Any]:
    """A call of a module with the arguments of a case file, in which "${...}" is an expression.

    The source is relative, because a module with an absolute one may not call its neighbours.
    """
    arguments: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))
    return {"source": f"../terraform/modules/{module}", **arguments}


def roots() -> dict[str, dict[str, Any]]:
    """A call of every root module, as live_<name>; the folder of the repository lies beside the one that calls."""
    given: dict[str, dict[str, Any]] = json.loads((HERE / "roots.json").read_text(encoding="utf-8"))
    return {f"live_{name}": {"source": f"../terraform/live/{name}", **it} for name, it in given.items()}
