"""Every product folder is complete: rendered, without findings, versioned, documented, tested by taskcat."""

from __future__ import annotations

import json
from datetime import date
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest
import yaml
from taskcat._config import Config

from generators.check.check import check
from generators.check.compatibility.version_step import version_step
from generators.cloudformation.resource_schemas import create_only
from generators.config import contracts
from generators.release import changelog, load, product_readme, versions_folder
from generators.release.model import Product, Release
from generators.release.render import render

ROOT = Path(__file__).resolve().parents[2]
PRODUCTS = load.products(ROOT)
RELEASES = [release for product in PRODUCTS for release in versions_folder.releases(product)]
STEPS = [(old, new) for old, new in pairwise(RELEASES) if old.product == new.product]
each_product = pytest.mark.parametrize("product", PRODUCTS, ids=lambda product: product.name)
each_release = pytest.mark.parametrize(
    "release", RELEASES, ids=lambda release: f"{release.product.name} {release.version}"
)


def body(release: Release) -> dict[str, Any]:
    content: dict[str, Any] = json.loads(release.body)
    return content


@each_product
def test_product_renders_to_its_frozen_file(product: Product) -> None:
    frozen_file = product.folder / "versions" / f"{product.version}.json"
    assert render(ROOT, product).body == frozen_file.read_bytes(), f"make render, or: catalog render {product.name}"


def test_products_have_no_findings() -> None:
    assert check(ROOT, PRODUCTS, date.today()) == ()


@pytest.mark.parametrize(("old", "new"), STEPS, ids=lambda release: str(release.version))
def test_version_step_is_large_enough(old: Release, new: Release) -> None:
    judgement = version_step(body(old), body(new))
    assert new.version >= old.version.after(judgement.bump), judgement.reasons


@pytest.mark.parametrize(("old", "new"), STEPS, ids=lambda release: str(release.version))
def test_upgrade_removes_and_replaces_nothing(old: Release, new: Release) -> None:
    kinds = {change.kind for change in version_step(body(old), body(new)).changes}
    assert "replacement" not in kinds
    assert set(body(old)["Resources"]) <= set(body(new)["Resources"])


@each_release
def test_changelog_describes_the_version(release: Release) -> None:
    assert len(changelog.summary(release.product, release.version)) > 20


@each_product
def test_readme_has_diagram_tables_and_use_cases(product: Product) -> None:
    text = (product.folder / "README.md").read_text()
    sections = ("## When to use it", "<!-- parameters -->", "<!-- outputs -->", "](architecture.svg)")
    assert [section for section in sections if section not in text] == []
    assert product_readme.stale(product, json.loads(versions_folder.declared_release(product).body)) == ()


@each_product
def test_taskcat_reads_its_configuration(product: Product) -> None:
    Config.create(project_root=product.folder, project_config_path=product.folder / ".taskcat.yml")


@each_product
def test_taskcat_launches_the_declared_version_with_allowed_parameters(product: Product) -> None:
    config = yaml.safe_load((product.folder / ".taskcat.yml").read_text())
    parameters = body(versions_folder.declared_release(product))["Parameters"]
    for case in config["tests"].values():
        assert case["template"] == f"versions/{product.version}.json"
        values = case.get("parameters", {})
        required = {name for name, body in parameters.items() if "Default" not in body}
        assert required <= set(values) <= set(parameters)
        for name, value in values.items():
            assert str(value) in map(str, parameters[name].get("AllowedValues", [value]))


@each_release
def test_user_parameters_are_at_most_five_in_a_group_of_their_own(release: Release) -> None:
    template = body(release)
    names = {name for name, body in template["Parameters"].items() if not body["Type"].startswith("AWS::SSM::")}
    groups = template["Metadata"]["AWS::CloudFormation::Interface"]["ParameterGroups"]
    assert len(names) <= 5
    assert set(groups[0]["Parameters"]) == names


@each_release
def test_contract_written_by_a_product_names_it_as_writer(release: Release) -> None:
    writers = {contract.path: contract.writer for keys in contracts.read(ROOT).values() for contract in keys.values()}
    for resource in body(release)["Resources"].values():
        if resource["Type"] == "AWS::SSM::Parameter":
            assert writers[resource["Properties"]["Name"]] == f"products/{release.product.folder.name}"


def test_contract_of_a_product_has_a_resource_that_writes_it() -> None:
    declared = [contract for keys in contracts.read(ROOT).values() for contract in keys.values()]
    names = {
        resource["Properties"]["Name"]
        for product in PRODUCTS
        for resource in body(versions_folder.declared_release(product))["Resources"].values()
        if resource["Type"] == "AWS::SSM::Parameter"
    }
    assert names == {contract.path for contract in declared if "products/" in contract.writer}


def test_studio_environment_has_two_versions() -> None:
    assert len(versions_folder.releases(load.product(ROOT, "studio-environment"))) >= 2


@each_release
def test_version_is_not_in_a_create_only_property(release: Release) -> None:
    for name, resource in body(release)["Resources"].items():
        for path in create_only(resource["Type"]):
            value = resource.get("Properties", {}).get(path[0])
            assert f'"{release.version}"' not in json.dumps(value), f"{name}.{path[0]} would be replaced"
