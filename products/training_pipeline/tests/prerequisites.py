"""Prerequisites of a launch: a repository in CodeCommit with a first commit."""

from collections.abc import Callable
from typing import Any

REPOSITORY = "taskcat"


def create_prerequisites(client: Callable[[str], Any]) -> None:
    """Create them once in each account; `client("codecommit")` returns a boto3 client."""
    code = client("codecommit")
    names = {repository["repositoryName"] for repository in code.list_repositories()["repositories"]}
    if REPOSITORY not in names:
        code.create_repository(repositoryName=REPOSITORY)
        first = [{"filePath": "README.md", "fileContent": b"made by taskcat"}]
        code.create_commit(repositoryName=REPOSITORY, branchName="main", putFiles=first)
