"""The YAML files as values, the schemas that editors read, and what the registry knows."""

from __future__ import annotations

import json
from datetime import date

import pytest

from generators.accounts import teams
from generators.cloudformation import resource_schemas
from generators.config import contracts
from generators.config.repository import find_root
from generators.config.repository import platform as platform_of
from generators.errors import UserError
from generators.release import load
from generators.release.model import Waiver
from generators.release.version import Version
from scripts.docs import json_schema
from tests.unit.catalog.conftest import REPOSITORY


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
    assert [it.name for it in load.products(repository.root, name)] == ["note-book"]


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


def test_a_team_lives_in_a_file_of_its_name(repository):
    repository.edit("terraform/accounts/credit-risk.yaml", "team: credit-risk", "team: market-risk")
    repository.edit("terraform/accounts/credit-risk.yaml", "portfolios: [data-science]", "portfolios: [data]")

    with pytest.raises(UserError) as caught:
        teams.read(repository.root, platform_of(repository.root))

    file = "terraform/accounts/credit-risk.yaml"
    assert caught.value.problems == (
        f"{file}:7: unknown portfolio 'data'; use one of: data-science, studio-projects",
        f"{file}:2: team 'market-risk' lives in credit-risk.yaml; make the two equal",
    )


@pytest.mark.parametrize("name", json_schema.texts())
def test_a_schema_is_the_one_of_the_shapes(name):
    written = (REPOSITORY / "generators/config/schemas" / name).read_text(encoding="utf-8")
    assert written == json_schema.texts()[name], "renew it with: make docs"
    assert json.loads(written)["$schema"].startswith("https://json-schema.org/")


def test_the_registry_knows_what_replaces_a_resource():
    assert ("AuthMode",) in resource_schemas.create_only("AWS::SageMaker::Domain")
    assert resource_schemas.create_only("Custom::Thing") == ()


@pytest.mark.parametrize(
    ("kind", "name"),
    [
        ("AWS::S3::Bucket", "Tags"),
        ("AWS::S3::BucketPolicy", ""),
        ("AWS::SSM::Parameter", "Tags"),
        ("AWS::Glue::Job", "Tags"),
        ("AWS::ApiGatewayV2::Api", "Tags"),
        ("Custom::Thing", ""),
    ],
)
def test_the_registry_knows_where_tags_go(kind, name):
    assert resource_schemas.tag_property(kind) == name


@pytest.mark.parametrize(
    ("kind", "stateful"), [("AWS::S3::Bucket", True), ("AWS::SageMaker::Domain", True), ("AWS::SNS::Topic", False)]
)
def test_the_registry_knows_what_holds_data(kind, stateful):
    assert resource_schemas.is_stateful(kind) is stateful
