"""The door: the operations that are held, checked against botocore's model."""

import base64
import json
from collections.abc import Callable
from typing import Any

from moto.core.responses import ActionResult, BaseResponse
from moto.core.utils import get_service_model

from scripts.localaws.core.errors import AwsError
from scripts.localaws.core.request_validation import check
from scripts.localaws.services.codecommit.repositories import Record, Store, store


class CodeCommitResponse(BaseResponse):
    """Every operation of OPERATIONS."""

    def __init__(self) -> None:
        super().__init__(service_name="codecommit")

    def call_action(self) -> Any:
        """Answer one request."""
        name, params = self._get_action(), json.loads(self.body or "{}")
        if name not in OPERATIONS:
            raise NotImplementedError(name)
        check(get_service_model("codecommit").operation_model(name).input_shape, params)
        for it in params.get("putFiles", ()):
            it["fileContent"] = base64.b64decode(it.get("fileContent", ""))
        return self.serialized(ActionResult(OPERATIONS[name](store(self.current_account, self.region), params)))


def _create(at: Store, params: Record) -> Record:
    more = {name: params[name] for name in ("repositoryDescription", "kmsKeyId") if name in params}
    made = at.create(params["repositoryName"], **more)
    at.tags[made["Arn"]] = dict(params.get("tags", {}))
    return {"repositoryMetadata": at.shown(params["repositoryName"])}


def _list(at: Store, _: Record) -> Record:
    names = {name: it["repositoryId"] for name, it in sorted(at.records.items())}
    return {"repositories": [{"repositoryName": name, "repositoryId": id} for name, id in names.items()]}


def _change(field: str) -> Callable[[Store, Record], Record]:
    def change(at: Store, params: Record) -> Record:
        at.record(params["repositoryName"])[field] = params.get(field, "")
        return {}

    return change


def _branch(at: Store, params: Record) -> Record:
    name = params["branchName"]
    return {"branch": {"branchName": name, "commitId": at.tip(params["repositoryName"], name)}}


def _new_branch(at: Store, params: Record) -> Record:
    name, branch = params["repositoryName"], params["branchName"]
    commit = at.commit(name, params["commitId"])
    if branch in at.branches(name):
        raise AwsError("BranchNameExistsException", f"The branch {branch} of {name} already exists")
    at.git(name).refs[b"refs/heads/" + branch.encode()] = commit.id
    return {}


def _commit(at: Store, params: Record) -> Record:
    found = at.commit(params["repositoryName"], params["commitId"])
    name, _, email = found.author.decode().partition(" <")
    who = {"name": name, "email": email.rstrip(">"), "date": f"{found.commit_time} +0000"}
    told = {"commitId": found.id.decode(), "treeId": found.tree.decode(), "message": found.message.decode()}
    return {"commit": {**told, "parents": [it.decode() for it in found.parents], "author": who, "committer": who}}


def _file(at: Store, params: Record) -> Record:
    name, path = params["repositoryName"], params["filePath"].strip("/")
    commit = _specified(at, name, params.get("commitSpecifier", ""))
    entries = at.entries(name, commit)
    if path.encode() not in entries:
        raise AwsError("FileDoesNotExistException", f"{path} does not exist at {commit}")
    blob = at.git(name).object_store[entries[path.encode()][1]]
    content = blob.as_raw_string()
    told = {"commitId": commit, "blobId": blob.id.decode(), "filePath": path, "fileMode": "NORMAL"}
    return {**told, "fileSize": len(content), "fileContent": content}


def _specified(at: Store, name: str, specifier: str) -> str:
    """A branch, a commit, or the newest of the default branch."""
    known, default = at.branches(name), at.shown(name).get("defaultBranch", "")
    return known.get(specifier.removeprefix("refs/heads/") or default) or at.commit(name, specifier).id.decode()


def _tagged(at: Store, params: Record) -> dict[str, str]:
    if params["resourceArn"] not in at.tags:
        raise AwsError("RepositoryDoesNotExistException", f"{params['resourceArn']} does not exist")
    return at.tags[params["resourceArn"]]


def _tag(at: Store, params: Record) -> Record:
    _tagged(at, params).update(params["tags"])
    return {}


def _untag(at: Store, params: Record) -> Record:
    for key in params["tagKeys"]:
        _tagged(at, params).pop(key, None)
    return {}


OPERATIONS: dict[str, Callable[[Store, Record], Record]] = {
    "CreateBranch": _new_branch,
    "CreateCommit": lambda at, params: at.write(params),
    "CreateRepository": _create,
    "DeleteRepository": lambda at, params: at.delete(params["repositoryName"]),
    "GetBranch": _branch,
    "GetCommit": _commit,
    "GetFile": _file,
    "GetRepository": lambda at, params: {"repositoryMetadata": at.shown(params["repositoryName"])},
    "ListBranches": lambda at, params: {"branches": list(at.branches(params["repositoryName"]))},
    "ListRepositories": _list,
    "ListTagsForResource": lambda at, params: {"tags": _tagged(at, params)},
    "TagResource": _tag,
    "UntagResource": _untag,
    "UpdateRepositoryDescription": _change("repositoryDescription"),
    "UpdateRepositoryEncryptionKey": _change("kmsKeyId"),
}
