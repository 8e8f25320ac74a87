"""Findings of `catalog check` about the other files of a product's folder: exit code 2, location and fix."""

from __future__ import annotations

import json

import pytest

BOOK = "products/note_book"


@pytest.fixture
def released(repository):
    """Version 1.0.0 is rendered and committed."""
    assert repository.catalog("render").returncode == 0
    repository.commit()
    return repository


def findings(repository, rule):
    result = repository.catalog("check", "--json")
    rows = [row for row in json.loads(result.stdout) if row["rule"] == rule]
    assert result.returncode == 2 or not rows
    assert "Traceback" not in result.stderr
    return [(row["where"], row["message"]) for row in rows]


FOLDER_RULES = ("changelog", "frozen", "launch-policy", "readme", "version", "waiver")


def test_a_rendered_product_has_no_finding_about_its_folder(released):
    assert [findings(released, rule) for rule in FOLDER_RULES] == [[]] * len(FOLDER_RULES)


def test_a_missing_changelog_heading_is_a_finding(released):
    released.edit(f"{BOOK}/CHANGELOG.md", "## 1.0.0", "## 0.9.0")

    assert findings(released, "changelog") == [
        (f"{BOOK}/CHANGELOG.md", "no heading for 1.0.0; write '## 1.0.0' and below it what the user notices")
    ]


def test_a_launch_policy_that_the_templates_do_not_need_is_a_finding(released):
    released.edit(f"{BOOK}/launch_policy.json", '"cloudformation:SetStackPolicy"', '"cloudformation:ListStacks"')

    assert findings(released, "launch-policy") == [
        (
            f"{BOOK}/launch_policy.json",
            "is not what the templates need, allows cloudformation:ListStacks beyond, lacks"
            " cloudformation:SetStackPolicy; run `catalog launch-policy note-book`",
        )
    ]


def test_a_launch_policy_that_is_derived_again_is_clean(released):
    released.edit(f"{BOOK}/launch_policy.json", '"cloudformation:SetStackPolicy"', '"cloudformation:ListStacks"')

    assert released.catalog("launch-policy", "note-book", "--check").returncode == 2
    assert released.catalog("launch-policy", "note-book").returncode == 0
    assert released.catalog("launch-policy", "all", "--check").returncode == 0
    assert findings(released, "launch-policy") == []


def test_an_empty_changelog_entry_is_a_finding(released):
    released.edit(f"{BOOK}/CHANGELOG.md", "The first version.", "")

    assert findings(released, "changelog") == [
        (f"{BOOK}/CHANGELOG.md", "nothing is written below '## 1.0.0'; say what the user notices")
    ]


def test_an_edited_frozen_file_is_a_finding(released):
    released.edit(f"{BOOK}/versions/1.0.0.json", '"Default": 10', '"Default": 11')

    where = f"{BOOK}/versions/1.0.0.json"
    assert findings(released, "frozen") == [
        (where, f"a frozen version was edited; bring it back with `git checkout -- {where}`")
    ]


def test_a_deleted_frozen_file_is_a_finding(released):
    released.path(f"{BOOK}/versions/1.0.0.json").unlink()

    where = f"{BOOK}/versions/1.0.0.json"
    assert findings(released, "frozen") == [
        (where, f"a frozen version is missing; bring it back with `git checkout -- {where}`")
    ]


@pytest.mark.parametrize(
    ("name", "problem"),
    [
        ("1.1.0", "was not written by `catalog render`; delete it and run `catalog render note-book`"),
        ("latest", "the name is not MAJOR.MINOR.PATCH; only `catalog render` writes here, delete the file"),
    ],
)
def test_an_unknown_file_in_versions_is_a_finding(released, name, problem):
    released.write(f"{BOOK}/versions/{name}.json", "{}\n")

    assert findings(released, "frozen") == [(f"{BOOK}/versions/{name}.json", problem)]


def test_a_version_that_is_not_rendered_is_a_finding(released):
    released.release("1.1.0")

    assert findings(released, "frozen") == [
        (f"{BOOK}/versions/1.1.0.json", "version 1.1.0 is not rendered; run `catalog render note-book`")
    ]


