"""All products together: one catalogue with one language, safe whatever a person answers."""

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
from tests.products.choices import answers, asked, launched

ROOT = Path(__file__).resolve().parents[2]
PRODUCTS = load.products(ROOT)
TEMPLATES: dict[str, dict[str, Any]] = {
    product.name: json.loads(versions_folder.declared_release(product).body) for product in PRODUCTS
}
RULES = [kind() for kind in rule_index.all_rules()]
REGIONS = list(repository.platform(ROOT).regions)
each_template = pytest.mark.parametrize("name", TEMPLATES)
each_product = pytest.mark.parametrize("product", PRODUCTS, ids=lambda product: product.name)
# Types that hold nothing of a person's: made again from the template, they are the same.
HOLDS_NO_DATA = ROOT / "tests" / "products" / "holds_no_data.txt"


def weakened(template: dict[str, Any]) -> list[str]:
    """What a rule says of the template as it is launched with some answers."""
    return [
        f"{rule.id} {item.path} with {dict(chosen)}: {item.message}"
        for chosen in answers(template)
        for parsed in [Template("launched", launched(template, chosen), REGIONS)]
        for rule in RULES
        for item in rule.match(parsed)
    ]


@each_product
def test_a_template_is_read_in_one_sitting(product: Product) -> None:
    """What is longer belongs into functions of the kit."""
    assert len((product.folder / "template.py").read_text(encoding="utf-8").splitlines()) < 200


@each_template
def test_no_answer_weakens_security(name: str) -> None:
    assert weakened(TEMPLATES[name]) == []


@pytest.mark.parametrize("way", [{"Ref": "Way"}, {"Fn::If": ["Open", "PublicInternetOnly", "VpcOnly"]}], ids=json.dumps)
def test_an_answer_that_would_weaken_security_is_noticed(way: dict[str, Any]) -> None:
    template = json.loads(json.dumps(TEMPLATES["studio-environment"]))
    template["Parameters"]["Way"] = {"Type": "String", "AllowedValues": ["VpcOnly", "PublicInternetOnly"]}
    template["Conditions"] = {"Open": {"Fn::Not": [{"Fn::Equals": [{"Ref": "Way"}, "VpcOnly"]}]}}
    template["Resources"]["Domain"]["Properties"]["AppNetworkAccessType"] = way
    found = [item for item in weakened(template) if "AppNetworkAccessType" in item]
    assert found
    assert all("'Way': 'PublicInternetOnly'" in item for item in found)


@each_template
def test_what_is_typed_is_limited_and_says_how(name: str) -> None:
    for parameter, item in asked(TEMPLATES[name]).items():
        limited = {"AllowedValues", "AllowedPattern", "MaxValue"} & set(item)
        assert limited, parameter
        assert "AllowedPattern" not in item or item.get("ConstraintDescription"), parameter
        assert item.get("Description"), parameter


@each_template
def test_every_question_has_a_label_and_labels_are_phrases(name: str) -> None:
    template = TEMPLATES[name]
    labels = template["Metadata"]["AWS::CloudFormation::Interface"]["ParameterLabels"]
    for parameter in asked(template):
        label = labels[parameter]["default"]
        assert re.fullmatch(r"[A-Z][^.]{1,50}", label), f"{parameter}: {label}"


@each_template
def test_outputs_and_descriptions_are_phrases_without_a_full_stop(name: str) -> None:
    template = TEMPLATES[name]
    assert template["Outputs"], "the user gets nothing to go on with"
    for title, item in (("the template", template), *template["Outputs"].items()):
        assert re.fullmatch(r"[A-Z0-9].*[^.]", item["Description"]), f"{title}: {item['Description']}"


def test_the_same_name_means_the_same_in_every_product() -> None:
    seen: dict[str, set[str]] = defaultdict(set)
    for template in TEMPLATES.values():
        for title, item in template["Outputs"].items():
            seen[f"output {title}"].add(item["Description"])
        for parameter, item in asked(template).items():
            shape = {key: item.get(key) for key in ("Type", "AllowedPattern", "ConstraintDescription")}
            seen[f"parameter {parameter}"].add(json.dumps(shape, sort_keys=True))
    assert {what: said for what, said in seen.items() if len(said) > 1} == {}


def test_groups_are_the_users_first_and_the_platforms_last() -> None:
    last = set()
    for template in TEMPLATES.values():
        first, *_, platforms = template["Metadata"]["AWS::CloudFormation::Interface"]["ParameterGroups"]
        assert set(first["Parameters"]) == set(asked(template))
        last.add(platforms["Label"]["default"])
    assert len(last) == 1, "one wording for what the platform sets"


def test_titles_and_descriptions_tell_products_apart() -> None:
    assert (
        len({product.title for product in PRODUCTS})
        == len({product.description for product in PRODUCTS})
        == len(PRODUCTS)
    )


@each_product
def test_names_are_one_name(product: Product) -> None:
    assert product.name == product.folder.name.replace("_", "-")
    assert product.launch_role == f"launch-{product.name}"


def test_every_type_is_known_to_hold_data_or_not() -> None:
    used = {resource["Type"] for template in TEMPLATES.values() for resource in template["Resources"].values()}
    free = set(HOLDS_NO_DATA.read_text(encoding="utf-8").split())
    assert used - free - {*data.RETAINED_TYPES, *data.DELETABLE_TYPES} == set(), (
        "say so in holds_no_data.txt or in rule E9018"
    )
    assert free & {*data.RETAINED_TYPES, *data.DELETABLE_TYPES} == set()
