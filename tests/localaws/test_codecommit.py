"""CodeCommit: repositories that git itself clones and pushes to, judged as every request is."""

import json
import os
import subprocess
import uuid
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest

from tests.localaws.conftest import Aws, Server, refused

pytestmark = pytest.mark.local_only
PUT_FILES = [
    {"filePath": "README.md", "fileContent": b"# Churn\n"},
    {"filePath": "src/train.py", "fileContent": b"1\n"},
]


@pytest.fixture
def commits(aws: Aws) -> Any:
    return aws("codecommit")


@pytest.fixture
def name(commits: Any) -> str:
    return new_repository(commits)


def new_repository(commits: Any, files: Sequence[dict[str, Any]] = PUT_FILES) -> str:
    """The name of a new repository with one commit."""
    name = f"churn-{uuid.uuid4().hex[:8]}"
    commits.create_repository(repositoryName=name)
    commits.create_commit(repositoryName=name, branchName="main", authorName="Alice", email="a@bank.example",
                          commitMessage="Begin", putFiles=files)  # fmt: skip
    return name


def git(*arguments: str, cwd: Path | None = None) -> subprocess.CompletedProcess[str]:
    """git without this machine's configuration, which never asks a person."""
    quiet = {"GIT_CONFIG_GLOBAL": os.devnull, "GIT_CONFIG_SYSTEM": os.devnull, "GIT_TERMINAL_PROMPT": "0"}
    who = {"GIT_AUTHOR_NAME": "Bob", "GIT_AUTHOR_EMAIL": "b@bank.example"}
    who |= {name.replace("AUTHOR", "COMMITTER"): value for name, value in who.items()}
    environment = {"PATH": os.environ["PATH"], **quiet, **who}
    return subprocess.run(["git", *arguments], cwd=cwd, env=environment, capture_output=True, text=True, check=False)


def address(commits: Any, name: str, key: str = "local") -> str:
    url: str = commits.get_repository(repositoryName=name)["repositoryMetadata"]["cloneUrlHttp"]
    return url.replace("://", f"://{key}:anything@")


def test_a_new_repository_is_empty_until_its_first_commit(commits: Any) -> None:
    """API_CreateRepository, API_GetBranch, API_CreateCommit."""
    name = f"churn-{uuid.uuid4().hex[:8]}"
    response = commits.create_repository(repositoryName=name, repositoryDescription="Scores", tags={"team": "a"})
    assert "defaultBranch" not in response["repositoryMetadata"]
    assert refused(commits.get_branch, repositoryName=name, branchName="main")[0] == "BranchDoesNotExistException"
    assert refused(commits.create_repository, repositoryName=name)[0] == "RepositoryNameExistsException"
    commit = commits.create_commit(repositoryName=name, branchName="main", putFiles=PUT_FILES)
    assert [file["absolutePath"] for file in commit["filesAdded"]] == ["README.md", "src/train.py"]
    assert commits.get_branch(repositoryName=name, branchName="main")["branch"]["commitId"] == commit["commitId"]
    assert commits.get_repository(repositoryName=name)["repositoryMetadata"]["defaultBranch"] == "main"
    arn = response["repositoryMetadata"]["Arn"]
    assert commits.list_tags_for_resource(resourceArn=arn)["tags"] == {"team": "a"}


def test_a_commit_follows_the_newest_one(commits: Any, name: str) -> None:
    """API_CreateCommit, API_GetCommit, API_GetFile."""
    change: dict[str, Any] = {"repositoryName": name, "branchName": "main"}
    more = {**change, "putFiles": [{"filePath": "src/train.py", "fileContent": b"2\n"}]}
    assert refused(commits.create_commit, **more)[0] == "ParentCommitIdRequiredException"
    tip = commits.get_branch(repositoryName=name, branchName="main")["branch"]["commitId"]
    response = commits.create_commit(**more, parentCommitId=tip, deleteFiles=[{"filePath": "README.md"}])
    assert [file["absolutePath"] for file in response["filesUpdated"] + response["filesDeleted"]] == [
        "src/train.py",
        "README.md",
    ]
    assert refused(commits.create_commit, **more, parentCommitId=tip)[0] == "ParentCommitIdOutdatedException"
    assert refused(commits.create_commit, **more, parentCommitId=response["commitId"])[0] == "NoChangeException"
    assert commits.get_commit(repositoryName=name, commitId=response["commitId"])["commit"]["parents"] == [tip]
    assert commits.get_file(repositoryName=name, filePath="src/train.py")["fileContent"] == b"2\n"
    old = commits.get_file(repositoryName=name, filePath="README.md", commitSpecifier=tip)
    assert old["fileContent"] == b"# Churn\n"


