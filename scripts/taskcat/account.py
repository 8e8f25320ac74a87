"""The account that taskcat launches in: the first team's development account, vended when it is missing locally."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

from generators.accounts import teams
from generators.aws import organization, taskcat_account, terraform_state
from generators.aws.session import Aws, connect
from generators.catalog.hub import Hub
from generators.config import repository
from generators.errors import UserError
from generators.release import load, versions_folder
from scripts.terminal import print_line


def use_account(root: Path, buckets: set[str]) -> None:
    """Point boto3's default session at the account and create taskcat's buckets there."""
    account = f"{teams.read(root, repository.platform(root))[0].name}-development"
    if (os.environ.get("TARGET") or "local") == "local":  # make exports an empty TARGET
        _run(root, "scripts.localaws", "start")
        _vend(root, account)
    aws = connect(root)
    account_id = organization.account_id(aws, account)
    for name in sorted(buckets):
        taskcat_account.create_bucket(aws, account_id, name)
    variables = taskcat_account.environment(aws, account_id)
    for name in [name for name in os.environ if variables and name.startswith("AWS_")]:
        del os.environ[name]  # the caller's own AWS profile does not exist in the embedded AWS
    os.environ.update(variables)


def _vend(root: Path, account: str) -> None:
    """Apply every Terraform state that the account needs and that was never applied."""
    aws = connect(root)
    for key, arguments in (
        ("organization", ("organization",)),
        ("log_archive", ("log_archive",)),
        (f"hub/{aws.platform.regions[0]}", ("hub",)),
        (f"spoke/{account}", ("spoke", "--account", account)),
    ):
        if not _is_applied(aws, key):
            print_line(f"taskcat: laying down {key}")
            _run(root, "scripts.vend", "apply", *arguments)
    _upload_project_archives(root, aws)


def _upload_project_archives(root: Path, aws: Aws) -> None:
    """Upload the archives of new repositories to the hub. `catalog publish` does it, and taskcat publishes nothing."""
    hub = Hub(aws, aws.platform.regions[0])
    for product in load.products(root):
        for key, content in versions_folder.project_archives(versions_folder.declared_release(product)):
            hub.bucket.put_archive(key, content)


def _is_applied(aws: Aws, key: str) -> bool:
    try:
        terraform_state.outputs(aws, key)
    except UserError:
        return False
    return True


def _run(root: Path, *module: str) -> None:
    result = subprocess.run([sys.executable, "-m", *module], cwd=root, capture_output=True, text=True, check=False)
    if result.returncode != 0:
        raise UserError(result.stderr.strip() or result.stdout.strip(), result.returncode)