def test_a_template_that_renders_other_content_is_a_finding(released):
    released.edit(f"{BOOK}/template.py", "MaxValue=99", "MaxValue=199")

    assert findings(released, "frozen") == [
        (
            f"{BOOK}/versions/1.0.0.json",
            "the template gives other content now; raise the version or run `catalog render note-book`",
        )
    ]


def test_a_version_step_that_is_too_small_is_a_finding(released):
    released.release("1.0.1")
    released.edit(f"{BOOK}/template.py", "MaxValue=99", "MaxValue=9")

    assert findings(released, "version") == [
        (
            f"{BOOK}/product.yaml:5",
            "1.0.1 is too small a step from 1.0.0; raise it to 2.0.0: MaxValue of 'Pages' is 9 instead of 99",
        )
    ]


def test_a_larger_step_than_needed_is_allowed(released):
    released.release("2.0.0")
    released.edit(f"{BOOK}/template.py", "How many", "How many pages")

    assert findings(released, "version") == []


def test_a_new_version_without_a_change_is_a_finding(released):
    released.release("1.0.1")

    assert findings(released, "version") == [
        (f"{BOOK}/product.yaml:5", "nothing changed since 1.0.0; put the version back to 1.0.0")
    ]


def test_a_committed_version_is_not_rendered_again(released):
    released.edit(f"{BOOK}/template.py", "MaxValue=99", "MaxValue=199")
    before = released.path(f"{BOOK}/versions/1.0.0.json").read_bytes()

    result = released.catalog("render")

    assert result.returncode == 1
    assert result.stderr == (
        f"{BOOK}/versions/1.0.0.json: 1.0.0 is frozen with other content; raise the version in {BOOK}/product.yaml"
        " (if it was never published, delete this file and render again)\n"
    )
    assert released.path(f"{BOOK}/versions/1.0.0.json").read_bytes() == before


def test_a_version_that_is_not_committed_may_be_rendered_again(released):
    released.release("1.1.0")
    released.edit(f"{BOOK}/template.py", "MaxValue=99", "MaxValue=199")
    assert released.catalog("render").returncode == 0
    released.edit(f"{BOOK}/template.py", "MaxValue=199", "MaxValue=299")

    assert released.catalog("render").returncode == 0
    assert '"MaxValue": 299' in released.path(f"{BOOK}/versions/1.1.0.json").read_text()
    assert findings(released, "frozen") == []


def test_tables_of_the_readme_follow_the_template(released):
    released.write(f"{BOOK}/README.md", "# Note book\n\n<!-- parameters -->\n<!-- end -->\n\nMy words.\n")
    assert findings(released, "readme") == [
        (f"{BOOK}/README.md", "it is not what the template says; run `catalog render note-book`")
    ]

    assert released.catalog("render").returncode == 0

    text = released.path(f"{BOOK}/README.md").read_text()
    assert "| Pages | How many | 1 to 99 | 10 |" in text
    assert (text[:12], text[-11:]) == ("# Note book\n", "\nMy words.\n")
    assert findings(released, "readme") == []


def test_the_launch_role_of_another_product_is_a_finding(released):
    released.product("other_book")
    released.edit("products/other_book/product.yaml", "title: Note book", "title: Other book")
    line = released.line("products/other_book/product.yaml", "launch_role:")

    assert findings(released, "launch-role") == [
        (
            f"products/other_book/product.yaml:{line}",
            "launch-note-book is the launch role of note-book; name one of its own, such as launch-other-book",
        )
    ]
    assert released.catalog("check", "other-book").returncode == 2
    released.edit("products/other_book/product.yaml", "launch-note-book", "launch-other-book")
    assert findings(released, "launch-role") == []


def test_two_products_with_a_launch_role_of_neither_are_two_findings(released):
    released.product("other_book")
    for folder in (BOOK, "products/other_book"):
        released.edit(f"{folder}/product.yaml", "launch-note-book", "launch-books")

    assert [where.partition("/product")[0] for where, _ in findings(released, "launch-role")] == [
        BOOK,
        "products/other_book",
    ]
