"""Mistakes in product.yaml: one message that names file, line and fix, the exit code, and no traceback."""

from __future__ import annotations

import pytest

YAML = "products/note_book/product.yaml"

# the author's edit: (file, old text, new text, message); LINE is the line of the new text
MISTAKES = {
    "malformed YAML": (YAML, "title: Note book", "title: [Note book", f"{YAML}:2: not valid YAML: "),
    "a tab in YAML": (YAML, "  email:", "\temail:", f"{YAML}:8: not valid YAML: "),
    "a duplicate key": (
        YAML,
        "owner: ml-platform",
        "owner: ml-platform\nowner: other",
        f"{YAML}:4: duplicate key 'owner' (first in line 3); keep one of the two",
    ),
    "an unquoted version": (
        YAML,
        'version: "1.0.0"',
        "version: 1.10",
        f"{YAML}:5: 'version: 1.10' is not text to YAML; put it in quotes (MAJOR.MINOR.PATCH in quotes, ",
    ),
    "a version of two parts": (
        YAML,
        '"1.0.0"',
        '"1.10"',
        f"{YAML}:5: 'version: 1.10' does not fit; write MAJOR.MINOR.PATCH in quotes, such as \"1.1.0\"",
    ),
    "an unknown key": (YAML, "owner:", "ownr:", f"{YAML}:3: unknown key 'ownr'; did you mean 'owner'?"),
    "an unknown key inside": (YAML, "  email:", "  mail:", f"{YAML}:8: unknown key 'mail'; did you mean 'email'?"),
    "a missing key": (
        YAML,
        "owner: ml-platform\n",
        "",
        f"{YAML}:1: missing key 'owner'; add it: the team that answers for the product, such as ml-platform",
    ),
    "an empty value": (
        YAML,
        "title: Note book",
        "title:",
        f"{YAML}:1: 'title' is empty; write what people call the product",
    ),
    "a number for text": (
        YAML,
        "title: Note book",
        "title: 5",
        f"{YAML}:1: 'title: 5' is not text to YAML; put it in quotes (what people call the product)",
    ),
    "text for keys": (
        YAML,
        "launch_role: launch-note-book\nsupport:\n",
        "launch_role: launch-note-book\nsupport: me\nwaivers:\n",
        f"{YAML}:7: 'support' must hold keys; write below it: email, url, text",
    ),
    "a role's ARN for its name": (
        YAML,
        "launch-note-book",
        "arn:aws:iam::1:role/x",
        f"{YAML}:6: 'launch_role: arn:aws:iam::1:role/x' does not fit; write the name of the launch role in each spoke",
    ),
    "a day that does not exist": (
        YAML,
        "support:",
        "waivers: [{rule: E9001, resource: A, reason: long enough, until: 2027-02-30}]\nsupport:",
        f"{YAML}:7: 2027-02-30 is not a date; write a day that exists, such as 2027-06-30",
    ),
    "a date that is text": (
        YAML,
        "support:",
        "waivers: [{rule: E9001, resource: A, reason: long enough, until: 30 June}]\nsupport:",
        f"{YAML}:7: 'until: 30 June' does not fit; write the last day, such as 2027-06-30",
    ),
    "a portfolio that does not exist": (
        YAML,
        "portfolio: data-science",
        "portfolio: data-sience",
        f"{YAML}:4: unknown portfolio 'data-sience'; did you mean 'data-science'?",
    ),
    "a YAML tag": (
        YAML,
        "Note book",
        "!!python/name:os.system",
        f"{YAML}:1: the tag python/name:os.system is not allowed",
    ),
}


@pytest.mark.parametrize("mistake", MISTAKES)
def test_a_mistake_in_product_is_one_message_with_file_line_and_fix(repository, mistake):
    repository.refuses(*MISTAKES[mistake])
