"""Vending against plain Terraform: `python -m tests.bench vend`, about six minutes.

Three accounts from nothing; then one setting of one account changes, and `vend team` is compared with a plain
`terraform apply` of the same directory, workspace and kind of change; then many accounts of which nothing changed.
The benchmark creates these with the Organizations API and writes their applied digests, because it measures only the
comparison.
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

FROM_NOTHING, CHANGED, UNCHANGED = 180.0, 1.3, 0.020  # seconds, times plain Terraform, seconds an account
ROUNDS, MORE_TEAMS = 3, 20
DAYS = ((30, 60), (120, 150), (180, 365))  # retention in days, ours and theirs; CloudWatch Logs accepts a fixed set
TEAM, ACCOUNT = "credit-risk", "credit-risk-development"
CUSTOMIZATIONS = "\ncustomizations:\n  accounts:\n    {account}: {{log_retention_days: {days}}}\n"
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
    """Exit code 0 when every bound is met, otherwise 2."""
    with tempfile.TemporaryDirectory() as folder, started(Path(folder)) as server:
        for name in [item for item in os.environ if item.startswith("AWS_") or item == "TARGET"]:
            del os.environ[name]
        os.environ["AWS_ENDPOINT_URL"] = server.endpoint
        copy = Path(folder) / "copy"
        unwanted = shutil.ignore_patterns(".terraform", "__pycache__")
        for name in ("generators", "scripts", "products", "terraform"):
            shutil.copytree(REPOSITORY / name, copy / name, ignore=unwanted)
        verdicts = [_from_nothing(copy), _changed(copy), _unchanged(copy, Aws(server.endpoint))]
    return 0 if all(verdicts) else 2


def _from_nothing(copy: Path) -> bool:
    cost = _vend(copy, "all", {ACCOUNT: "applied"})
    return verdict("vend three accounts from nothing", [cost.wall], FROM_NOTHING, " s")


def _changed(copy: Path) -> bool:
    """Alternate the two, so that other load on this machine affects both alike."""
    ours, theirs = [], []
    for mine, plain in DAYS:
        _customize(copy, mine)
        ours.append(_vend(copy, TEAM, {ACCOUNT: "applied", "credit-risk-production": "unchanged"}).wall)
        theirs.append(_plain_terraform(copy, plain))
    return verdict("vend one changed account, seconds against terraform apply", ratios(ours, theirs), CHANGED)


def _unchanged(copy: Path, aws: Aws) -> bool:
    """Seconds of one more unchanged account: few accounts against many, with a terraform that always fails."""
    _vend(copy, TEAM, {})
    few = [_vend(copy, "all", {ACCOUNT: "unchanged"}, _no_terraform(copy)).wall for _ in range(ROUNDS)]
    accounts = _more_accounts(copy, aws)
    expected = dict.fromkeys(["organization", *accounts], "unchanged")
    many = [_vend(copy, "all", expected, _no_terraform(copy)).wall for _ in range(ROUNDS)]
    each = [(after - before) / len(accounts) for before, after in zip(few, many, strict=True)]
    return verdict("vend one more unchanged account", each, UNCHANGED, " s")


def _vend(copy: Path, team: str, expected: Mapping[str, str], variables: Mapping[str, str] | None = None) -> Cost:
    """Run the command; exit when a part has another result than the expected one."""
    command = [sys.executable, "-P", "-m", "scripts.vend", "team", team, "--json"]
    cost = run(command, copy, {"PYTHONPATH": str(copy), **(variables or {})})
    results = {step["part"]: step["result"] for step in json.loads(cost.out)}
    wrong = {part: results.get(part) for part, result in expected.items() if results.get(part) != result}
    if wrong:
        sys.exit(f"bench: vend {team} left {wrong} instead of {dict(expected)}")
    return cost


def _customize(copy: Path, days: int) -> None:
    plain = (REPOSITORY / teams.FOLDER / f"{TEAM}.yaml").read_text(encoding="utf-8")
    changed = plain + CUSTOMIZATIONS.format(account=ACCOUNT, days=days)
    (copy / teams.FOLDER / f"{TEAM}.yaml").write_text(changed, encoding="utf-8")


def _plain_terraform(copy: Path, days: int) -> float:
    """Seconds of `terraform apply` on the vended state, for another value of the same setting."""
    aws, requests = connect(copy), account_requests.read(copy)
    [unit] = terraform_states.spokes(copy, aws, requests, (requests.account(ACCOUNT),))
    settings = {**unit.variables["settings"], "log_retention_days": days}
    variables = copy / "plain.tfvars.json"
    variables.write_text(json.dumps({**unit.variables, "settings": settings}), encoding="utf-8")
    own = {"TF_DATA_DIR": str(unit.data), "TF_WORKSPACE": unit.workspace, "TF_IN_AUTOMATION": "1"}
    inherited = {name: value for name, value in os.environ.items() if name != "TF_CLI_CONFIG_FILE"}
    command = ["terraform", "apply", "-auto-approve", "-input=false", "-no-color", f"-var-file={variables}"]
    start = time.perf_counter()
    process = subprocess.run(
        command, cwd=unit.module, env=inherited | unit.environment | own, capture_output=True, text=True, check=False
    )
    seconds = time.perf_counter() - start
    if process.returncode or ", 0 changed" in process.stdout:
        sys.exit(f"bench: terraform apply changed nothing or failed:\n{process.stdout}{process.stderr}")
    return seconds


def _no_terraform(copy: Path) -> dict[str, str]:
    """A PATH whose `terraform` always fails."""
    folder = copy / "bin"
    folder.mkdir(exist_ok=True)
    (folder / "terraform").write_text("#!/bin/sh\nexit 99\n", encoding="utf-8")
    (folder / "terraform").chmod(0o755)
    return {"PATH": f"{folder}:{os.environ['PATH']}"}


def _more_accounts(copy: Path, aws: Aws) -> list[str]:
    """Create teams and accounts, and write their applied digests as if they had been vended."""
    for number in range(MORE_TEAMS):
        text = REQUEST.format(number=number)
        (copy / teams.FOLDER / f"bench-{number:02}.yaml").write_text(text, encoding="utf-8")
    requests, target = account_requests.read(copy), connect(copy)
    new = [account for account in requests.accounts if account.team.name != TEAM]
    organizations: Any = aws("organizations")
    for item in new:
        organizations.create_account(AccountName=item.name, Email=teams.email(requests.platform, item.name))
    for unit in (
        terraform_states.organization(copy, target, requests),
        *terraform_states.spokes(copy, target, requests, tuple(new)),
    ):
        terraform_state.write_applied_digest(target, unit.key, input_digest.compute(unit))
    return [item.name for item in new]


if __name__ == "__main__":
    sys.exit(main())