def test_git_clones_and_what_it_pushes_is_there(commits: Any, name: str, tmp_path: Path) -> None:
    """CodeCommit user guide, setting up for HTTPS users."""
    result = git("clone", address(commits, name), str(tmp_path / "work"))
    assert result.returncode == 0, result.stderr
    assert (tmp_path / "work/README.md").read_text() == "# Churn\n"
    (tmp_path / "work/more.txt").write_text("more\n")
    for arguments in (["add", "."], ["commit", "-m", "More"], ["push", "origin", "HEAD:main"]):
        result = git(*arguments, cwd=tmp_path / "work")
        assert result.returncode == 0, result.stderr
    assert commits.get_file(repositoryName=name, filePath="more.txt")["fileContent"] == b"more\n"


def test_git_pushes_more_than_its_buffer_and_asks_for_a_filter(commits: Any, name: str, tmp_path: Path) -> None:
    """git-config, http.postBuffer: a larger push is sent in chunks. A server without filters ignores them."""
    assert git("clone", "--filter=blob:none", address(commits, name), str(tmp_path / "work")).returncode == 0
    (tmp_path / "work/large").write_bytes(os.urandom(1_500_000))
    for arguments in (["add", "."], ["commit", "-m", "Large"], ["push", "origin", "HEAD:main"]):
        result = git(*arguments, cwd=tmp_path / "work")
        assert result.returncode == 0, result.stderr
    assert commits.get_file(repositoryName=name, filePath="large")["fileSize"] == 1_500_000


def test_of_pushes_at_the_same_moment_one_is_accepted(commits: Any, name: str, tmp_path: Path) -> None:
    """git-push, OUTPUT: a push whose old value is not the one of the server is rejected."""
    folders = [tmp_path / f"person-{number}" for number in range(6)]
    for folder in folders:
        git("clone", address(commits, name), str(folder))
        git("commit", "--allow-empty", "-m", folder.name, cwd=folder)
    with ThreadPoolExecutor(len(folders)) as pool:
        pushes = list(pool.map(lambda folder: git("push", "origin", "HEAD:main", cwd=folder), folders))
    assert [push.returncode for push in pushes].count(0) == 1


def test_git_is_asked_who_it_is_and_may_do_what_the_role_may(
    aws: Aws, commits: Any, name: str, tmp_path: Path, server: Server
) -> None:
    """Permissions reference: GitPull and GitPush are actions of their own."""
    plain = commits.get_repository(repositoryName=name)["repositoryMetadata"]["cloneUrlHttp"]
    assert "could not read Username" in git("clone", plain, str(tmp_path / "nobody")).stderr
    role, iam, account = f"reader-{name}", aws("iam"), aws("sts").get_caller_identity()["Account"]
    trust = {"Effect": "Allow", "Principal": {"AWS": f"arn:aws:iam::{account}:root"}, "Action": "sts:AssumeRole"}
    pull = {"Effect": "Allow", "Action": "codecommit:GitPull", "Resource": f"arn:aws:codecommit:*:{account}:{name}"}
    document: Callable[[Any], str] = lambda file: json.dumps({"Version": "2012-10-17", "Statement": [file]})  # noqa: E731
    arn = iam.create_role(RoleName=role, AssumeRolePolicyDocument=document(trust))["Role"]["Arn"]
    iam.put_role_policy(RoleName=role, PolicyName="read", PolicyDocument=document(pull))
    key = aws("sts").assume_role(RoleArn=arn, RoleSessionName="reader")["Credentials"]["AccessKeyId"]
    work = tmp_path / "work"
    assert git("clone", address(commits, name, key), str(work)).returncode == 0
    git("commit", "--allow-empty", "-m", "Nothing", cwd=work)
    assert "403" in git("push", "origin", "HEAD:main", cwd=work).stderr


