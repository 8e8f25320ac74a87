"""What must be there before the product can be launched: a repository in CodeCommit with a first commit."""

from collections.abc import Callable
from typing import Any

REPOSITORY = "taskcat"


def lay(client: Callable[[str], Any]) -> None:
    """Once for each account; `client("codecommit")` is boto3's."""
    code = client("codecommit")
    known = {it["repositoryName"] for it in code.list_repositories()["repositories"]}
    if REPOSITORY not in known:
        code.create_repository(repositoryName=REPOSITORY)
        first = [{"filePath": "README.md", "fileContent": b"made by taskcat"}]
        code.create_commit(repositoryName=REPOSITORY, branchName="main", putFiles=first)
