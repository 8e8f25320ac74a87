"""A template of any shape is rendered, described and derived, or refused with the place of what is wrong."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from generators.cloudformation import template_format
from generators.errors import UserError
from generators.launch_policy import derive, statements
from generators.launch_policy.version_permissions import version_permissions
from generators.release import diagram, load, product_readme
from generators.release.model import Product
from generators.release.render import render
from scripts.audit.resolved import resolved
from tests.support.unexpected_values import UNEXPECTED, places, replaced
from tests.unit.conftest import Repository

TOPIC = {"Type": "AWS::SNS::Topic"}
ROLE: dict[str, Any] = {
    "Type": "AWS::IAM::Role",
    "Properties": {
        "RoleName": {"Fn::Join": ["-", ["a", {"Ref": "Team"}]]},
        "AssumeRolePolicyDocument": {"Statement": [{"Effect": "Allow", "Action": "sts:AssumeRole"}]},
        "Tags": [{"Key": "product", "Value": {"Fn::Sub": ["${A}", {"A": {"Ref": "Team"}}]}}],
    },
}
TEMPLATE: dict[str, Any] = {
    "Description": "All that a template can have",
    "Metadata": {"AWS::CloudFormation::Interface": {"ParameterLabels": {"Team": {"default": "Your team"}}}},
    "Parameters": {
        "Team": {"Type": "String", "AllowedValues": ["a", "b"], "Default": "a"},
        "Key": {"Type": "AWS::SSM::Parameter::Value<String>", "Default": "/mlops/spoke/data-key-arn"},
    },
    "Mappings": {"Size": {"a": {"Days": 7}}},
    "Conditions": {"IsA": {"Fn::Equals": [{"Ref": "Team"}, "a"]}},
    "Resources": {
        "Role": ROLE,
        "Bucket": {"Type": "AWS::S3::Bucket", "Properties": {"Fn::If": ["IsA", {"BucketName": "a"}, {}]}},
        "Policy": {"Type": "AWS::S3::BucketPolicy", "Properties": {"Bucket": {"Ref": "Bucket"}}},
        "Function": {
            "Type": "AWS::Lambda::Function",
            "DependsOn": ["Policy"],
            "Properties": {"Role": {"Fn::GetAtt": ["Role", "Arn"]}, "FunctionName": {"Fn::Select": [0, ["a"]]}},
        },
        "Logs": {
            "Type": "AWS::Logs::LogGroup",
            "Properties": {"RetentionInDays": {"Fn::FindInMap": ["Size", {"Ref": "Team"}, "Days"]}},
        },
    },
    "Outputs": {"Name": {"Value": {"Ref": "Bucket"}, "Condition": "IsA"}},
}


def topic(**attributes: Any) -> dict[str, Any]:
    return {"Resources": {"A": {**TOPIC, **attributes}}}


@pytest.fixture
def product(repository: Repository) -> Product:
    """A product whose template is the file template.json."""
    repository.product()
    program = "import json, pathlib\n\nclass Body:\n    def to_dict(self):\n"
    program += "        return json.loads(pathlib.Path(__file__).with_name('template.json').read_text())\n\n"
    repository.write("products/note_book/template.py", program + "def build():\n    return Body()\n")
    return load.product(repository.root, "note-book")


def rendered(root: Path, product: Product, template: Any) -> dict[str, Any]:
    (product.folder / "template.json").write_text(json.dumps(template), encoding="utf-8")
    body: dict[str, Any] = json.loads(render(root, product).body)
    return body


@pytest.mark.parametrize(
    ("template", "sentence"),
    [
        ([], "the template: is no object; write an object with Resources"),
        ({"Resources": {}}, "Resources: CloudFormation refuses a template without resources; add one"),
        ({"Resources": []}, "Resources: is no object; write names and declarations"),
        ({"Resources": {"A": {"type": "AWS::SNS::Topic"}}}, "Resources.A: has no Type; add it"),
        ({"Resources": {"A": "AWS::SNS::Topic"}}, "Resources.A: has no Type; add it"),
        (topic(Properties=[]), "Resources.A.Properties: is no object; write names and values"),
        (topic(DependsOn={}), "Resources.A.DependsOn: is no logical id; write one, or a list of them"),
        (topic(Metadata=None), "Resources.A.Metadata: CloudFormation refuses null; write a value or leave the key out"),
        ({"Resources": {"A": TOPIC}, "Parameters": {"P": {"Default": "x"}}}, "Parameters.P: has no Type; add it"),
        ({"Resources": {"A": TOPIC}, "Outputs": {"O": {}}}, "Outputs.O: has no Value; add it"),
    ],
)  # fmt: skip
def test_what_is_no_template_is_refused_with_its_place(
    repository: Repository, product: Product, template: Any, sentence: str
) -> None:
    with pytest.raises(UserError) as error:
        rendered(repository.root, product, template)
    assert error.value.problems == (f"products/note_book/template.py: {sentence}",)


@pytest.mark.parametrize("value", ["float('nan')", "{1}", "b'x'", "'\\ud800'", "self"])
def test_what_is_no_json_is_refused(repository: Repository, value: str) -> None:
    repository.product()
    program = f"class Body:\n    def to_dict(self):\n        return {{'Metadata': {value}}}\n\n"
    repository.write("products/note_book/template.py", program + "def build():\n    return Body()\n")
    with pytest.raises(UserError, match=r"^products/note_book/template.py: the template is no JSON \("):
        render(repository.root, load.product(repository.root, "note-book"))


def test_a_loop_of_resources_is_rendered_and_described_but_not_derived(
    repository: Repository, product: Product
) -> None:
    loop = {"Fn::ForEach::Topics": ["Name", ["A", "B"], {"Topic${Name}": TOPIC}]}
    body = rendered(repository.root, product, {"Resources": loop})
    assert "svg" in diagram.svg("Topics", body)
    with pytest.raises(UserError, match=r"Resources\.Fn::ForEach::Topics: cannot decide which resources it makes"):
        derive.launch_policy(repository.root, product)


def test_an_output_without_a_description_has_its_name_in_the_diagram(repository: Repository, product: Product) -> None:
    body = rendered(repository.root, product, {"Resources": {"A": TOPIC}, "Outputs": {"Arn": {"Value": "x"}}})
    assert ">Arn<" in diagram.svg("Topics", body).replace("• ", "")


def test_both_branches_around_all_properties_count_for_the_launch_policy() -> None:
    names = [{"RoleName": name} for name in ("first", "second")]
    properties = {**ROLE["Properties"], "AssumeRolePolicyDocument": {}}
    branches = [{**properties, **name} for name in names]
    role = {"Type": "AWS::IAM::Role", "Properties": {"Fn::If": ["IsA", *branches]}}
    policy = statements.text(statements.document(version_permissions([{"Resources": {"Role": role}}], {}, "", "p")))
    assert "role/first" in policy
    assert "role/second" in policy


def test_no_shape_of_a_value_raises(repository: Repository, product: Product) -> None:
    for number, path in enumerate(places(TEMPLATE)):
        for value in UNEXPECTED[number % 3 :: 3]:  # a third at each place: all places see all values in turn
            template = replaced(TEMPLATE, path, value)
            if list(template_format.problems(template)):
                continue
            diagram.svg("All", template)
            product_readme.stale(product, template)
            version_permissions([template], {}, "mlops", product.name)
            resolved(template)
