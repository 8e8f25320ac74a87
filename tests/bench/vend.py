"""Vending against plain Terraform: `python -m tests.bench vend`, about six minutes.

Three accounts from nothing; then one setting of one account changes, and `vend team` is compared with a plain
`terraform apply` of the same directory, workspace and kind of change; then many accounts of which nothing changed.
These are made with the organisation's API and noted as vended, because only the looking is measured.
"""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from generators.accounts import account_requests, teams
from generators.aws import terraform_state
from generators.aws.session import connect
from scripts.vend import input_digest, terraform_states
from tests.bench.measure import REPOSITORY, Cost, ratios, run, verdict
from tests.localaws.conftest import Aws, started

NOTHING, CHANGED, UNCHANGED = 180.0, 1.3, 0.020  # seconds, times plain Terraform, seconds an account
ROUNDS, MORE_TEAMS = 3, 20
DAYS = ((30, 60), (120, 150), (180, 365))  # ours, theirs; CloudWatch knows only some numbers
TEAM, ACCOUNT = "credit-risk", "credit-risk-development"
CUSTOMISED = "\ncustomizations:\n  accounts:\n    {account}: {{log_retention_days: {days}}}\n"
REQUEST = """\
team: bench-{number:02}
owner: bench-{number:02}@bank.example
cost_centre: CC-1042
regions: [eu-west-2]
portfolios: [data-science]
budget: 5000
people: {{technical-lead: [credit-risk-leads], model-approver: [credit-risk-approvers]}}
"""


def main() -> int:
    """0 when every bound held."""
    with tempfile.TemporaryDirectory() as folder, started(Path(folder)) as server:
        for name in [item for item in os.environ if item.startswith("AWS_") or item == "TARGET"]:
            del os.environ[name]
        os.environ["AWS_ENDPOINT_URL"] = server.endpoint
        copy = Path(folder) / "copy"
        unwanted = shutil.ignore_patterns(".terraform", "__pycache__")
        for name in ("generators", "scripts", "products", "terraform"):
            shutil.copytree(REPOSITORY / name, copy / name, ignore=unwanted)
        held = [_from_nothing(copy), _changed(copy), _unchanged(copy, Aws(server.endpoint))]
    return 0 if all(held) else 2


def _from_nothing(copy: Path) -> bool:
    cost = _vend(copy, "all", {ACCOUNT: "applied"})
    return verdict("vend three accounts from nothing", [cost.wall], NOTHING, " s")


def _changed(copy: Path) -> bool:
    """In turn, so that what else this machine does meets both alike."""
    ours, theirs = [], []
    for mine, plain in DAYS:
        _customise(copy, mine)
        ours.append(_vend(copy, TEAM, {ACCOUNT: "applied", "credit-risk-production": "unchanged"}).wall)
        theirs.append(_plain(copy, plain))
    return verdict("vend one changed account, seconds against terraform apply", ratios(ours, theirs), CHANGED)


def _unchanged(copy: Path, aws: Aws) -> bool:
    """What each further account costs, once without and once with many of them; no terraform is found meanwhile."""
    _vend(copy, TEAM, {})
    few = [_vend(copy, "all", {ACCOUNT: "unchanged"}, _no_terraform(copy)).wall for _ in range(ROUNDS)]
    accounts = _more_accounts(copy, aws)
    expected = dict.fromkeys(["organization", *accounts], "unchanged")
    many = [_vend(copy, "all", expected, _no_terraform(copy)).wall for _ in range(ROUNDS)]
    each = [(after - before) / len(accounts) for before, after in zip(few, many, strict=True)]
    return verdict("vend one more unchanged account", each, UNCHANGED, " s")


def _vend(copy: Path, team: str, expected: Mapping[str, str], more: Mapping[str, str] | None = None) -> Cost:
    """Run the command; what became of the named parts must be what is expected, else nothing was measured."""
    command = [sys.executable, "-P", "-m", "scripts.vend", "team", team, "--json"]
    cost = run(command, copy, {"PYTHONPATH": str(copy), **(more or {})})
    became = {load["part"]: load["result"] for load in json.loads(cost.out)}
    wrong = {part: became.get(part) for part, result in expected.items() if became.get(part) != result}
    if wrong:
        sys.exit(f"bench: vend {team} left {wrong} instead of {dict(expected)}")
    return cost


def _customise(copy: Path, days: int) -> None:
    plain = (REPOSITORY / teams.FOLDER / f"{TEAM}.yaml").read_text(encoding="utf-8")
    changed = plain + CUSTOMISED.format(account=ACCOUNT, days=days)
    (copy / teams.FOLDER / f"{TEAM}.yaml").write_text(changed, encoding="utf-8")


def _plain(copy: Path, days: int) -> float:
    """Seconds of `terraform apply` where vending left off, for another value of the same setting."""
    aws, asked = connect(copy), account_requests.read(copy)
    [unit] = terraform_states.spokes(copy, aws, asked, (asked.account(ACCOUNT),))
    settings = {**unit.variables["settings"], "log_retention_days": days}
    variables = copy / "plain.tfvars.json"
    variables.write_text(json.dumps({**unit.variables, "settings": settings}), encoding="utf-8")
    own = {"TF_DATA_DIR": str(unit.data), "TF_WORKSPACE": unit.workspace, "TF_IN_AUTOMATION": "1"}
    known = {name: value for name, value in os.environ.items() if name != "TF_CLI_CONFIG_FILE"}
    command = ["terraform", "apply", "-auto-approve", "-input=false", "-no-color", f"-var-file={variables}"]
    begun = time.perf_counter()
    done = subprocess.run(
        command, cwd=unit.module, env=known | unit.environment | own, capture_output=True, text=True, check=False
    )
    spent = time.perf_counter() - begun
    if done.returncode or ", 0 changed" in done.stdout:
        sys.exit(f"bench: terraform apply changed nothing or failed:\n{done.stdout}{done.stderr}")
    return spent


def _no_terraform(copy: Path) -> dict[str, str]:
    """A PATH on which `terraform` only fails."""
    folder = copy / "bin"
    folder.mkdir(exist_ok=True)
    (folder / "terraform").write_text("#!/bin/sh\nexit 99\n", encoding="utf-8")
    (folder / "terraform").chmod(0o755)
    return {"PATH": f"{folder}:{os.environ['PATH']}"}


def _more_accounts(copy: Path, aws: Aws) -> list[str]:
    """Teams with their accounts, noted as if they had been vended as they are."""
    for number in range(MORE_TEAMS):
        text = REQUEST.format(number=number)
        (copy / teams.FOLDER / f"bench-{number:02}.yaml").write_text(text, encoding="utf-8")
    asked, target = account_requests.read(copy), connect(copy)
    new = [account for account in asked.accounts if account.team.name != TEAM]
    organizations: Any = aws("organizations")
    for item in new:
        organizations.create_account(AccountName=item.name, Email=teams.email(asked.platform, item.name))
    for unit in (
        terraform_states.organization(copy, target, asked),
        *terraform_states.spokes(copy, target, asked, tuple(new)),
    ):
        terraform_state.write_applied_digest(target, unit.key, input_digest.compute(unit))
    return [item.name for item in new]


if __name__ == "__main__":
    sys.exit(main())
