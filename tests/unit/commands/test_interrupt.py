"""Ctrl-C ends a command with 130 and one sentence, without a traceback, and ends the processes that it started."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import psutil

from tests.support.aws_stand_in import assume_role, json_response, stand_in
from tests.support.interrupt import Interrupted, interrupt
from tests.unit.conftest import REPOSITORY, Repository

VARIABLES = {**os.environ, "PYTHONPATH": str(REPOSITORY)}
ENDLESS = "from troposphere import Template\n\ndef build():\n    while True:\n        pass\n"
RECORD = {"RecordId": "rec-1", "Status": "IN_PROGRESS", "RecordType": "UPDATE_PROVISIONED_PRODUCT"}
ACCOUNT = {"Id": "300000000000", "Name": "team-000", "Status": "ACTIVE"}
OPTION = {
    "ProductViewSummary": {"ProductId": "prod-1"},
    "ProvisioningArtifacts": [{"Id": "pa-1", "Name": "1.0.0"}, {"Id": "pa-2", "Name": "1.1.0"}],
    "LaunchPaths": [{"Id": "lp-1"}],
}
PRODUCTS = [
    {"Id": f"pp-{number}", "Name": f"studio-{number}", "Status": "AVAILABLE", "ProductId": "prod-1",
     "ProductName": "studio", "ProvisioningArtifactId": "pa-1", "ProvisioningArtifactName": "1.0.0"}
    for number in range(7)
]  # fmt: skip


def _require_clean_end(result: Interrupted, name: str) -> None:
    assert result.returncode == 130, result
    sentences = [line for line in result.error.splitlines() if "interrupted" in line]
    assert len(sentences) == 1, result.error
    assert sentences[0].startswith(f"{name}: interrupted; ")
    assert "Traceback" not in result.error
    assert result.survivors == ()
    assert result.seconds < 20


def test_an_interrupted_check_ends_the_processes_that_lint(repository: Repository) -> None:
    repository.catalog("render")

    def lints(children: tuple[psutil.Process, ...]) -> bool:
        """Whether a process of the command's own group runs; the template's has a session of its own."""
        return any(
            child.is_running() and os.getpgid(child.pid) == child.ppid() == command_id(children) for child in children
        )

    def command_id(children: tuple[psutil.Process, ...]) -> int:
        return children[0].ppid()

    _require_clean_end(interrupt(("scripts.catalog", "check"), repository.root, VARIABLES, lints), "catalog")


def test_an_interrupted_render_ends_the_process_of_the_template(repository: Repository) -> None:
    repository.write("products/note_book/template.py", ENDLESS)

    result = interrupt(("scripts.catalog", "render"), repository.root, VARIABLES, lambda children: len(children) > 1)

    _require_clean_end(result, "catalog")
    assert not repository.path("products/note_book/versions").exists()


def test_an_interrupted_upgrade_of_all_products_does_not_wait_for_them() -> None:
    answers = {
        "AssumeRole": assume_role,
        "ListAccounts": lambda _: json_response({"Accounts": [ACCOUNT]}),
        "SearchProvisionedProducts": lambda _: json_response({"ProvisionedProducts": PRODUCTS}),
        "DescribeProduct": lambda _: json_response(OPTION),
        "DescribeProvisioningParameters": lambda _: json_response({"ProvisioningArtifactParameters": []}),
        "UpdateProvisionedProduct": lambda _: json_response({"RecordDetail": RECORD}),
        "DescribeRecord": lambda _: json_response({"RecordDetail": RECORD}),
    }
    with stand_in(answers) as server:
        variables = {**VARIABLES, "TARGET": "local", "AWS_ENDPOINT_URL": server.endpoint}
        arguments = ("scripts.catalog", "upgrade", "--all", "--account", "300000000000")
        result = interrupt(arguments, REPOSITORY, variables, lambda _: "DescribeRecord" in server.calls)

    _require_clean_end(result, "catalog")
    assert 1 <= server.calls.count("UpdateProvisionedProduct") <= 5, "platform.yaml: concurrency.upgrades"


def test_an_interrupt_before_the_command_runs_has_no_traceback() -> None:
    completed = subprocess.run(
        [sys.executable, "-c", "import scripts; raise KeyboardInterrupt"],
        cwd=REPOSITORY, capture_output=True, text=True, check=False,
    )  # fmt: skip

    assert (completed.returncode, completed.stderr) == (130, "interrupted; nothing was done\n")


def test_an_interrupt_where_python_drops_exceptions_is_repeated() -> None:
    code = (
        "import scripts, time\nclass Item:\n    def __del__(self):\n        raise KeyboardInterrupt\n"
        "item = Item()\ndel item\ntime.sleep(30)"
    )
    completed = subprocess.run(
        [sys.executable, "-c", f"import signal; signal.signal(2, signal.default_int_handler)\n{code}"],
        cwd=REPOSITORY, capture_output=True, text=True, check=False,
    )  # fmt: skip

    assert (completed.returncode, completed.stderr) == (130, "interrupted; nothing was done\n")


def test_an_interrupted_start_of_the_embedded_aws_leaves_no_server(tmp_path: Path) -> None:
    variables = {**VARIABLES, "LOCALAWS_HOME": str(tmp_path)}

    result = interrupt(("scripts.localaws", "start"), REPOSITORY, variables, lambda children: len(children) == 1)

    _require_clean_end(result, "localaws")
    assert not (tmp_path / "aws.json").exists()
