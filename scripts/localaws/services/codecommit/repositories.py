"""Repositories of one account and region: what AWS says of each, and a bare Git repository on disk.

https://docs.aws.amazon.com/codecommit/latest/APIReference/API_CreateCommit.html
"""

import shutil
import threading
import time
import uuid
from collections.abc import Iterable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from dulwich.index import commit_tree
from dulwich.object_store import iter_tree_contents
from dulwich.objects import Blob, Commit
from dulwich.repo import Repo

from scripts.localaws.core import context
from scripts.localaws.core.errors import AwsError

Record = dict[str, Any]
Entries = dict[bytes, tuple[int, bytes]]  # path -> mode and blob
_FILE = 0o100644
_MODES = {"NORMAL": _FILE, "EXECUTABLE": 0o100755, "SYMLINK": 0o120000}


class Store:
    """Records by name; a repository's folder is named by its id, so that a name can be given again."""

    def __init__(self, account: str, region: str) -> None:
        self.account, self.region = account, region
        self.records: dict[str, Record] = {}
        self.tags: dict[str, dict[str, str]] = {}
        self.lock = threading.RLock()

    def arn(self, name: str) -> str:
        """The repository's ARN."""
        return f"arn:aws:codecommit:{self.region}:{self.account}:{name}"

    def create(self, name: str, **more: Any) -> Record:
        """A new, empty repository; RepositoryNameExistsException when the name is taken."""
        if name in self.records:
            raise AwsError("RepositoryNameExistsException", f"Repository named {name} already exists")
        now, id = datetime.now(UTC), str(uuid.uuid4())
        known: Record = {"accountId": self.account, "repositoryId": id, "repositoryName": name, "Arn": self.arn(name)}
        url = f"{context.endpoint()}{context.GIT}{self.region}/{name}"
        host = f"git-codecommit.{self.region}.amazonaws.com/v1/repos/{name}"
        known |= {"cloneUrlHttp": url, "cloneUrlSsh": f"ssh://{host}", "creationDate": now, "lastModifiedDate": now}
        Repo.init_bare(self._folder(id), mkdir=True, default_branch=b"main").close()
        self.records[name] = {**known, **more}
        return self.records[name]

    def record(self, name: str) -> Record:
        """What AWS says of it; RepositoryDoesNotExistException when there is none."""
        if name not in self.records:
            raise AwsError("RepositoryDoesNotExistException", f"{name} does not exist")
        return self.records[name]

    def shown(self, name: str) -> Record:
        """The record, with the branch that a clone checks out, once there is one."""
        named: dict[bytes, bytes] = self.git(name).refs.get_symrefs()
        head = named.get(b"HEAD", b"").removeprefix(b"refs/heads/").decode()
        return {**self.record(name), **({"defaultBranch": head} if head in self.branches(name) else {})}

    def delete(self, name: str) -> Record:
        """Gone, with its folder; nobody minds one that is not there."""
        known = self.records.pop(name, None)
        self.tags.pop(self.arn(name), None)
        if known is None:
            return {}
        shutil.rmtree(self._folder(known["repositoryId"]))
        return {"repositoryId": known["repositoryId"]}

    def git(self, name: str) -> Repo:
        """The repository on disk."""
        return Repo(str(self._folder(self.record(name)["repositoryId"])))

    def branches(self, name: str) -> dict[str, str]:
        """Branch -> id of its newest commit."""
        heads = self.git(name).refs.as_dict(b"refs/heads")
        return {branch.decode(): commit.decode() for branch, commit in sorted(heads.items())}

    def tip(self, name: str, branch: str) -> str:
        """The branch's newest commit; BranchDoesNotExistException without the branch."""
        known = self.branches(name)
        if branch not in known:
            raise AwsError("BranchDoesNotExistException", f"The branch {branch} of {name} does not exist")
        return known[branch]

    def commit(self, name: str, id: str) -> Commit:
        """One commit; CommitIdDoesNotExistException when the repository has none of that id."""
        store = self.git(name).object_store
        found = store[id.encode()] if len(id) == 40 and id.encode() in store else None
        if not isinstance(found, Commit):
            raise AwsError("CommitIdDoesNotExistException", f"The commit {id} of {name} does not exist")
        return found

    def entries(self, name: str, commit: str) -> Entries:
        """Every file at a commit."""
        git, tree = self.git(name), self.commit(name, commit).tree
        return {it.path: (it.mode, it.sha) for it in iter_tree_contents(git.object_store, tree)}

    def write(self, params: Record) -> Record:
        """One commit on a branch, which it makes when the repository is empty."""
        with self.lock:
            name, branch = params["repositoryName"], params["branchName"]
            parent = self._parent(name, branch, params.get("parentCommitId", ""))
            git, before = self.git(name), self.entries(name, parent) if parent else {}
            after = self._after(git, before, params)
            if after == before:
                raise AwsError("NoChangeException", "The commit would change nothing")
            tree = commit_tree(git.object_store, [(path, sha, mode) for path, (mode, sha) in after.items()])
            made = _commit(tree, parent, params)
            git.object_store.add_object(made)
            git.refs[b"refs/heads/" + branch.encode()] = made.id
            if not parent:
                git.refs.set_symbolic_ref(b"HEAD", b"refs/heads/" + branch.encode())
            return {"commitId": made.id.decode(), "treeId": tree.decode(), **_told(before, after)}

    def _parent(self, name: str, branch: str, said: str) -> str:
        """The commit that the new one follows, "" for the first of all."""
        tip = self.branches(name).get(branch, "") if self.branches(name) else ""
        if not tip and self.branches(name):
            raise AwsError("BranchDoesNotExistException", f"The branch {branch} of {name} does not exist")
        if tip and not said:
            raise AwsError("ParentCommitIdRequiredException", "A parent commit id is needed: the branch has commits")
        if said != tip:
            raise AwsError("ParentCommitIdOutdatedException", f"The branch {branch} has gone on to {tip}")
        return tip

    @staticmethod
    def _after(git: Repo, before: Entries, params: Record) -> Entries:
        after = dict(before)
        for it in params.get("deleteFiles", ()):
            if after.pop(it["filePath"].encode(), None) is None:
                raise AwsError("FileDoesNotExistException", f"{it['filePath']} does not exist")
        for it in params.get("putFiles", ()):
            blob = Blob.from_string(it["fileContent"])
            git.object_store.add_object(blob)
            after[it["filePath"].strip("/").encode()] = (_MODES[it.get("fileMode", "NORMAL")], blob.id)
        return after

    @staticmethod
    def _folder(id: str) -> Path:
        return context.folder("git") / id


