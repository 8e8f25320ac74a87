"""Operations of CodeCommit besides those that only store a repository.

https://docs.aws.amazon.com/codecommit/latest/APIReference/
"""

import shutil
from typing import Any

from dulwich.repo import Repo

from scripts.localaws.core import context
from scripts.localaws.core.errors import AwsError
from scripts.localaws.crud.operations import Handlers, create, read, update
from scripts.localaws.crud.serialization import Record
from scripts.localaws.crud.store import Store
from scripts.localaws.services.codecommit.repositories import Repositories, folder


def _repositories(store: Store) -> Repositories:
    return Repositories(store.account, store.region)


def _create(store: Store, params: Record, output: Any) -> Record:
    spec, url = store.resources["Repository"], f"{context.endpoint()}{context.GIT}{store.region}"
    response = create(store, spec, {**params, "cloneUrlHttp": f"{url}/{params['repositoryName']}"}, output)
    Repo.init_bare(folder(store.get(spec, params)), mkdir=True, default_branch=b"main").close()
    return response


def _read(store: Store, params: Record, output: Any) -> Record:
    """The metadata, with the default branch if it has commits."""
    metadata = read(store, store.resources["Repository"], params, output)["repositoryMetadata"]
    default_branch = _repositories(store).default_branch(params["repositoryName"])
    return {"repositoryMetadata": {**metadata, **({"defaultBranch": default_branch} if default_branch else {})}}


def _delete(store: Store, params: Record, _: Any) -> Record:
    """A repository that does not exist is no error."""
    spec = store.resources["Repository"]
    if not store.find(spec, repositoryName=params["repositoryName"]):
        return {}
    record = store.delete(spec, params)
    shutil.rmtree(folder(record))
    return {"repositoryId": record["repositoryId"]}


def _list(store: Store, _: Record, __: Any) -> Record:
    records = sorted(store.find(store.resources["Repository"]), key=lambda record: record["repositoryName"])
    return {"repositories": [{name: each[name] for name in ("repositoryName", "repositoryId")} for each in records]}


def _describe(store: Store, params: Record, output: Any) -> Record:
    return update(store, store.resources["Repository"], {"repositoryDescription": "", **params}, output)


def _branch(store: Store, params: Record, _: Any) -> Record:
    repositories = _repositories(store)
    name = params["branchName"]
    return {"branch": {"branchName": name, "commitId": repositories.head(params["repositoryName"], name)}}


def _new_branch(store: Store, params: Record, _: Any) -> Record:
    repositories = _repositories(store)
    name, branch = params["repositoryName"], params["branchName"]
    commit = repositories.commit(name, params["commitId"])
    if branch in repositories.branches(name):
        raise AwsError("BranchNameExistsException", f"The branch {branch} of {name} already exists")
    repositories.set_branch(name, branch, commit.id)
    return {}


def _commit(store: Store, params: Record, _: Any) -> Record:
    repositories = _repositories(store)
    commit = repositories.commit(params["repositoryName"], params["commitId"])
    name, _, email = commit.author.decode().partition(" <")
    author = {"name": name, "email": email.rstrip(">"), "date": f"{commit.commit_time} +0000"}
    parents = [parent.decode() for parent in commit.parents]
    metadata = {"commitId": commit.id.decode(), "treeId": commit.tree.decode(), "message": commit.message.decode()}
    return {"commit": {**metadata, "parents": parents, "author": author, "committer": author}}


def _file(store: Store, params: Record, _: Any) -> Record:
    repositories = _repositories(store)
    name, path = params["repositoryName"], params["filePath"].strip("/")
    commit = _resolve_specifier(repositories, name, params.get("commitSpecifier", ""))
    entries = repositories.entries(name, commit)
    if path.encode() not in entries:
        raise AwsError("FileDoesNotExistException", f"{path} does not exist at {commit}")
    blob = repositories.git(name).object_store[entries[path.encode()][1]]
    content = blob.as_raw_string()
    metadata = {"commitId": commit, "blobId": blob.id.decode(), "filePath": path, "fileMode": "NORMAL"}
    return {**metadata, "fileSize": len(content), "fileContent": content}


def _resolve_specifier(repositories: Repositories, name: str, specifier: str) -> str:
    """Return the commit id of a branch, of a commit, or by default of the default branch."""
    branch = specifier.removeprefix("refs/heads/") or repositories.default_branch(name)
    return repositories.branches(name).get(branch) or repositories.commit(name, specifier).id.decode()


HANDLERS: Handlers = {
    ("codecommit", "CreateBranch"): _new_branch,
    ("codecommit", "CreateCommit"): lambda store, params, _: _repositories(store).write(params),
    ("codecommit", "CreateRepository"): _create,
    ("codecommit", "DeleteRepository"): _delete,
    ("codecommit", "GetBranch"): _branch,
    ("codecommit", "GetCommit"): _commit,
    ("codecommit", "GetFile"): _file,
    ("codecommit", "GetRepository"): _read,
    ("codecommit", "ListBranches"): lambda store, params, _: {
        "branches": list(_repositories(store).branches(params["repositoryName"]))
    },
    ("codecommit", "ListRepositories"): _list,
    ("codecommit", "UpdateRepositoryDescription"): _describe,
}
