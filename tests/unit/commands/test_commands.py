"""The commands that need no AWS: text output, JSON output, exit codes."""

from __future__ import annotations

import json
import re

import pytest

BOOK = "products/note_book"


def test_a_new_product_renders_and_passes_check(repository):
    created = repository.catalog("new", "model-registry")
    check = repository.catalog("check", "model-registry", "--json")

    assert created.returncode == 0, created.stderr
    assert (check.returncode, json.loads(check.stdout)) == (0, [])
    assert repository.path("products/model_registry/versions/1.0.0.json").exists()


@pytest.mark.parametrize(
    ("name", "message"),
    [
        ("note-book", "products/note_book: there is a product of this name; choose another name\n"),
        ("Note", "Note: a product's name is lower-case words joined by dashes; write model-registry\n"),
        ("../x", "../x: a product's name is lower-case words joined by dashes; write model-registry\n"),
    ],
)
def test_an_invalid_product_name_is_refused(repository, name, message):
    result = repository.catalog("new", name)

    assert (result.returncode, result.stderr) == (1, message)


def test_render_prints_the_files_that_it_wrote(repository):
    first, second = repository.catalog("render"), repository.catalog("render", "note-book", "--json")

    assert first.stdout == f"note-book 1.0.0: wrote {BOOK}/versions/1.0.0.json\n"
    [entry] = json.loads(second.stdout)
    assert entry["changed"] is False
    assert f"{entry['sha256']}  1.0.0.json\n" == repository.path(f"{BOOK}/versions/SHA256SUMS").read_text()


def test_check_prints_one_line_per_finding_and_a_count(repository):
    repository.edit(f"{BOOK}/CHANGELOG.md", "## 1.0.0", "## 0.9.0")
    repository.edit(f"{BOOK}/template.py", 'Ref("Pages")', 'Ref("Nothing" * 40)')
    result = repository.catalog("check")

    assert result.returncode == 2
    assert f"{BOOK}/versions/1.0.0.json: error frozen version 1.0.0 is not rendered" in result.stdout
    assert all(": error " in line or ": warning " in line for line in result.stdout.splitlines()[:-1])
    assert re.match(r"1 product checked: \d+ error", result.stdout.splitlines()[-1])


@pytest.fixture
def two_versions(repository):
    repository.catalog("render")
    repository.release("1.1.0")
    repository.edit(f"{BOOK}/template.py", "MaxValue=99", "MaxValue=199")
    repository.catalog("render")
    return repository


@pytest.mark.parametrize("versions", [(), ("1.0.0",), ("1.0.0", "1.1.0")])
def test_diff_shows_the_step_and_its_reasons(two_versions, versions):
    output = two_versions.catalog("diff", "note-book", *versions)
    data = json.loads(two_versions.catalog("diff", "note-book", *versions, "--json").stdout)

    assert output.returncode == 0, output.stderr
    assert "MINOR: MaxValue of 'Pages' is 199 instead of 99\n1.1.0 is enough" in output.stdout
    assert (data["old"], data["new"], data["step"], data["least_version"]) == ("1.0.0", "1.1.0", "MINOR", "1.1.0")
    assert data["reasons"] == ["MaxValue of 'Pages' is 199 instead of 99"]


def test_diff_compares_with_the_current_template(two_versions):
    two_versions.edit(f"{BOOK}/template.py", "MaxValue=199", "MaxValue=9")

    output = two_versions.catalog("diff", "note-book").stdout

    assert "MAJOR: MaxValue of 'Pages' is 9 instead of 99\n1.1.0 is too small, raise it to 2.0.0" in output


def test_diff_of_an_unknown_version_lists_the_existing_versions(two_versions):
    result = two_versions.catalog("diff", "note-book", "1.0.5")

    assert (result.returncode, result.stderr) == (
        1,
        f"{BOOK}/versions: no frozen version 1.0.5; use one of: 1.0.0, 1.1.0\n",
    )


def test_diff_of_a_first_version_has_nothing_to_compare(repository):
    result = repository.catalog("diff", "note-book")

    assert (result.returncode, result.stderr) == (
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
        "packages",
    ],
)
def test_the_help_of_every_command_has_examples(repository, command):
    result = repository.catalog(command, "--help")

    assert result.returncode == 0
    assert "Example" in result.stdout
    assert f"catalog {command} " in result.stdout
