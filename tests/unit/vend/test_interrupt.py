"""Ctrl-C during parallel Terraform runs: each stops after its current operation, and no further one starts."""

from __future__ import annotations

import os
from pathlib import Path

from tests.support.interrupt import interrupt
from tests.unit.conftest import REPOSITORY

SLEEP = """
resource "terraform_data" "sleep" {
  provisioner "local-exec" {
    command = "echo begun > ${path.module}/begun; exec sleep 60"
  }
}
"""
PROGRAM = """
import sys
from pathlib import Path
from generators.aws.parallel import parallel_map
from scripts import program
from scripts.vend import terraform_process
from scripts.vend.terraform_states import TerraformState

states = [TerraformState(Path(sys.argv[1]), root, root) for root in ("first", "second", "third")]

def apply_all():
    with terraform_process.stopped_by_interrupt():
        parallel_map(lambda state: terraform_process.run(state, "apply", "-auto-approve"), states, 2)

program.run("vend", apply_all, "run it again")
"""


def test_an_interrupt_stops_every_running_terraform_and_starts_no_further_one(tmp_path: Path) -> None:
    modules = [tmp_path / "terraform/live" / name for name in ("first", "second", "third")]
    for module in modules:
        module.mkdir(parents=True)
        (module / "main.tf").write_text(SLEEP, encoding="utf-8")
    (tmp_path / "interrupted.py").write_text(PROGRAM, encoding="utf-8")
    variables = {**os.environ, "PYTHONPATH": f"{tmp_path}{os.pathsep}{REPOSITORY}"}

    result = interrupt(
        ("interrupted", str(tmp_path)),
        tmp_path,
        variables,
        lambda _: all((module / "begun").exists() for module in modules[:2]),
    )

    assert (result.returncode, result.error, result.survivors) == (130, "vend: interrupted; run it again\n", ())
    logs = [tmp_path / ".local/vend" / name / "log" for name in ("first", "second")]
    assert all("Interrupt received" in log.read_text(encoding="utf-8") for log in logs)
    assert not any("Two interrupts" in log.read_text(encoding="utf-8") for log in logs)
    assert all((module / "terraform.tfstate").exists() for module in modules[:2]), "each has written its state"
    assert not (modules[2] / "begun").exists()
