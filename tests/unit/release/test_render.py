"""Frozen bytes: the same on every machine, complete, and verified before they are used."""

from __future__ import annotations

import hashlib
import json
import os
import subprocess
import sys

import pytest

from generators.errors import UserError
from generators.release import changelog, load, versions_folder
from generators.release.build_context import bind_build_context, current
from generators.release.render import freeze, render
from generators.release.version import Version
from tests.unit.conftest import PRODUCT, REPOSITORY

PY = "products/note_book/template.py"


def book(repository):
    return load.product(repository.root, "note-book")


def test_bytes_do_not_depend_on_the_process(repository):
    repository.edit(PY, "return t", 't.set_metadata({"Set": sorted({"a", "b", "c"}), "b": 1, "a": 2})\n    return t')
    code = (
        "import pathlib; from generators.release import load, render; root = pathlib.Path('.').resolve();"
        "print(render.render(root, load.product(root, 'note-book')).digest)"
    )
    digests = {
        subprocess.run(
            [sys.executable, "-c", code],
            cwd=repository.root,
            env={**os.environ, "PYTHONPATH": str(REPOSITORY), "PYTHONHASHSEED": seed},
            capture_output=True,
            check=True,
        ).stdout
        for seed in ("0", "1", "2")
    }
    assert len(digests) == 1


def test_a_frozen_file_is_canonical_json_that_names_its_release(repository):
    release, changed = freeze(repository.root, book(repository))

    text = release.path.read_text(encoding="utf-8")
    assert changed
    assert text == json.dumps(json.loads(text), indent=2, sort_keys=True) + "\n"
    platform = json.loads(text)["Metadata"]["Platform"]
    assert (platform["Product"], platform["Version"]) == ("note-book", "1.0.0")
    assert "LaunchPolicy" not in platform, "the launch role serves every version, so no version carries its policy"


def test_digests_are_readable_by_sha256sum(repository):
    release, _ = freeze(repository.root, book(repository))

    line = repository.path("products/note_book/versions/SHA256SUMS").read_text()
    assert line == f"{hashlib.sha256(release.body).hexdigest()}  1.0.0.json\n"


def test_a_second_render_changes_nothing(repository):
    freeze(repository.root, book(repository))

    assert freeze(repository.root, book(repository))[1] is False


def test_rendering_writes_no_other_file(repository):
    before = set(repository.root.rglob("*")) | {repository.path("products/note_book/versions")}
    freeze(repository.root, book(repository))

    new_files = {path.name for path in set(repository.root.rglob("*")) - before}
    assert new_files == {"1.0.0.json", "SHA256SUMS", "architecture.svg"}


def test_versions_are_ordered_as_numbers(repository):
    for version in ("1.2.0", "1.10.0", "1.9.0"):
        repository.write("products/note_book/product.yaml", PRODUCT.replace("1.0.0", version))
        repository.edit(PY, "How many", f"How many {version}")
        freeze(repository.root, book(repository))

    product = book(repository)
    assert [str(release.version) for release in versions_folder.releases(product)] == ["1.2.0", "1.9.0", "1.10.0"]
    assert versions_folder.declared_release(product).version == Version(1, 9, 0)
    previous = versions_folder.previous_release(product)
    assert previous is not None
    assert previous.version == Version(1, 2, 0)


def test_a_release_that_is_not_rendered_names_the_command(repository):
    with pytest.raises(
        UserError, match=r"product\.yaml: version 1\.0\.0 is not rendered; run `catalog render note-book`"
    ):
        versions_folder.declared_release(book(repository))


def test_an_edited_release_is_refused(repository):
    release, _ = freeze(repository.root, book(repository))
    release.path.write_bytes(release.body + b" ")

    with pytest.raises(UserError, match=r"1\.0\.0\.json: a frozen version was edited"):
        versions_folder.releases(book(repository))


def test_a_template_reads_the_build_context(repository):
    repository.edit(
        PY,
        "return t",
        "from generators.release.build_context import current\n"
        '    t.set_metadata({"Built": [current().product, current().version]})\n    return t',
    )
    body = render(repository.root, book(repository)).body

    assert json.loads(body)["Metadata"]["Built"] == ["note-book", "1.0.0"]


def test_outside_of_a_build_there_is_no_build_context(tmp_path):
    with bind_build_context(tmp_path, "a", "1.0.0"):
        assert current().product == "a"
    with pytest.raises(UserError, match="run that command"):
        current()


def test_the_summary_is_the_first_line_below_the_heading(repository):
    repository.write(
        "products/note_book/CHANGELOG.md", "# Changes\n\n## 1.1.0 - 2026-01-02\n\n* Later\n* More\n\n## 1.0.0\nFirst.\n"
    )
    product = book(repository)

    assert changelog.summary(product, Version(1, 1, 0)) == "Later"
    assert changelog.summary(product, Version(1, 0, 0)) == "First."
