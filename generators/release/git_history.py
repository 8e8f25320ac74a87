"""Committed files: in HEAD, and at the tips of branches and tags. Runs git, writes nothing.

A frozen file is judged by what git holds, so git must answer: a repository that it cannot read is refused, never taken
for one without commits. The repository is the one around the folder; variables such as GIT_DIR, which hooks set, name
another one and are ignored.
"""

from __future__ import annotations

import hashlib
import os
import subprocess
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from generators.errors import UserError

# Variables that make git read another repository, or other content for a commit.
# https://git-scm.com/docs/git#_environment_variables
_LOCATION_VARIABLES = frozenset(
    f"GIT_{name}"
    for name in (
        "ALTERNATE_OBJECT_DIRECTORIES", "CEILING_DIRECTORIES", "COMMON_DIR", "DIR", "GRAFT_FILE", "INDEX_FILE",
        "NAMESPACE", "OBJECT_DIRECTORY", "REPLACE_REF_BASE", "SHALLOW_FILE", "WORK_TREE",
    )
)  # fmt: skip
_SETTINGS = {"LC_ALL": "C", "GIT_NO_REPLACE_OBJECTS": "1", "GIT_NO_LAZY_FETCH": "1", "GIT_TERMINAL_PROMPT": "0"}
_TIME_LIMIT = 60  # seconds; git answers in milliseconds, unless it waits for a network
_BROKEN_REF = "ignoring broken ref"  # a warning, after which git takes the branch for one without commits
_HASHES = {40: "sha1", 64: "sha256"}  # digits of an object id -> the repository's hash


def is_same(blob: str, content: bytes) -> bool:
    """Whether a blob has this content. https://git-scm.com/book/en/v2/Git-Internals-Git-Objects"""
    return hashlib.new(_HASHES[len(blob)], b"blob %d\0%b" % (len(content), content)).hexdigest() == blob


def head_blobs(root: Path, folder: str) -> Mapping[str, str]:
    """Path below `root` -> blob of every file that HEAD holds below `folder`; empty without a repository or commit."""
    repository = _repository(root, folder)
    tree = repository.head_tree() if repository else ""
    entries = repository.run("ls-tree", "-r", "-z", tree, f"{folder}/").split("\0") if repository and tree else []
    pairs = (entry.split("\t", 1) for entry in entries if entry)
    return {path: attributes.split()[2] for attributes, path in pairs}


def tip_blobs(root: Path, path: str) -> frozenset[str]:
    """The blobs of a file (below `root`) in HEAD and at the tip of every branch and tag."""
    repository = _repository(root, path)
    if repository is None:
        return frozenset()
    empty = repository.run("hash-object", "-t", "tree", "--stdin").strip()
    trees = sorted({repository.head_tree(), *repository.tip_trees()} - {""})
    pairs = "".join(f"{empty} {tree}\n" for tree in trees)
    lines = repository.run("diff-tree", "--stdin", "-r", "--no-renames", "--", path, stdin=pairs).splitlines()
    return frozenset(line.split()[3] for line in lines if line.startswith(":"))


@dataclass(frozen=True, slots=True)
class _Repository:
    """The repository around a folder; `where` begins the message when git does not answer."""

    root: Path
    where: str

    def head_tree(self) -> str:
        """The tree of HEAD, "" before the first commit."""
        if not self.run("rev-parse", "--quiet", "--verify", "HEAD", allowed=(0, 1)):
            self.tip_trees()  # tells a broken branch from one without commits
            return ""
        return self.run("rev-parse", "HEAD^{tree}").strip()

    def tip_trees(self) -> list[str]:
        """The trees of branches, remote branches and tags; a tag of something else has none."""
        return self.run("for-each-ref", "--format=%(tree)%(*tree)", "refs/heads", "refs/remotes", "refs/tags").split()

    def run(self, *arguments: str, stdin: str = "", allowed: tuple[int, ...] = (0,)) -> str:
        """The output of a git command; UserError when git does not answer."""
        command = ["git", "--literal-pathspecs", "-C", str(self.root), *arguments]
        variables = {name: value for name, value in os.environ.items() if name not in _LOCATION_VARIABLES} | _SETTINGS
        try:
            result = subprocess.run(
                command, env=variables, input=stdin, capture_output=True, encoding="utf-8", errors="surrogateescape",
                check=False, timeout=_TIME_LIMIT,
            )  # fmt: skip
        except OSError as error:
            raise self._no_answer(f"git: {error.strerror}") from None
        except subprocess.TimeoutExpired:
            raise self._no_answer(f"no answer in {_TIME_LIMIT} seconds") from None
        if result.returncode not in allowed or _BROKEN_REF in result.stderr:
            raise self._no_answer((result.stderr.strip() or f"exit code {result.returncode}").splitlines()[0])
        return result.stdout

    def _no_answer(self, reason: str) -> UserError:
        return UserError(
            f"{self.where}: git does not tell which files are committed ({reason}); make `git status` work in"
            f" {self.root} and run the command again"
        )


def _repository(root: Path, where: str) -> _Repository | None:
    """The repository around a folder, None without one: git itself does not tell a broken repository from none."""
    if any(os.path.lexists(folder / ".git") for folder in (root, *root.parents)):
        return _Repository(root, where)
    if "GIT_DIR" in os.environ:
        raise UserError(f"{where}: GIT_DIR names a repository that does not lie here; unset it or work in its checkout")
    return None
