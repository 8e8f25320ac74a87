"""Runs the terraform binary for one unit: init once, plan to a file, apply that file."""

from __future__ import annotations

import hashlib
import json
import os
import re
import shutil
import subprocess
from dataclasses import dataclass
from pathlib import Path

from generators.catalog.model import CatalogError
from scripts.vend import errors
from scripts.vend.estate import Unit

_MIRRORS = (
    "~/.terraform.d/plugins",
    "~/.local/share/terraform/plugins",
    "/usr/local/share/terraform/plugins",
    "/usr/share/terraform/plugins",
)
_CHANGES = 2  # terraform plan -detailed-exitcode
_PLAN = re.compile(r"^Plan: (\d+) to add, (\d+) to change, (\d+) to destroy", re.MULTILINE)


@dataclass(frozen=True, slots=True)
class Counts:
    """What a plan would do."""

    add: int
    change: int
    destroy: int

    @property
    def changes(self) -> int:
        """How many resources it touches."""
        return self.add + self.change + self.destroy

    def __str__(self) -> str:
        return f"{self.add} to add, {self.change} to change, {self.destroy} to destroy"


def plan(unit: Unit) -> Counts:
    """Write the plan beside the unit's working data and count what it would do."""
    _init(unit)
    done = _run(unit, "plan", "-detailed-exitcode", f"-out={_plan_file(unit)}", f"-var-file={_variables(unit)}")
    counted = _PLAN.search(done.stdout)
    if counted:
        return Counts(*(int(number) for number in counted.groups()))
    return Counts(0, int(done.returncode == _CHANGES), 0)  # outputs alone change


def apply(unit: Unit) -> None:
    """Apply the plan that `plan` wrote."""
    _run(unit, "apply", str(_plan_file(unit)))


def destroy(unit: Unit) -> None:
    """Destroy everything of the unit."""
    _init(unit)
    _run(unit, "destroy", "-auto-approve", f"-var-file={_variables(unit)}")


def _init(unit: Unit) -> None:
    """Once for each state, and again when the backend, the root module or the providers' lock are others."""
    settings = {**unit.backend, "key": f"{unit.key}.tfstate"}
    wanted = {**settings, "endpoint": unit.environment.get("AWS_ENDPOINT_URL", ""), "module": _digest(unit.module)}
    done = unit.local("terraform") / "initialised.json"
    if done.exists() and json.loads(done.read_text(encoding="utf-8")) == wanted:
        return
    backend = [f"-backend-config={name}={value}" for name, value in settings.items()]
    if unit.environment:
        backend += ["-backend-config=use_path_style=true", "-backend-config=skip_requesting_account_id=true"]
    plugins = [f"-plugin-dir={path}" for path in mirror()]
    _run(unit, "init", "-reconfigure", *backend, *plugins)
    done.write_text(json.dumps(wanted), encoding="utf-8")


def _digest(module: Path) -> str:
    files = sorted([*module.glob("*.tf"), *module.glob(".terraform.lock.hcl")])
    return hashlib.sha256(b"\0".join(file.read_bytes() for file in files)).hexdigest()


def mirror() -> tuple[Path, ...]:
    """Folders that hold providers where no registry is reachable; none when the user's own configuration decides."""
    if Path(os.environ.get("TF_CLI_CONFIG_FILE", "~/.terraformrc")).expanduser().is_file():
        return ()
    named = os.environ.get("TF_PLUGIN_DIR")
    if named:
        return (Path(named),)
    standard = [Path(path).expanduser() for path in _MIRRORS]
    laid_out = [path.parent for path in sorted(Path("/opt").glob("*/registry.terraform.io"))]
    return tuple(path for path in (*standard, *laid_out) if path.is_dir())[:1]


def _plan_file(unit: Unit) -> Path:
    return unit.local("terraform") / "plan"


def _variables(unit: Unit) -> Path:
    path = unit.local("terraform") / "terraform.tfvars.json"
    path.write_text(json.dumps(unit.variables, indent=2), encoding="utf-8")
    return path


def _run(unit: Unit, *words: str) -> subprocess.CompletedProcess[str]:
    """Run terraform in the module's folder; its output goes to the unit's log. CatalogError with its errors."""
    if shutil.which("terraform") is None:
        raise CatalogError("terraform: it is not on the PATH; install Terraform 1.10 or newer")
    data, log = unit.local("terraform"), unit.local("logs").with_suffix(".log")
    data.mkdir(parents=True, exist_ok=True)
    log.parent.mkdir(parents=True, exist_ok=True)
    own = {name: value for name, value in os.environ.items() if not (unit.environment and name.startswith("AWS_"))}
    environment = {**own, **unit.environment, "TF_DATA_DIR": str(data), "TF_IN_AUTOMATION": "1"}
    if not Path(environment.get("TF_CLI_CONFIG_FILE", "")).is_file():
        environment.pop("TF_CLI_CONFIG_FILE", None)
    command = ["terraform", words[0], "-no-color", "-input=false", *words[1:]]
    if words[0] == "init":
        command.append("-lockfile=readonly" if (unit.module / ".terraform.lock.hcl").exists() else "-backend=true")
    done = subprocess.run(command, cwd=unit.module, env=environment, capture_output=True, text=True, check=False)
    with log.open("a", encoding="utf-8") as file:
        file.write(f"$ terraform {' '.join(words)}\n{done.stdout}{done.stderr}\n")
    if done.returncode not in (0, _CHANGES if words[0] == "plan" else 0):
        told = errors.lines(done.stdout + done.stderr, unit.module, unit.repository)
        where = f"{unit.title}: terraform {words[0]} failed; its whole output is in {log.relative_to(unit.repository)}"
        raise CatalogError([*told, where], 3)
    return done
