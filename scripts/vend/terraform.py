"""Terraform commands for one state: init once for each root module, plan to a file, apply that file."""

from __future__ import annotations

import json
import os
import re
import threading
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from generators.config.files import digest_files, write_atomically
from scripts.vend import terraform_process
from scripts.vend.terraform_process import run
from scripts.vend.terraform_states import TerraformState

_MIRRORS = (
    "~/.terraform.d/plugins",
    "~/.local/share/terraform/plugins",
    "/usr/local/share/terraform/plugins",
    "/usr/share/terraform/plugins",
)
_VARIABLES = "terraform.tfvars.json"
_LOCK_TIMEOUT = "-lock-timeout=120s"  # after a killed run its terraform goes on, and ends by itself
_init_lock = threading.Lock()
_CHANGES = 2  # terraform plan -detailed-exitcode
_APPLIED = re.compile(
    r"^Apply complete! Resources: (?:\d+ imported, )?(\d+) added, (\d+) changed, (\d+) destroyed", re.M
)
_PLAN = re.compile(r"^Plan: (\d+) to add, (\d+) to change, (\d+) to destroy", re.MULTILINE)


@dataclass(frozen=True, slots=True)
class PlanSummary:
    """Numbers of resources that a plan adds, changes and destroys."""

    add: int
    change: int
    destroy: int

    @property
    def changes(self) -> int:
        """The number of resources that change."""
        return self.add + self.change + self.destroy

    def __str__(self) -> str:
        return f"{self.add} to add, {self.change} to change, {self.destroy} to destroy"


def plan(state: TerraformState) -> PlanSummary:
    """Save a plan beside the state's log and return its summary."""
    initialise(state)
    _write_variables(state)
    result = run(state, "plan", "-detailed-exitcode", f"-out={state.local('plan')}", *_inputs(state))
    counts = _PLAN.search(result.output)
    if counts:
        return PlanSummary(*(int(number) for number in counts.groups()))
    return PlanSummary(0, int(result.exit_code == _CHANGES), 0)  # only outputs change


def read_plan(state: TerraformState) -> dict[str, Any]:
    """The saved plan as JSON (terraform show -json)."""
    document: dict[str, Any] = json.loads(
        terraform_process.read_output(state, "show", "-json", str(state.local("plan")))
    )
    return document


def apply_plan(state: TerraformState) -> PlanSummary:
    """Apply the saved plan and nothing else, unchecked (see plan_checks); UserError when the plan is stale."""
    result = run(state, "apply", _LOCK_TIMEOUT, *_parallelism(state), str(state.local("plan")))
    counts = _APPLIED.search(result.output)
    return PlanSummary(*(int(number) for number in counts.groups())) if counts else PlanSummary(0, 0, 0)


def destroy(state: TerraformState) -> None:
    """Destroy every resource of the state."""
    initialise(state)
    _write_variables(state)
    run(state, "destroy", "-auto-approve", *_inputs(state))


def import_resource(state: TerraformState, address: str, identifier: str) -> None:
    """Import an existing resource into the state, such as an account that a killed run created."""
    initialise(state)
    _write_variables(state)
    run(state, "import", f"-var-file={state.local(_VARIABLES)}", _LOCK_TIMEOUT, address, identifier)


def remove_from_state(state: TerraformState, address: str) -> None:
    """Remove a resource from the state without destroying it (terraform state rm)."""
    initialise(state)
    run(state, "state", "rm", _LOCK_TIMEOUT, address)


def initialise(state: TerraformState) -> None:
    """Run terraform init once for each root module, and again when backend, module or provider lock change."""
    settings = {**state.backend, "key": "terraform.tfstate", "workspace_key_prefix": state.root}
    if not state.workspace:
        settings["key"] = f"{state.root}/terraform.tfstate"
    inputs = {
        **settings,
        "endpoint": state.environment.get("AWS_ENDPOINT_URL", ""),
        "module": _module_digest(state.module),
    }
    marker = state.data / "initialised.json"
    with _init_lock:
        if marker.exists() and json.loads(marker.read_text(encoding="utf-8")) == inputs:
            return
        backend = [f"-backend-config={name}={value}" for name, value in settings.items()]
        if state.environment:
            backend += ["-backend-config=use_path_style=true", "-backend-config=skip_requesting_account_id=true"]
        lock = ["-lockfile=readonly"] if (state.module / ".terraform.lock.hcl").exists() else []
        plugins = [f"-plugin-dir={path}" for path in provider_mirror()]
        run(replace(state, workspace=""), "init", "-reconfigure", *backend, *lock, *plugins)
        write_atomically(marker, json.dumps(inputs).encode())


def _module_digest(module: Path) -> str:
    files = sorted([*module.glob("*.tf"), *module.glob(".terraform.lock.hcl")])
    return digest_files(module, files)


def provider_mirror() -> tuple[Path, ...]:
    """The local provider mirror, where no registry is reachable; empty when the user has a Terraform configuration."""
    if Path(os.environ.get("TF_CLI_CONFIG_FILE", "~/.terraformrc")).expanduser().is_file():
        return ()
    folder = os.environ.get("TF_PLUGIN_DIR")
    if folder:
        return (Path(folder),)
    standard = [Path(path).expanduser() for path in _MIRRORS]
    optional = [path.parent for path in sorted(Path("/opt").glob("*/registry.terraform.io"))]
    return tuple(path for path in (*standard, *optional) if path.is_dir())[:1]


def _inputs(state: TerraformState) -> tuple[str, ...]:
    return (f"-var-file={state.local(_VARIABLES)}", _LOCK_TIMEOUT, *_parallelism(state))


def _parallelism(state: TerraformState) -> tuple[str, ...]:
    return (f"-parallelism={state.parallelism}",)


def _write_variables(state: TerraformState) -> None:
    write_atomically(state.local(_VARIABLES), json.dumps(state.variables, indent=2).encode())
