"""Mistakes beyond one line of one file: missing files, unknown products, problems in several files."""

from __future__ import annotations

import pytest

YAML = "products/note_book/product.yaml"
CONTRACTS = "terraform/contracts.yaml"


def test_all_problems_of_all_files_are_reported_at_once(repository):
    repository.product("other_book")
    repository.edit(YAML, "owner: ml-platform", "ownr: ml-platform")
    repository.edit("products/other_book/product.yaml", 'version: "1.0.0"', "version: 1.10\ntitle: again")

    lines = repository.catalog("check").stderr.splitlines()

    assert [line.split(": ")[0] for line in lines] == [
        f"{YAML}:1",
        f"{YAML}:3",
        "products/other_book/product.yaml:5",
        "products/other_book/product.yaml:6",
    ]


@pytest.mark.parametrize("name", ["product.yaml", "template.py", "launch_policy.json"])
def test_a_missing_file_is_named(repository, name):
    repository.path(f"products/note_book/{name}").unlink()

    result = repository.catalog("check")

    assert result.returncode == 1
    assert f"products/note_book/{name}: file is missing" in result.stderr


def test_an_unknown_product_names_the_nearest(repository):
    result = repository.catalog("render", "note-bok")

    assert (result.returncode, result.stderr) == (
        1,
        "products: there is no product 'note-bok'; did you mean 'note-book'?\n",
    )


def test_a_folder_outside_of_any_repository_is_refused(repository, tmp_path_factory):
    outside = tmp_path_factory.mktemp("elsewhere")

    result = repository.catalog("render", folder=outside)

    assert (result.returncode, result.stderr) == (
        1,
        f"{outside}: terraform/platform.yaml is neither here nor above; run inside the platform's repository\n",
    )


def test_a_repeated_contract_path_is_named(repository):
    repository.edit(CONTRACTS, "path: /mlops/spoke/subnet-ids", "path:  /mlops/spoke/vpc-id")
    line = repository.line(CONTRACTS, "path:  /mlops/spoke/vpc-id")

    result = repository.catalog("render")

    assert (result.returncode, result.stderr) == (
        1,
        f"{CONTRACTS}:{line}: /mlops/spoke/vpc-id is also the path of another contract; give it its own\n",
    )


def test_a_folder_of_project_templates_is_no_product(repository):
    repository.write("products/ml_project/templates/common/README.md.j2", "# a project\n")

    result = repository.catalog("check")

    assert "ml_project" not in result.stdout + result.stderr
