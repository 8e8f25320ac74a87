"""What makes an account be planned again, and what does not."""

import shutil

import pytest

from scripts.vend import input_digest
from scripts.vend.terraform_states import TerraformState
from tests.unit.conftest import REPOSITORY

PLANNED_AGAIN = (
    "terraform/live/spoke/main.tf",
    "terraform/live/spoke/.terraform.lock.hcl",
    "terraform/modules/network/main.tf",
    "terraform/modules/personas/policies/platform-inventory.json",
    "terraform/platform.yaml",
    "terraform/contracts.yaml",
    "products/studio_environment/launch_policy.json",
)
LEFT_ALONE = (
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
    """The repository's Terraform and products, to be changed."""
    for name in ("terraform", "products"):
        shutil.copytree(REPOSITORY / name, tmp_path / name, ignore=shutil.ignore_patterns(".terraform", "versions"))
    return tmp_path


def of(repository, root="spoke", **variables):
    """The digest as a new process takes it."""
    input_digest._sources.cache_clear()
    return input_digest.of(TerraformState(repository, root, "an account", "an-account", variables))


@pytest.mark.parametrize("name", PLANNED_AGAIN)
def test_what_terraform_reads_changes_the_digest(copy, name):
    before, path = of(copy), copy / name
    path.write_text(path.read_text(encoding="utf-8") + "\n", encoding="utf-8")
    assert of(copy) != before


@pytest.mark.parametrize("name", LEFT_ALONE)
def test_what_terraform_does_not_read_changes_nothing(copy, name):
    before, path = of(copy), copy / name
    path.write_text(path.read_text(encoding="utf-8") + "\n", encoding="utf-8")
    assert of(copy) == before


def test_a_release_of_a_product_plans_no_account_again(copy):
    before, path = of(copy), copy / "products" / "studio_environment" / "product.yaml"
    path.write_text(path.read_text(encoding="utf-8").replace('version: "', 'version: "9'), encoding="utf-8")
    assert of(copy) == before


def test_variables_and_roots_have_digests_of_their_own(copy):
    assert len({of(copy), of(copy, zones=2), of(copy, zones=3), of(copy, "hub"), of(copy, "organization")}) == 5


def test_the_folder_that_holds_the_repository_does_not_matter(copy, tmp_path):
    other = tmp_path / "elsewhere"
    for name in ("terraform", "products"):
        shutil.copytree(copy / name, other / name)
    assert of(copy, zones=2) == of(other, zones=2)
