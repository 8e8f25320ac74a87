"""The account that taskcat launches in: the first team's development account, laid down when it is missing locally."""

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


def use(root: Path, buckets: set[str]) -> None:
    """Point boto3's default session at the account and make taskcat's buckets there."""
    account = f"{teams.read(root, repository.platform(root))[0].name}-development"
    if (os.environ.get("TARGET") or "local") == "local":  # make exports an empty one
        _run(root, "scripts.localaws", "start")
        _lay_down(root, account)
    aws = connect(root)
    identifier = organization.account_id(aws, account)
    for name in sorted(buckets):
        taskcat_account.bucket(aws, identifier, name)
    given = taskcat_account.environment(aws, identifier)
    for name in [name for name in os.environ if given and name.startswith("AWS_")]:
        del os.environ[name]  # a profile of the person's is none of the embedded AWS
    os.environ.update(given)


def _lay_down(root: Path, account: str) -> None:
    aws = connect(root)
    for key, words in (
        ("organization", ("organization",)),
        ("log_archive", ("log_archive",)),
        (f"hub/{aws.platform.regions[0]}", ("hub",)),
        (f"spoke/{account}", ("spoke", "--account", account)),
    ):
        if not _applied(aws, key):
            print_line(f"taskcat: laying down {key}")
            _run(root, "scripts.vend", "apply", *words)
    _seed(root, aws)


def _seed(root: Path, aws: Aws) -> None:
    """What new repositories begin with: a release brings it to the hub, and here there was none."""
    hub = Hub(aws, aws.platform.regions[0])
    for product in load.products(root):
        for key, content in versions_folder.project_archives(versions_folder.declared_release(product)):
            hub.bucket.put_seed(key, content)


def _applied(aws: Aws, key: str) -> bool:
    try:
        terraform_state.outputs(aws, key)
    except UserError:
        return False
    return True


def _run(root: Path, *module: str) -> None:
    done = subprocess.run([sys.executable, "-m", *module], cwd=root, capture_output=True, text=True, check=False)
    if done.returncode != 0:
        raise UserError(done.stderr.strip() or done.stdout.strip(), done.returncode)