def _commit(tree: bytes, parent: str, params: Record) -> Commit:
    who = f"{params.get('authorName') or 'codecommit'} <{params.get('email') or 'codecommit@localhost'}>".encode()
    made, now = Commit(), int(time.time())
    made.tree, made.parents = tree, [parent.encode()] if parent else []
    made.author = made.committer = who
    made.author_time = made.commit_time = now
    made.author_timezone = made.commit_timezone = 0
    made.encoding, made.message = b"UTF-8", (params.get("commitMessage") or "Committed").encode()
    return made


def _told(before: Entries, after: Entries) -> Record:
    """Which files came, changed and went."""
    return {
        "filesAdded": _files(after, after.keys() - before.keys()),
        "filesUpdated": _files(after, {it for it in after.keys() & before.keys() if after[it] != before[it]}),
        "filesDeleted": _files(before, before.keys() - after.keys()),
    }


def _files(entries: Entries, paths: Iterable[bytes]) -> list[Record]:
    modes = {mode: name for name, mode in _MODES.items()}
    return [
        {"absolutePath": path.decode(), "blobId": entries[path][1].decode(), "fileMode": modes[entries[path][0]]}
        for path in sorted(paths)
    ]


_STORES: dict[tuple[str, str], Store] = {}


def store(account: str, region: str) -> Store:
    """The account's store in the region."""
    return _STORES.setdefault((account, region), Store(account, region))
