"""Product folders as values."""

from __future__ import annotations

from datetime import date

import pytest

from generators.release import load
from generators.release.model import Waiver
from generators.release.version import Version


def test_a_product_is_what_its_file_says(repository):
    repository.edit(
        "products/note_book/product.yaml",
        "support:",
        "waivers:\n  - {rule: E9003, resource: DataBucket, reason: agreed with security, until: 2027-06-30}\nsupport:",
    )
    [product] = load.products(repository.root)

    assert (product.name, product.folder.name, product.version) == ("note-book", "note_book", Version(1, 0, 0))
    assert product.waivers == (Waiver("E9003", "DataBucket", "agreed with security", date(2027, 6, 30), 8),)


@pytest.mark.parametrize("name", ["note-book", "note_book", "all"])
def test_a_product_is_found_by_either_name(repository, name):
    assert [product.name for product in load.products(repository.root, name)] == ["note-book"]
