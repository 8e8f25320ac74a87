"""What is asked of Terraform for one unit: init once for each root, plan to a file, apply that file."""

from __future__ import annotations

import json
import os
import re
import threading
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from generators.config.files import digest_files
from scripts.vend import terraform_process
from scripts.vend.terraform_process import CompletedCommand, run
from scripts.vend.terraform_states import TerraformState

_MIRRORS = (
    "~/.terraform.d/plugins",
    "~/.local/share/terraform/plugins",
    "/usr/local/share/terraform/plugins",
    "/usr/share/terraform/plugins",
)
_VARIABLES = "terraform.tfvars.json"
_WAIT = "-lock-timeout=120s"  # a run that was killed leaves its terraform at work, which ends by itself
_one_at_a_time = threading.Lock()
_CHANGES = 2  # terraform plan -detailed-exitcode
_APPLIED = re.compile(
    r"^Apply complete! Resources: (?:\d+ imported, )?(\d+) added, (\d+) changed, (\d+) destroyed", re.M
)
_PLAN = re.compile(r"^Plan: (\d+) to add, (\d+) to change, (\d+) to destroy", re.MULTILINE)


@dataclass(frozen=True, slots=True)
class PlanSummary:
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


def plan(unit: TerraformState) -> PlanSummary:
    """Write the plan beside the unit's log and count what it would do."""
    initialise(unit)
    _write_variables(unit)
    done = run(unit, "plan", "-detailed-exitcode", f"-out={unit.local('plan')}", *_inputs(unit))
    counted = _PLAN.search(done.said)
    if counted:
        return PlanSummary(*(int(number) for number in counted.groups()))
    return PlanSummary(0, int(done.code == _CHANGES), 0)  # outputs alone change


def planned(unit: TerraformState) -> dict[str, Any]:
    """The plan that `plan` wrote, as Terraform describes it to programs."""
    described: dict[str, Any] = json.loads(terraform_process.told(unit, "show", "-json", str(unit.local("plan"))))
    return described


def apply_plan(unit: TerraformState) -> PlanSummary:
    """Apply the plan that `plan` wrote: what was looked at, and nothing else. UserError when it is true no more."""
    return _applied(run(unit, "apply", *_at_once(unit), str(unit.local("plan"))))


def apply(unit: TerraformState) -> PlanSummary:
    """Plan and apply at once, which starts the provider once."""
    initialise(unit)
    _write_variables(unit)
    return _applied(run(unit, "apply", "-auto-approve", *_inputs(unit)))


def _applied(done: CompletedCommand) -> PlanSummary:
    counted = _APPLIED.search(done.said)
    return PlanSummary(*(int(number) for number in counted.groups())) if counted else PlanSummary(0, 0, 0)


def destroy(unit: TerraformState) -> None:
    """Destroy everything of the unit."""
    initialise(unit)
    _write_variables(unit)
    run(unit, "destroy", "-auto-approve", *_inputs(unit))


def import_resource(unit: TerraformState, address: str, identifier: str) -> None:
    """Take something into the state that exists already, such as an account whose making was cut short."""
    initialise(unit)
    _write_variables(unit)
    run(unit, "import", f"-var-file={unit.local(_VARIABLES)}", _WAIT, address, identifier)


def remove_from_state(unit: TerraformState, address: str) -> None:
    """Leave something to itself: it stays as it is and Terraform knows it no more."""
    initialise(unit)
    run(unit, "state", "rm", _WAIT, address)


def initialise(unit: TerraformState) -> None:
    """Once for each root, and again when the backend, the root module or the providers' lock are others."""
    settings = {**unit.backend, "key": "terraform.tfstate", "workspace_key_prefix": unit.root}
    if not unit.workspace:
        settings["key"] = f"{unit.root}/terraform.tfstate"
    wanted = {**settings, "endpoint": unit.environment.get("AWS_ENDPOINT_URL", ""), "module": _digest(unit.module)}
    done = unit.data / "initialised.json"
    with _one_at_a_time:
        if done.exists() and json.loads(done.read_text(encoding="utf-8")) == wanted:
            return
        backend = [f"-backend-config={name}={value}" for name, value in settings.items()]
        if unit.environment:
            backend += ["-backend-config=use_path_style=true", "-backend-config=skip_requesting_account_id=true"]
        lock = ["-lockfile=readonly"] if (unit.module / ".terraform.lock.hcl").exists() else []
        plugins = [f"-plugin-dir={path}" for path in mirror()]
        run(replace(unit, workspace=""), "init", "-reconfigure", *backend, *lock, *plugins)
        done.write_text(json.dumps(wanted), encoding="utf-8")


def _digest(module: Path) -> str:
    files = sorted([*module.glob("*.tf"), *module.glob(".terraform.lock.hcl")])
    return digest_files(module, files)


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


def _inputs(unit: TerraformState) -> tuple[str, ...]:
    return (f"-var-file={unit.local(_VARIABLES)}", _WAIT, *_at_once(unit))


def _at_once(unit: TerraformState) -> tuple[str, ...]:
    return (f"-parallelism={unit.parallelism}",)


def _write_variables(unit: TerraformState) -> None:
    path = unit.local(_VARIABLES)
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(json.dumps(unit.variables, indent=2), encoding="utf-8")