def test_a_deleted_repository_is_gone_and_its_name_free(commits: Any, name: str, tmp_path: Path) -> None:
    """API_DeleteRepository."""
    url = address(commits, name)
    commits.delete_repository(repositoryName=name)
    assert refused(commits.get_repository, repositoryName=name)[0] == "RepositoryDoesNotExistException"
    assert "not found" in git("clone", url, str(tmp_path / "gone")).stderr
    commits.create_repository(repositoryName=name)
    assert commits.list_branches(repositoryName=name)["branches"] == []


def test_a_branch_that_appears_moves_or_disappears_sends_an_event(
    aws: Aws, commits: Any, name: str, tmp_path: Path
) -> None:
    """CodeCommit user guide, monitoring-events: referenceCreated, referenceUpdated, referenceDeleted."""
    sqs, events = aws("sqs"), aws("events")
    queue = sqs.create_queue(QueueName=name)["QueueUrl"]
    arn = sqs.get_queue_attributes(QueueUrl=queue, AttributeNames=["QueueArn"])["Attributes"]["QueueArn"]
    pattern = {"source": ["aws.codecommit"], "detail": {"repositoryName": [name], "referenceType": ["branch"]}}
    events.put_rule(Name=name, EventPattern=json.dumps(pattern))
    events.put_targets(Rule=name, Targets=[{"Id": "queue", "Arn": arn}])
    first = commits.get_branch(repositoryName=name, branchName="main")["branch"]["commitId"]
    clone = tmp_path / "clone"
    git("clone", address(commits, name), str(clone))
    (clone / "notes.md").write_text("notes\n")
    for arguments in (("add", "."), ("commit", "-m", "Notes"), ("push", "origin", "HEAD:main", "HEAD:side"),
                      ("push", "origin", ":side")):  # fmt: skip
        assert git(*arguments, cwd=clone).returncode == 0
    second = commits.get_branch(repositoryName=name, branchName="main")["branch"]["commitId"]
    commits.create_branch(repositoryName=name, branchName="fix", commitId=first)
    details = [event["detail"] for event in _received(sqs, queue)]
    assert [(each["event"], each["referenceFullName"], each.get("oldCommitId"), each.get("commitId"))
            for each in details] == [
        ("referenceUpdated", "refs/heads/main", first, second),
        ("referenceCreated", "refs/heads/side", None, second),
        ("referenceDeleted", "refs/heads/side", second, None),
        ("referenceCreated", "refs/heads/fix", None, first),
    ]  # fmt: skip


def _received(sqs: Any, queue: str) -> list[dict[str, Any]]:
    """The events of the queue, in the order in which they were sent."""
    messages: list[dict[str, Any]] = []
    while batch := sqs.receive_message(QueueUrl=queue, MaxNumberOfMessages=10).get("Messages"):
        messages += batch
        for message in batch:
            sqs.delete_message(QueueUrl=queue, ReceiptHandle=message["ReceiptHandle"])
    return [json.loads(message["Body"]) for message in messages]


def test_a_schedule_is_started_by_no_event(aws: Aws, commits: Any, name: str) -> None:
    """EventBridge user guide, eb-create-rule-schedule: a rule with a schedule and no pattern runs on the schedule."""
    sqs, events = aws("sqs"), aws("events")
    queue = sqs.create_queue(QueueName=name)["QueueUrl"]
    arn = sqs.get_queue_attributes(QueueUrl=queue, AttributeNames=["QueueArn"])["Attributes"]["QueueArn"]
    events.put_rule(Name=name, ScheduleExpression="rate(5 minutes)")
    events.put_targets(Rule=name, Targets=[{"Id": "queue", "Arn": arn}])
    first = commits.get_branch(repositoryName=name, branchName="main")["branch"]["commitId"]
    commits.create_branch(repositoryName=name, branchName="fix", commitId=first)
    assert _received(sqs, queue) == []
