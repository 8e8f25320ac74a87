"""platform.yaml and contracts.yaml as values, and the root of the repository."""

from __future__ import annotations

from generators.accounts import teams
from generators.config import contracts
from generators.config.repository import find_root
from generators.config.repository import platform as platform_of
from tests.unit.conftest import REPOSITORY


def test_the_root_is_found_from_below(repository):
    assert find_root(repository.path("products/note_book")) == repository.root


def test_the_platform_of_this_repository_is_sound():
    platform = platform_of(REPOSITORY)

    assert set(platform.targets) == {"local", "aws"}
    assert platform.bucket("1", "eu-west-2") == f"{platform.release_bucket}-1-eu-west-2"
    assert all(team.portfolios for team in teams.read(REPOSITORY, platform))


def test_a_contract_is_found_by_scope_and_key():
    assert contracts.find(REPOSITORY, "spoke", "vpc_id").type == "AWS::EC2::VPC::Id"


def test_an_edited_contract_file_is_read_again(repository):
    assert contracts.find(repository.root, "spoke", "team").description != "Another"
    repository.edit("terraform/contracts.yaml", "The team that the account belongs to", "Another")

    assert contracts.find(repository.root, "spoke", "team").description == "Another"
