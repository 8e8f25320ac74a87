"""Each text file that a person writes, with each kind of bad text: one sentence with its name, in bounded time."""

from __future__ import annotations

import os
import socket
import time
from collections.abc import Callable, Mapping
from hashlib import sha256
from pathlib import Path

import pytest

from generators.accounts import teams
from generators.config import contracts, controls, platform, yaml_reader
from generators.errors import UserError
from generators.launch_policy import lint
from generators.release import changelog, load, product_readme, versions_folder
from generators.release.model import Product
from generators.release.version import Version
from tests.unit.conftest import REPOSITORY, Repository

BOUND = 20  # seconds for one file on a busy machine; an unbounded reader takes minutes or all memory
FOLDER = "products/note_book"


def product(root: Path) -> Product:
    """The product of the fixture; its own files are read later."""
    return Product(
        "note-book", root / FOLDER, "Note book", "Notes", "me", "data-science", Version(1, 0, 0), "launch", None  # type: ignore[arg-type]
    )  # fmt: skip


YAML_FILES: Mapping[str, Callable[[Path], object]] = {
    "terraform/platform.yaml": platform.read,
    "terraform/contracts.yaml": contracts.read,
    "terraform/controls.yaml": controls.read,
    "terraform/accounts/fraud.yaml": lambda root: teams.read(root, platform.read(root)),
    f"{FOLDER}/product.yaml": load.products,
}
JSON_FILES: Mapping[str, Callable[[Path], object]] = {
    f"{FOLDER}/launch_policy.json": lambda root: lint.require_valid([product(root)]),
    f"{FOLDER}/versions/SHA256SUMS": lambda root: versions_folder.releases(product(root)),
}
TEXT_FILES: Mapping[str, Callable[[Path], object]] = {
    f"{FOLDER}/CHANGELOG.md": lambda root: changelog.summary(product(root), Version(1, 0, 0)),
    f"{FOLDER}/README.md": lambda root: product_readme.stale(product(root), {"Resources": {}}),
}
FILES = {**YAML_FILES, **JSON_FILES, **TEXT_FILES}
LONG = "9" * 5000
BAD_TEXT = {
    "UTF-16": "a: b\n".encode("utf-16"),
    "UTF-16 without a mark": "a: b\n".encode("utf-16-le"),
    "UTF-32": "a: b\n".encode("utf-32"),
    "Latin-1": "a: Zürich\n".encode("latin-1"),
    "a NUL": b"a: \0\n",
    "half a character": b"a: \xe2\x82\n",
    "machine code": bytes(range(256)),
    "a large file": b"# " + b"x" * 3_000_000,
}
BAD_STRUCTURE = {
    "an alias of itself": "x: &x\n  y: *x\n",
    "a list in itself": "&x [*x]\n",
    "an alias bomb": "a0: &a0 [x, x]\n" + "".join(f"a{i + 1}: &a{i + 1} [{f'*a{i}, ' * 9}]\n" for i in range(9)),
    "many brackets": "a: " + "[" * 3000 + "]" * 3000,
    "many open brackets": "[" * 100_000,
    "many braces": "{a: " * 1500 + "}" * 1500,
    "many dashes": "- " * 50_000,
    "a long number": f"a: {LONG}\n",
    "a long JSON number": f'{{"a": {LONG}}}',
    "infinity": "a: .INF\n",
    "no number": "a: .NaN\n",
    "JSON without a number": '{"a": NaN}',
    "YAML 1.1 yes": "%YAML 1.1\n---\na: yes\n",
    "YAML 1.1 sexagesimal": "%YAML 1.1\n---\na: 190:20:30\nb: 1:30.5\n",
    "YAML 1.1 binary": "%YAML 1.1\n---\na: 0b101\n",
    "a long YAML version": f"%YAML {LONG}.1\n---\na: b\n",
    "an escape beyond Unicode": 'a: "\\U99999999"\n',
    "numbers of one version of YAML": "a: 0500\nb: 5_000\nc: -0_7\n",
    "a number without digits": "a: 0x_\nb: -0_\nc: 0o9\n",
    "a key that is a list": "? [a, b]\n: c\n",
    "a key that is an alias": "a: &a [1]\n? *a\n: b\n",
    "tags": "a: !!python/name:os.system x\nb: !!int x\nc: !!timestamp y\nd: !!bool z\ne: !!float w\n",
    "two documents": "a: b\n---\nc: d\n",
    "a control character": "a: \x1b[31m\n",
    "a list": "- a\n",
    "a word": "word\n",
    "a duplicate key in JSON": '{"Version": 1, "Version": 2}',
    "a broken digest": "0123  1.0.0.json\n",
    "a version that is not ours": f"{'0' * 64}  v1.json\n",
}


def sentences(read: Callable[[Path], object], root: Path) -> tuple[str, ...]:
    """The problems that the reader of a file reports; () when it accepts the file."""
    contracts._read.cache_clear()
    platform._read.cache_clear()
    start = time.monotonic()
    problems: tuple[str, ...] = ()
    try:
        read(root)
    except UserError as error:
        problems = error.problems if error.exit_code == 1 else ()
    assert time.monotonic() - start < BOUND
    return problems


