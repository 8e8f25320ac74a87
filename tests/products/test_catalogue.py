"""All products together: consistent names and texts, and secure templates for every combination of parameters."""

from __future__ import annotations

import json
import re
from collections import defaultdict
from pathlib import Path
from typing import Any

import pytest
from cfnlint.template import Template

from generators.compliance import rule_index
from generators.config import repository
from generators.release import load, versions_folder
from generators.release.model import Product
from generators.rules import stateful_resource_is_retained as data
from tests.products.parameter_values import combinations, resolved, user_parameters

ROOT = Path(__file__).resolve().parents[2]
PRODUCTS = load.products(ROOT)
TEMPLATES: dict[str, dict[str, Any]] = {
    product.name: json.loads(versions_folder.declared_release(product).body) for product in PRODUCTS
}
RULES = [rule() for rule in rule_index.all_rules()]
REGIONS = list(repository.platform(ROOT).regions)
each_template = pytest.mark.parametrize("name", TEMPLATES)
each_product = pytest.mark.parametrize("product", PRODUCTS, ids=lambda product: product.name)
# Resource types without data of users: a replacement from the template is the same.
STATELESS_TYPES = ROOT / "tests" / "products" / "stateless_types.txt"


def violations(template: dict[str, Any]) -> list[str]:
    """The messages of all rules about the template, for every combination of parameters."""
    return [
        f"{rule.id} {match.path} with {dict(values)}: {match.message}"
        for values in combinations(template)
        for parsed in [Template("resolved", resolved(template, values), REGIONS)]
        for rule in RULES
        for match in rule.match(parsed)
    ]


@each_product
def test_a_template_has_fewer_than_200_lines(product: Product) -> None:
    """Longer code belongs in functions of generators/kit."""
    assert len((product.folder / "template.py").read_text(encoding="utf-8").splitlines()) < 200


@each_template
def test_no_parameter_weakens_security(name: str) -> None:
    assert violations(TEMPLATES[name]) == []


@pytest.mark.parametrize(
    "value", [{"Ref": "NetworkAccess"}, {"Fn::If": ["Open", "PublicInternetOnly", "VpcOnly"]}], ids=json.dumps
)
def test_a_parameter_that_would_weaken_security_is_reported(value: dict[str, Any]) -> None:
    template = json.loads(json.dumps(TEMPLATES["studio-environment"]))
    template["Parameters"]["NetworkAccess"] = {"Type": "String", "AllowedValues": ["VpcOnly", "PublicInternetOnly"]}
    template["Conditions"] = {"Open": {"Fn::Not": [{"Fn::Equals": [{"Ref": "NetworkAccess"}, "VpcOnly"]}]}}
    template["Resources"]["Domain"]["Properties"]["AppNetworkAccessType"] = value
    messages = [message for message in violations(template) if "AppNetworkAccessType" in message]
    assert messages
    assert all("'NetworkAccess': 'PublicInternetOnly'" in message for message in messages)


@each_template
def test_every_parameter_has_a_limit_and_explains_it(name: str) -> None:
    for parameter, body in user_parameters(TEMPLATES[name]).items():
        limits = {"AllowedValues", "AllowedPattern", "MaxValue"} & set(body)
        assert limits, parameter
        assert "AllowedPattern" not in body or body.get("ConstraintDescription"), parameter
        assert body.get("Description"), parameter


@each_template
def test_every_parameter_has_a_label_and_labels_are_phrases(name: str) -> None:
    template = TEMPLATES[name]
    labels = template["Metadata"]["AWS::CloudFormation::Interface"]["ParameterLabels"]
    for parameter in user_parameters(template):
        label = labels[parameter]["default"]
        assert re.fullmatch(r"[A-Z][^.]{1,50}", label), f"{parameter}: {label}"


@each_template
def test_outputs_and_descriptions_are_phrases_without_a_full_stop(name: str) -> None:
    template = TEMPLATES[name]
    assert template["Outputs"], "the user needs at least one output"
    for title, body in (("the template", template), *template["Outputs"].items()):
        assert re.fullmatch(r"[A-Z0-9].*[^.]", body["Description"]), f"{title}: {body['Description']}"


def test_the_same_name_means_the_same_in_every_product() -> None:
    seen: dict[str, set[str]] = defaultdict(set)
    for template in TEMPLATES.values():
        for title, output in template["Outputs"].items():
            seen[f"output {title}"].add(output["Description"])
        for parameter, body in user_parameters(template).items():
            shape = {key: body.get(key) for key in ("Type", "AllowedPattern", "ConstraintDescription")}
            seen[f"parameter {parameter}"].add(json.dumps(shape, sort_keys=True))
    assert {name: texts for name, texts in seen.items() if len(texts) > 1} == {}


def test_the_first_group_has_the_user_parameters_and_the_last_the_platform_s() -> None:
    last = set()
    for template in TEMPLATES.values():
        first, *_, platform = template["Metadata"]["AWS::CloudFormation::Interface"]["ParameterGroups"]
        assert set(first["Parameters"]) == set(user_parameters(template))
        last.add(platform["Label"]["default"])
    assert len(last) == 1, "the group of platform parameters has one label"


def test_titles_and_descriptions_are_unique() -> None:
    titles, descriptions = {product.title for product in PRODUCTS}, {product.description for product in PRODUCTS}
    assert len(titles) == len(descriptions) == len(PRODUCTS)


@each_product
def test_product_folder_and_launch_role_have_the_same_name(product: Product) -> None:
    assert product.name == product.folder.name.replace("_", "-")
    assert product.launch_role == f"launch-{product.name}"


def test_every_resource_type_is_classified_as_stateful_or_stateless() -> None:
    used = {resource["Type"] for template in TEMPLATES.values() for resource in template["Resources"].values()}
    stateless = set(STATELESS_TYPES.read_text(encoding="utf-8").split())
    assert used - stateless - {*data.RETAINED_TYPES, *data.DELETABLE_TYPES} == set(), (
        "say so in stateless_types.txt or in rule E9018"
    )
    assert stateless & {*data.RETAINED_TYPES, *data.DELETABLE_TYPES} == set()
