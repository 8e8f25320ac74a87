"""The inputs that change the digest of a state, and the files that do not."""

import shutil

import pytest

from scripts.vend import input_digest
from scripts.vend.terraform_states import TerraformState
from tests.unit.conftest import REPOSITORY

INPUTS = (
    "terraform/live/spoke/main.tf",
    "terraform/live/spoke/.terraform.lock.hcl",
    "terraform/modules/network/main.tf",
    "terraform/modules/personas/policies/platform-inventory.json",
    "terraform/platform.yaml",
    "terraform/contracts.yaml",
    "products/studio_environment/launch_policy.json",
)
OTHER_FILES = (
    "terraform/live/hub/main.tf",
    "terraform/modules/portfolio/main.tf",
    "terraform/modules/network/README.md",
    "terraform/modules/network/tests/network.tftest.hcl",
    "terraform/ip_allocations.yaml",
    "terraform/accounts/credit-risk.yaml",
    "products/studio_environment/CHANGELOG.md",
    "products/studio_environment/template.py",
)


@pytest.fixture
def copy(tmp_path):
    """A copy of the repository's Terraform and products."""
    for name in ("terraform", "products"):
        shutil.copytree(REPOSITORY / name, tmp_path / name, ignore=shutil.ignore_patterns(".terraform", "versions"))
    return tmp_path


def digest(repository, root="spoke", **variables):
    """The digest without the cache of this process."""
    input_digest._sources.cache_clear()
    return input_digest.compute(TerraformState(repository, root, "an account", "an-account", variables))


@pytest.mark.parametrize("name", INPUTS)
def test_a_file_that_terraform_reads_changes_the_digest(copy, name):
    before, path = digest(copy), copy / name
    path.write_text(path.read_text(encoding="utf-8") + "\n", encoding="utf-8")
    assert digest(copy) != before


@pytest.mark.parametrize("name", OTHER_FILES)
def test_a_file_that_terraform_does_not_read_keeps_the_digest(copy, name):
    before, path = digest(copy), copy / name
    path.write_text(path.read_text(encoding="utf-8") + "\n", encoding="utf-8")
    assert digest(copy) == before


def test_a_release_of_a_product_keeps_the_digest(copy):
    before, path = digest(copy), copy / "products" / "studio_environment" / "product.yaml"
    path.write_text(path.read_text(encoding="utf-8").replace('version: "', 'version: "9'), encoding="utf-8")
    assert digest(copy) == before


def test_variables_and_root_modules_change_the_digest(copy):
    assert (
        len(
            {
                digest(copy),
                digest(copy, zones=2),
                digest(copy, zones=3),
                digest(copy, "hub"),
                digest(copy, "organization"),
            }
        )
        == 5
    )


def test_the_location_of_the_repository_keeps_the_digest(copy, tmp_path):
    other = tmp_path / "elsewhere"
    for name in ("terraform", "products"):
        shutil.copytree(copy / name, other / name)
    assert digest(copy, zones=2) == digest(other, zones=2)