def assert_sentences(problems: tuple[str, ...], name: str) -> None:
    assert problems
    for problem in problems:
        assert problem.startswith(name)
        assert "; " in problem
        assert problem.isprintable()
        assert len(problem) < 1000


@pytest.fixture
def root(repository: Repository) -> Path:
    """The repository with every file that FILES names."""
    (repository.root / "terraform/controls.yaml").write_bytes((REPOSITORY / "terraform/controls.yaml").read_bytes())
    repository.write(f"{FOLDER}/versions/SHA256SUMS", "")
    return repository.root


@pytest.mark.parametrize("content", BAD_TEXT.values(), ids=list(BAD_TEXT))
@pytest.mark.parametrize("name", FILES)
def test_what_is_no_text_is_refused(root: Path, name: str, content: bytes) -> None:
    (root / name).write_bytes(content)
    assert_sentences(sentences(FILES[name], root), name)


@pytest.mark.parametrize("content", BAD_STRUCTURE.values(), ids=list(BAD_STRUCTURE))
@pytest.mark.parametrize("name", {**YAML_FILES, **JSON_FILES})
def test_what_has_no_meaning_is_refused(root: Path, name: str, content: str) -> None:
    (root / name).write_text(content, encoding="utf-8")
    assert_sentences(sentences(FILES[name], root), name)


@pytest.mark.parametrize("name", FILES)
def test_what_is_no_file_is_refused_and_never_waited_for(root: Path, name: str) -> None:
    path = root / name
    path.unlink(missing_ok=True)
    path.mkdir()
    assert_sentences(sentences(FILES[name], root), name)
    path.rmdir()
    os.mkfifo(path)
    assert_sentences(sentences(FILES[name], root), name)
    path.unlink()
    path.symlink_to("/dev/zero")
    assert_sentences(sentences(FILES[name], root), name)
    path.unlink()
    path.symlink_to(path.name)
    assert_sentences(sentences(FILES[name], root), name)


def test_a_socket_is_refused(root: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(root / FOLDER)  # the name of a socket is short
    (root / FOLDER / "product.yaml").unlink()
    with socket.socket(socket.AF_UNIX) as listener:
        listener.bind("product.yaml")
        assert_sentences(sentences(load.products, root), f"{FOLDER}/product.yaml")


@pytest.mark.parametrize("line_end", ["\r\n", "\r", "\n"])
@pytest.mark.parametrize("mark", ["", "\ufeff"])
@pytest.mark.parametrize("name", YAML_FILES)
def test_a_byte_order_mark_and_other_line_ends_mean_the_same(root: Path, name: str, mark: str, line_end: str) -> None:
    source = root / name
    if not source.exists():
        source.write_text((root / "terraform/accounts/credit-risk.yaml").read_text().replace("credit-risk", "fraud"))
    before = yaml_reader.read(source, root)
    source.write_bytes((mark + source.read_text(encoding="utf-8").replace("\n", line_end)).encode())
    assert yaml_reader.read(source, root) == before


@pytest.mark.parametrize(
    "heading", ["v1", "1.0", "latest", "2024-05-01", "01.0.0", "٣.0.0", f"{LONG}.0.0", "[Unreleased]"]
)
def test_a_heading_of_another_form_is_no_version(root: Path, heading: str) -> None:
    (root / FOLDER / "CHANGELOG.md").write_text(f"## {heading}\n\nOther.\n\n## [1.0.0] - 2024-05-01\n\nFirst.\n")
    assert changelog.read(product(root)) == {Version(1, 0, 0): "First."}


@pytest.mark.parametrize("content", [b"", b"[]", b"{}", b'{"Resources": {"A": {}}}', b"\xff", b"[" * 5000])
def test_a_frozen_file_that_is_no_template_is_refused_although_its_digest_is_right(root: Path, content: bytes) -> None:
    folder = root / FOLDER / "versions"
    (folder / "1.0.0.json").write_bytes(content)
    (folder / "SHA256SUMS").write_text(f"{sha256(content).hexdigest()}  1.0.0.json\n")
    assert_sentences(
        sentences(lambda root: versions_folder.releases(product(root)), root), f"{FOLDER}/versions/1.0.0.json"
    )


def test_a_number_that_the_versions_of_yaml_read_differently_is_refused(tmp_path: Path) -> None:
    """https://yaml.org/type/int.html: 0500 is octal and 5_000 a number in YAML 1.1, neither in 1.2."""
    (tmp_path / "a.yaml").write_text("a: 0500\nb: 5_000\nc: -0_7\nd: 0.5\ne: 0\nf: 5000\n", encoding="utf-8")
    problems = yaml_reader.read(tmp_path / "a.yaml", tmp_path).problems
    assert [problem.partition(": ")[0] for problem in problems] == ["a.yaml:1", "a.yaml:2", "a.yaml:3"]
