"""docs/architecture.md shows the folders as the code imports them."""

from pathlib import Path

from scripts.docs import folder_graph

ROOT = Path(__file__).resolve().parents[3]


def test_the_picture_of_the_folders_is_current():
    page = (ROOT / folder_graph.FILE).read_text(encoding="utf-8")

    assert page == folder_graph.text(ROOT), "renew it with: make docs"
    assert 'generators.catalog["catalog"]' in page
    assert "generators.cloudformation --> generators.iam" in page


def test_an_import_that_another_import_implies_is_left_out():
    page = folder_graph.text(ROOT)

    assert "generators.config --> generators.errors" in page
    assert "generators.catalog --> generators.errors" not in page
