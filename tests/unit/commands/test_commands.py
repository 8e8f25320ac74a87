"""The commands that need no AWS, as a person and as a program use them."""

from __future__ import annotations

import json
import re

import pytest

BOOK = "products/note_book"


def test_a_new_product_renders_and_checks_clean_at_once(repository):
    made = repository.catalog("new", "model-registry")
    checked = repository.catalog("check", "model-registry", "--json")

    assert made.returncode == 0, made.stderr
    assert (checked.returncode, json.loads(checked.stdout)) == (0, [])
    assert repository.path("products/model_registry/versions/1.0.0.json").exists()


@pytest.mark.parametrize(
    ("name", "message"),
    [
        ("note-book", "products/note_book: there is a product of this name; choose another name\n"),
        ("Note", "Note: a product's name is lower-case words joined by dashes; write model-registry\n"),
        ("../x", "../x: a product's name is lower-case words joined by dashes; write model-registry\n"),
    ],
)
def test_a_name_that_cannot_be_a_product_is_refused(repository, name, message):
    done = repository.catalog("new", name)

    assert (done.returncode, done.stderr) == (1, message)


def test_render_says_what_it_wrote(repository):
    first, second = repository.catalog("render"), repository.catalog("render", "note-book", "--json")

    assert first.stdout == f"note-book 1.0.0: wrote {BOOK}/versions/1.0.0.json\n"
    [entry] = json.loads(second.stdout)
    assert entry["changed"] is False
    assert f"{entry['sha256']}  1.0.0.json\n" == repository.path(f"{BOOK}/versions/SHA256SUMS").read_text()


def test_check_prints_one_line_a_finding_and_a_count(repository):
    repository.edit(f"{BOOK}/CHANGELOG.md", "## 1.0.0", "## 0.9.0")
    repository.edit(f"{BOOK}/template.py", 'Ref("Pages")', 'Ref("Nothing" * 40)')
    done = repository.catalog("check")

    assert done.returncode == 2
    assert f"{BOOK}/versions/1.0.0.json: error frozen version 1.0.0 is not rendered" in done.stdout
    assert all(": error " in line or ": warning " in line for line in done.stdout.splitlines()[:-1])
    assert re.match(r"1 product checked: \d+ error", done.stdout.splitlines()[-1])


@pytest.fixture
def two_versions(repository):
    repository.catalog("render")
    repository.release("1.1.0")
    repository.edit(f"{BOOK}/template.py", "MaxValue=99", "MaxValue=199")
    repository.catalog("render")
    return repository


@pytest.mark.parametrize("versions", [(), ("1.0.0",), ("1.0.0", "1.1.0")])
def test_diff_shows_the_step_and_its_reasons(two_versions, versions):
    shown = two_versions.catalog("diff", "note-book", *versions)
    data = json.loads(two_versions.catalog("diff", "note-book", *versions, "--json").stdout)

    assert shown.returncode == 0, shown.stderr
    assert "MINOR: MaxValue of 'Pages' is 199 instead of 99\n1.1.0 is enough" in shown.stdout
    assert (data["old"], data["new"], data["step"], data["least_version"]) == ("1.0.0", "1.1.0", "MINOR", "1.1.0")
    assert data["reasons"] == ["MaxValue of 'Pages' is 199 instead of 99"]


def test_diff_compares_with_the_template_as_it_is_now(two_versions):
    two_versions.edit(f"{BOOK}/template.py", "MaxValue=199", "MaxValue=9")

    shown = two_versions.catalog("diff", "note-book").stdout

    assert "MAJOR: MaxValue of 'Pages' is 9 instead of 99\n1.1.0 is too small, raise it to 2.0.0" in shown


def test_diff_of_an_unknown_version_names_the_known_ones(two_versions):
    done = two_versions.catalog("diff", "note-book", "1.0.5")

    assert (done.returncode, done.stderr) == (
        1,
        f"{BOOK}/versions: no frozen version 1.0.5; use one of: 1.0.0, 1.1.0\n",
    )


def test_diff_of_a_first_version_has_nothing_to_compare(repository):
    done = repository.catalog("diff", "note-book")

    assert (done.returncode, done.stderr) == (
        1,
        f"{BOOK}/versions: note-book has no version below 1.0.0 to compare\n",
    )


@pytest.mark.parametrize(
    "command",
    [
        "new",
        "render",
        "check",
        "diff",
        "plan",
        "publish",
        "verify",
        "retire",
        "provision",
        "upgrade",
        "terminate",
        "inventory",
    ],
)
def test_every_command_explains_itself_with_examples(repository, command):
    done = repository.catalog(command, "--help")

    assert done.returncode == 0
    assert "Example" in done.stdout
    assert f"catalog {command} " in done.stdout
