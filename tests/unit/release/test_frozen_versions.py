"""A committed version is never overwritten, whatever git answers; without an answer, render and check refuse."""

from __future__ import annotations

import shutil
import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.unit.conftest import Repository, new_repository

BOOK = "products/note_book"
FILE = f"{BOOK}/versions/1.0.0.json"
SUMS = f"{BOOK}/versions/SHA256SUMS"
NO_ANSWER = "git does not tell which files are committed ("
FROZEN = (
    f"{FILE}: 1.0.0 is frozen with other content; raise the version in {BOOK}/product.yaml (if it was never published,"
    " delete this file and render again)\n"
)
DELETED = (
    f"{FILE}: 1.0.0 is committed with other content; raise the version in {BOOK}/product.yaml (if it was never"
    " published, commit and push its removal first)\n"
)


@pytest.fixture(scope="module")
def committed(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A repository whose version 1.0.0 is rendered and committed."""
    repository = new_repository(tmp_path_factory.mktemp("committed"))
    assert repository.catalog("render").returncode == 0
    repository.commit()
    return repository.root


@pytest.fixture
def released(committed: Path, tmp_path: Path) -> Repository:
    """A copy of the committed repository, whose template gives other content now."""
    copy = Repository(shutil.copytree(committed, tmp_path / "repository"))
    copy.edit(f"{BOOK}/template.py", "MaxValue=99", "MaxValue=199")
    return copy


def git(folder: Path, *arguments: str) -> str:
    identity = ["-c", "user.name=Author", "-c", "user.email=author@bank.example"]
    command = ["git", "-C", str(folder), *identity, *arguments]
    return subprocess.run(command, check=True, capture_output=True, text=True).stdout.strip()


def refused(repository: Repository, command: str) -> str:
    """The one sentence with which a command refuses; no file changes."""
    before = {path: path.read_bytes() for path in repository.path(f"{BOOK}/versions").glob("*")}
    result = repository.catalog(command)
    assert result.returncode == 1, result.stdout + result.stderr
    assert {path: path.read_bytes() for path in repository.path(f"{BOOK}/versions").glob("*")} == before
    return result.stderr


def different_owner(_: Repository, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("GIT_TEST_ASSUME_DIFFERENT_OWNER", "1")  # as git's own tests do


def no_git(repository: Repository, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", str(repository.path("terraform")))


def pruned_worktree(repository: Repository, _: pytest.MonkeyPatch) -> None:
    shutil.rmtree(repository.path(".git"))
    repository.write(".git", f"gitdir: {repository.root}/elsewhere/.git/worktrees/mine\n")


def dangling_link(repository: Repository, _: pytest.MonkeyPatch) -> None:
    shutil.rmtree(repository.path(".git"))
    repository.path(".git").symlink_to(repository.path("elsewhere"))


def broken_branch(repository: Repository, _: pytest.MonkeyPatch) -> None:
    branch = git(repository.root, "symbolic-ref", "HEAD")
    repository.write(f".git/{branch}", "0123\n")


def missing_commit(repository: Repository, _: pytest.MonkeyPatch) -> None:
    commit = git(repository.root, "rev-parse", "HEAD")
    repository.path(f".git/objects/{commit[:2]}/{commit[2:]}").unlink()


def missing_folder(repository: Repository, _: pytest.MonkeyPatch) -> None:
    tree = git(repository.root, "rev-parse", f"HEAD:{BOOK}/versions")
    repository.path(f".git/objects/{tree[:2]}/{tree[2:]}").unlink()


@pytest.mark.parametrize(
    "obstacle",
    [different_owner, no_git, pruned_worktree, dangling_link, broken_branch, missing_commit, missing_folder],
)
def test_without_an_answer_of_git_render_and_check_refuse(
    released: Repository,
    monkeypatch: pytest.MonkeyPatch,
    obstacle: Callable[[Repository, pytest.MonkeyPatch], None],
) -> None:
    obstacle(released, monkeypatch)

    sentence = refused(released, "render")
    assert sentence.startswith(f"{FILE}: {NO_ANSWER}"), sentence
    assert sentence.endswith(f"); make `git status` work in {released.root} and run the command again\n")
    assert refused(released, "check").splitlines()[-1].startswith(f"products: {NO_ANSWER}")
    released.path(FILE).unlink()
    assert refused(released, "render") == sentence


def test_a_repository_that_git_dir_names_elsewhere_is_refused(
    released: Repository, monkeypatch: pytest.MonkeyPatch, tmp_path_factory: pytest.TempPathFactory
) -> None:
    elsewhere = tmp_path_factory.mktemp("elsewhere") / "git"
    shutil.move(released.path(".git"), elsewhere)
    monkeypatch.setenv("GIT_DIR", str(elsewhere))
    monkeypatch.setenv("GIT_WORK_TREE", str(released.root))

    assert "GIT_DIR names a repository that does not lie here; unset it" in refused(released, "render")


def test_variables_of_a_git_hook_name_no_other_repository(
    released: Repository, monkeypatch: pytest.MonkeyPatch, tmp_path_factory: pytest.TempPathFactory
) -> None:
    other = tmp_path_factory.mktemp("other")
    git(other, "init", "-q")
    for name, value in {"DIR": other / ".git", "INDEX_FILE": other / "index", "NAMESPACE": "x"}.items():
        monkeypatch.setenv(f"GIT_{name}", str(value))

    assert refused(released, "render") == FROZEN


@pytest.mark.parametrize("deleted", [FILE, f"{BOOK}/versions"])
def test_a_deleted_committed_version_is_not_rendered_again(released: Repository, deleted: str) -> None:
    path = released.path(deleted)
    shutil.rmtree(path) if path.is_dir() else path.unlink()

    assert refused(released, "render") == DELETED


def test_a_deleted_committed_version_comes_back_with_its_own_bytes(released: Repository) -> None:
    before = released.path(FILE).read_bytes()
    released.edit(f"{BOOK}/template.py", "MaxValue=199", "MaxValue=99")
    shutil.rmtree(released.path(f"{BOOK}/versions"))

    assert released.catalog("render").returncode == 0
    assert released.path(FILE).read_bytes() == before


def test_a_committed_version_that_was_rendered_over_by_other_means_is_a_finding(released: Repository) -> None:
    """The file and its digest agree with the template, and not with the commit."""
    shutil.move(released.path(".git"), released.path("git"))
    assert released.catalog("render").returncode == 0
    shutil.move(released.path("git"), released.path(".git"))

    result = released.catalog("check")

    assert result.returncode == 2
    assert f"a frozen version was edited; bring it back with `git checkout -- {FILE}`" in result.stdout


def test_a_committed_version_that_is_deleted_with_its_digest_is_a_finding(released: Repository) -> None:
    released.release("1.1.0")
    assert released.catalog("render").returncode == 0
    released.path(FILE).unlink()
    lines = released.path(SUMS).read_text().splitlines()
    released.write(SUMS, "".join(f"{line}\n" for line in lines if "1.1.0" in line))

    result = released.catalog("check")

    assert result.returncode == 2
    assert f"a frozen version is missing; bring it back with `git checkout -- {FILE}`" in result.stdout


@pytest.mark.parametrize("place", ["branch", "tag", "annotated tag", "remote branch"])
def test_a_version_that_is_committed_elsewhere_is_not_written_with_other_bytes(
    released: Repository, place: str
) -> None:
    root = released.root
    git(root, "stash", "-q")
    git(root, "checkout", "-q", "-b", "theirs")
    released.edit(f"{BOOK}/template.py", "MaxValue=99", "MaxValue=299")
    released.release("1.1.0")
    assert released.catalog("render").returncode == 0
    git(root, "add", ".")
    git(root, "commit", "-q", "-m", "theirs")
    commit = git(root, "rev-parse", "HEAD")
    git(root, "checkout", "-q", "-")
    if place != "branch":
        git(root, "branch", "-q", "-D", "theirs")
        names = {
            "tag": ["tag", "v1", commit],
            "annotated tag": ["tag", "-a", "-m", "x", "v1", commit],
            "remote branch": ["update-ref", "refs/remotes/origin/theirs", commit],
        }
        git(root, *names[place])
    git(root, "stash", "pop", "-q")
    released.release("1.1.0")

    assert refused(released, "render") == DELETED.replace("1.0.0", "1.1.0")


def test_a_shallow_clone_holds_its_versions(released: Repository, tmp_path_factory: pytest.TempPathFactory) -> None:
    git(released.root, "commit", "-q", "--allow-empty", "-m", "more")
    folder = tmp_path_factory.mktemp("shallow") / "clone"
    git(released.root, "clone", "-q", "--depth", "1", f"file://{released.root}", str(folder))
    clone = Repository(folder)
    clone.edit(f"{BOOK}/template.py", "MaxValue=99", "MaxValue=199")

    assert refused(clone, "render") == FROZEN
    clone.path(FILE).unlink()
    assert refused(clone, "render") == DELETED


def test_a_removal_that_is_committed_frees_the_version(released: Repository) -> None:
    git(released.root, "rm", "-q", "-r", f"{BOOK}/versions")
    git(released.root, "commit", "-q", "-m", "never published")

    assert released.catalog("render").returncode == 0
    assert '"MaxValue": 199' in released.path(FILE).read_text()


def test_before_the_first_commit_a_version_may_be_rendered_again(repository: Repository) -> None:
    git(repository.root, "init", "-q")
    assert repository.catalog("render").returncode == 0
    repository.edit(f"{BOOK}/template.py", "MaxValue=99", "MaxValue=199")

    assert repository.catalog("render").returncode == 0
