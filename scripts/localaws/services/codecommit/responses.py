"""CodeCommit operations, validated against botocore's model."""

import base64
from collections.abc import Callable

from scripts.localaws.core.errors import AwsError
from scripts.localaws.core.table_response import TableResponse
from scripts.localaws.services.codecommit.repositories import Record, Store, store


def _create(repositories: Store, params: Record) -> Record:
    settings = {name: params[name] for name in ("repositoryDescription", "kmsKeyId") if name in params}
    record = repositories.create(params["repositoryName"], **settings)
    repositories.tags[record["Arn"]] = dict(params.get("tags", {}))
    return {"repositoryMetadata": repositories.description(params["repositoryName"])}


def _list(repositories: Store, _: Record) -> Record:
    names = {name: record["repositoryId"] for name, record in sorted(repositories.records.items())}
    return {"repositories": [{"repositoryName": name, "repositoryId": id} for name, id in names.items()]}


def _update_field(field: str) -> Callable[[Store, Record], Record]:
    def change(repositories: Store, params: Record) -> Record:
        repositories.record(params["repositoryName"])[field] = params.get(field, "")
        return {}

    return change


def _branch(repositories: Store, params: Record) -> Record:
    name = params["branchName"]
    return {"branch": {"branchName": name, "commitId": repositories.head(params["repositoryName"], name)}}


def _new_branch(repositories: Store, params: Record) -> Record:
    name, branch = params["repositoryName"], params["branchName"]
    commit = repositories.commit(name, params["commitId"])
    if branch in repositories.branches(name):
        raise AwsError("BranchNameExistsException", f"The branch {branch} of {name} already exists")
    repositories.set_branch(name, branch, commit.id)
    return {}


def _commit(repositories: Store, params: Record) -> Record:
    commit = repositories.commit(params["repositoryName"], params["commitId"])
    name, _, email = commit.author.decode().partition(" <")
    author = {"name": name, "email": email.rstrip(">"), "date": f"{commit.commit_time} +0000"}
    metadata = {"commitId": commit.id.decode(), "treeId": commit.tree.decode(), "message": commit.message.decode()}
    return {
        "commit": {
            **metadata,
            "parents": [parent.decode() for parent in commit.parents],
            "author": author,
            "committer": author,
        }
    }


def _file(repositories: Store, params: Record) -> Record:
    name, path = params["repositoryName"], params["filePath"].strip("/")
    commit = _resolve_specifier(repositories, name, params.get("commitSpecifier", ""))
    entries = repositories.entries(name, commit)
    if path.encode() not in entries:
        raise AwsError("FileDoesNotExistException", f"{path} does not exist at {commit}")
    blob = repositories.git(name).object_store[entries[path.encode()][1]]
    content = blob.as_raw_string()
    metadata = {"commitId": commit, "blobId": blob.id.decode(), "filePath": path, "fileMode": "NORMAL"}
    return {**metadata, "fileSize": len(content), "fileContent": content}


def _resolve_specifier(repositories: Store, name: str, specifier: str) -> str:
    """Return the commit id of a branch, of a commit, or by default of the default branch."""
    branches, default = repositories.branches(name), repositories.description(name).get("defaultBranch", "")
    return (
        branches.get(specifier.removeprefix("refs/heads/") or default)
        or repositories.commit(name, specifier).id.decode()
    )


def _tags(repositories: Store, params: Record) -> dict[str, str]:
    if params["resourceArn"] not in repositories.tags:
        raise AwsError("RepositoryDoesNotExistException", f"{params['resourceArn']} does not exist")
    return repositories.tags[params["resourceArn"]]


def _tag(repositories: Store, params: Record) -> Record:
    _tags(repositories, params).update(params["tags"])
    return {}


def _untag(repositories: Store, params: Record) -> Record:
    for key in params["tagKeys"]:
        _tags(repositories, params).pop(key, None)
    return {}


OPERATIONS: dict[str, Callable[[Store, Record], Record]] = {
    "CreateBranch": _new_branch,
    "CreateCommit": lambda repositories, params: repositories.write(params),
    "CreateRepository": _create,
    "DeleteRepository": lambda repositories, params: repositories.delete(params["repositoryName"]),
    "GetBranch": _branch,
    "GetCommit": _commit,
    "GetFile": _file,
    "GetRepository": lambda repositories, params: {
        "repositoryMetadata": repositories.description(params["repositoryName"])
    },
    "ListBranches": lambda repositories, params: {"branches": list(repositories.branches(params["repositoryName"]))},
    "ListRepositories": _list,
    "ListTagsForResource": lambda repositories, params: {"tags": _tags(repositories, params)},
    "TagResource": _tag,
    "UntagResource": _untag,
    "UpdateRepositoryDescription": _update_field("repositoryDescription"),
    "UpdateRepositoryEncryptionKey": _update_field("kmsKeyId"),
}


class CodeCommitResponse(TableResponse):
    """The responses of CodeCommit."""

    service, operations, store = "codecommit", OPERATIONS, store

    def prepare(self, params: Record) -> None:
        """Decode the content of files."""
        for file in params.get("putFiles", ()):
            file["fileContent"] = base64.b64decode(file.get("fileContent", ""))
