"""Repositories of one account and region: their metadata, and bare Git repositories on disk.

https://docs.aws.amazon.com/codecommit/latest/APIReference/API_CreateCommit.html
"""

from collections.abc import Iterable
from pathlib import Path

from dulwich.index import commit_tree
from dulwich.object_store import iter_tree_contents
from dulwich.objects import Blob, Commit
from dulwich.repo import Repo

from scripts.localaws.core import clock, context
from scripts.localaws.core.errors import AwsError
from scripts.localaws.crud.registry import SERVICES
from scripts.localaws.crud.serialization import Record
from scripts.localaws.crud.store import LOCK, store_of
from scripts.localaws.services.codecommit.events import send_reference_event

Entries = dict[bytes, tuple[int, bytes]]  # path -> mode and blob
_FILE = 0o100644
_MODES = {"NORMAL": _FILE, "EXECUTABLE": 0o100755, "SYMLINK": 0o120000}


class Repositories:
    """The repositories of an account and region. The folder of one has its id as name, so that names can be reused."""

    def __init__(self, account: str, region: str) -> None:
        self.location = (account, region)
        self._store = store_of(SERVICES["codecommit"], account, region)

    def arn(self, name: str) -> str:
        """Return the ARN of a repository."""
        account, region = self.location
        return f"arn:aws:codecommit:{region}:{account}:{name}"

    def record(self, name: str) -> Record:
        """Return the metadata of a repository; RepositoryDoesNotExistException if there is none."""
        return self._store.get(self._store.resources["Repository"], {"repositoryName": name})

    def default_branch(self, name: str) -> str:
        """Return the branch of HEAD, "" if it has no commits."""
        head = self.git(name).refs.get_symrefs().get(b"HEAD", b"").removeprefix(b"refs/heads/").decode()
        return head if head in self.branches(name) else ""

    def git(self, name: str) -> Repo:
        """Open the repository on disk."""
        return Repo(str(folder(self.record(name))))

    def branches(self, name: str) -> dict[str, str]:
        """Return the newest commit id of each branch."""
        heads = self.git(name).refs.as_dict(b"refs/heads")
        return {branch.decode(): commit.decode() for branch, commit in sorted(heads.items())}

    def head(self, name: str, branch: str) -> str:
        """Return the newest commit id of a branch; BranchDoesNotExistException if there is no such branch."""
        branches = self.branches(name)
        if branch not in branches:
            raise AwsError("BranchDoesNotExistException", f"The branch {branch} of {name} does not exist")
        return branches[branch]

    def commit(self, name: str, commit_id: str) -> Commit:
        """Return a commit; CommitIdDoesNotExistException if there is none."""
        store = self.git(name).object_store
        commit_object = store[commit_id.encode()] if len(commit_id) == 40 and commit_id.encode() in store else None
        if not isinstance(commit_object, Commit):
            raise AwsError("CommitIdDoesNotExistException", f"The commit {commit_id} of {name} does not exist")
        return commit_object

    def entries(self, name: str, commit: str) -> Entries:
        """Return the files of a commit."""
        git, tree = self.git(name), self.commit(name, commit).tree
        return {entry.path: (entry.mode, entry.sha) for entry in iter_tree_contents(git.object_store, tree)}

    def set_branch(self, name: str, branch: str, commit_id: bytes) -> None:
        """Point a branch to a commit, and send the event."""
        git, ref = self.git(name), b"refs/heads/" + branch.encode()
        old = git.refs.as_dict(b"refs/heads").get(branch.encode(), b"")
        git.refs[ref] = commit_id
        self.announce(name, ref, old, commit_id)

    def announce(self, name: str, ref: bytes, old: bytes, new: bytes) -> None:
        """Send the event of a changed reference."""
        send_reference_event(self.location, self.record(name), ref, old, new)

    def write(self, params: Record) -> Record:
        """Write a commit to a branch; in an empty repository the branch is created."""
        with LOCK:
            name, branch = params["repositoryName"], params["branchName"]
            parent = self._parent(name, branch, params.get("parentCommitId", ""))
            git, before = self.git(name), self.entries(name, parent) if parent else {}
            after = self._apply_changes(git, before, params)
            if after == before:
                raise AwsError("NoChangeException", "The commit would change nothing")
            tree = commit_tree(git.object_store, [(path, sha, mode) for path, (mode, sha) in after.items()])
            commit_object = _commit(tree, parent, params)
            git.object_store.add_object(commit_object)
            self.set_branch(name, branch, commit_object.id)
            if not parent:
                git.refs.set_symbolic_ref(b"HEAD", b"refs/heads/" + branch.encode())
            return {"commitId": commit_object.id.decode(), "treeId": tree.decode(), **_changes(before, after)}

    def _parent(self, name: str, branch: str, requested_parent: str) -> str:
        """Return the parent of the new commit, or "" for the first commit."""
        head = self.branches(name).get(branch, "") if self.branches(name) else ""
        if not head and self.branches(name):
            raise AwsError("BranchDoesNotExistException", f"The branch {branch} of {name} does not exist")
        if head and not requested_parent:
            raise AwsError("ParentCommitIdRequiredException", "A parent commit id is needed: the branch has commits")
        if requested_parent != head:
            raise AwsError("ParentCommitIdOutdatedException", f"The branch {branch} has gone on to {head}")
        return head

    @staticmethod
    def _apply_changes(git: Repo, before: Entries, params: Record) -> Entries:
        after = dict(before)
        for change in params.get("deleteFiles", ()):
            if after.pop(change["filePath"].encode(), None) is None:
                raise AwsError("FileDoesNotExistException", f"{change['filePath']} does not exist")
        for change in params.get("putFiles", ()):
            blob = Blob.from_string(change["fileContent"])
            git.object_store.add_object(blob)
            after[change["filePath"].strip("/").encode()] = (_MODES[change.get("fileMode", "NORMAL")], blob.id)
        return after


def folder(record: Record) -> Path:
    """Return the folder of the bare Git repository of a record."""
    return context.folder("git") / record["repositoryId"]


def _commit(tree: bytes, parent: str, params: Record) -> Commit:
    author = f"{params.get('authorName') or 'codecommit'} <{params.get('email') or 'codecommit@localhost'}>".encode()
    commit_object, now = Commit(), int(clock.now().timestamp())
    commit_object.tree, commit_object.parents = tree, [parent.encode()] if parent else []
    commit_object.author = commit_object.committer = author
    commit_object.author_time = commit_object.commit_time = now
    commit_object.author_timezone = commit_object.commit_timezone = 0
    commit_object.encoding, commit_object.message = b"UTF-8", (params.get("commitMessage") or "Committed").encode()
    return commit_object


def _changes(before: Entries, after: Entries) -> Record:
    """Return the added, updated and deleted files."""
    return {
        "filesAdded": _files(after, after.keys() - before.keys()),
        "filesUpdated": _files(after, {path for path in after.keys() & before.keys() if after[path] != before[path]}),
        "filesDeleted": _files(before, before.keys() - after.keys()),
    }


def _files(entries: Entries, paths: Iterable[bytes]) -> list[Record]:
    modes = {mode: name for name, mode in _MODES.items()}
    return [
        {"absolutePath": path.decode(), "blobId": entries[path][1].decode(), "fileMode": modes[entries[path][0]]}
        for path in sorted(paths)
    ]
