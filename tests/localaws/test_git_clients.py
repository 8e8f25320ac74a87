"""git as people use it with CodeCommit: the AWS CLI's credential helper, and eight people who push at once."""

import re
import sys
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from subprocess import CompletedProcess
from typing import Any

import pytest

from tests.localaws.conftest import REGION, Aws
from tests.localaws.test_codecommit import PUT_FILES, address, git, new_repository
from tests.localaws.test_sts import make_role, trust

pytestmark = [pytest.mark.local_only, pytest.mark.slow]
PEOPLE = range(8)


@pytest.fixture
def commits(aws: Aws) -> Any:
    return aws("codecommit")


@pytest.fixture
def name(commits: Any) -> str:
    return new_repository(commits, PUT_FILES[:1])


@pytest.fixture
def clones(commits: Any, name: str, tmp_path: Path) -> list[Path]:
    """A clone for each person, with one commit that adds a file."""
    folders = [tmp_path / f"person-{number}" for number in PEOPLE]
    for folder in folders:
        git("clone", address(commits, name), str(folder))
        (folder / folder.name).write_text(folder.name)
        git("add", ".", cwd=folder)
        git("commit", "-m", folder.name, cwd=folder)
    return folders


def at_once(clones: list[Path], push: Callable[[Path], CompletedProcess[str]]) -> list[CompletedProcess[str]]:
    with ThreadPoolExecutor(len(clones)) as pool:
        return list(pool.map(push, clones))


def files(commits: Any, name: str, branch: str, folder: Path) -> set[str]:
    """The files of a branch in a new clone."""
    assert git("clone", "-b", branch, address(commits, name), str(folder)).returncode == 0
    return {path.name for path in folder.iterdir()} - {".git"}


def test_eight_people_push_eight_branches(commits: Any, name: str, clones: list[Path], tmp_path: Path) -> None:
    for push in at_once(clones, lambda folder: git("push", "origin", f"HEAD:{folder.name}", cwd=folder)):
        assert push.returncode == 0, push.stderr
    for folder in clones:
        assert files(commits, name, folder.name, tmp_path / f"{folder.name}-again") == {"README.md", folder.name}


def test_of_eight_people_who_push_one_branch_the_late_ones_rebase(
    commits: Any, name: str, clones: list[Path], tmp_path: Path
) -> None:
    """git-push, OUTPUT: a push is rejected if the server's branch has commits that the pusher does not have."""
    pushes = at_once(clones, lambda folder: git("push", "origin", "HEAD:main", cwd=folder))
    rejected = [folder for folder, push in zip(clones, pushes, strict=True) if push.returncode]
    assert len(rejected) == len(clones) - 1
    for push in pushes:
        assert push.returncode == 0 or re.search(r"rejected\]\s+HEAD -> main", push.stderr), push.stderr
    for folder in rejected:
        for arguments in (("pull", "--rebase", "origin", "main"), ("push", "origin", "HEAD:main")):
            result = git(*arguments, cwd=folder)
            assert result.returncode == 0, result.stderr
    expected = {"README.md", *(folder.name for folder in clones)}
    assert files(commits, name, "main", tmp_path / "all") == expected


def test_the_credential_helper_of_the_aws_cli_signs_git_in(aws: Aws, commits: Any, name: str, tmp_path: Path) -> None:
    """https://docs.aws.amazon.com/codecommit/latest/userguide/setting-up-https-unixes.html

    The helper answers for hosts of AWS, unless it shall ignore the host. The user name is KEY%TOKEN.
    """
    account = aws("sts").get_caller_identity()["Account"]
    role = make_role(aws("iam"), f"writer-{name}", trust(AWS=f"arn:aws:iam::{account}:root"), "codecommit:Git*")
    keys = aws("sts").assume_role(RoleArn=role, RoleSessionName="writer")["Credentials"]
    names = {"ACCESS_KEY_ID": "AccessKeyId", "SECRET_ACCESS_KEY": "SecretAccessKey", "SESSION_TOKEN": "SessionToken"}
    variables = " ".join(f"AWS_{name}={keys[key]}" for name, key in names.items())
    program = f"{Path(sys.executable).with_name('aws')} --region {REGION} codecommit credential-helper"
    helper = (
        "-c",
        f"credential.helper=!{variables} {program} --ignore-host-check $@",
        "-c",
        "credential.useHttpPath=1",
    )
    url, clone = address(commits, name).replace("local:anything@", ""), tmp_path / "clone"
    for arguments in (("clone", url, str(clone)), ("-C", str(clone), "commit", "--allow-empty", "-m", "Signed in"),
                      ("-C", str(clone), "push", "origin", "HEAD:main")):  # fmt: skip
        result = git(*helper, *arguments)
        assert result.returncode == 0, result.stderr
    head = commits.get_branch(repositoryName=name, branchName="main")["branch"]["commitId"]
    assert commits.get_commit(repositoryName=name, commitId=head)["commit"]["message"].strip() == "Signed in"
    assert "could not read Username" in git("clone", url, str(tmp_path / "unsigned")).stderr


def test_a_clone_without_the_contents_of_files_checks_out(commits: Any, name: str, tmp_path: Path) -> None:
    """git-clone, --filter: a server without filters sends everything."""
    clone = tmp_path / "clone"
    for arguments in (("clone", "--filter=blob:none", "--no-checkout", address(commits, name), str(clone)),
                      ("-C", str(clone), "checkout", "main")):  # fmt: skip
        result = git(*arguments)
        assert result.returncode == 0, result.stderr
    assert (clone / "README.md").read_text() == "# Churn\n"
