"""The architecture diagram of a template: resources as boxes, references as arrows."""

from __future__ import annotations

from typing import Any
from xml.etree import ElementTree

from generators.cloudformation.references import edges
from generators.release import diagram
from generators.release.diagram.layout import Box, layout

SVG = "{http://www.w3.org/2000/svg}"
BUCKET, ROLE = {"Type": "AWS::S3::Bucket"}, {"Type": "AWS::IAM::Role"}


def template(**resources: Any) -> dict[str, Any]:
    return {"Metadata": {}, "Resources": resources}


def resource(*values: Any, **attributes: Any) -> dict[str, Any]:
    return {"Type": "AWS::SageMaker::Model", "Properties": {"Values": list(values)}, **attributes}


def test_every_form_of_reference_is_an_arrow_and_depends_on_is_not():
    forms = [{"Ref": "A"}, {"Fn::GetAtt": ["B", "Arn"]}, {"Fn::GetAtt": "C.Arn"}, {"Fn::Sub": "x-${D}-${E.Arn}"}]
    forms.append({"Fn::If": ["Wanted", {"Fn::Sub": ["${F}-${own}", {"own": {"Ref": "G"}}]}, {"Ref": "Parameter"}]})
    names = "ABCDEFG"
    body = template(User=resource(*forms, DependsOn=["Later"]), Later=BUCKET, **dict.fromkeys(names, BUCKET))
    assert edges(body)["User"] == set(names)


def test_a_resource_that_configures_another_has_no_box_and_its_references_start_there():
    rule = {"Type": "AWS::IAM::Policy", "Properties": {"Roles": [{"Ref": "Role"}], "PolicyDocument": {"Ref": "Data"}}}
    assert edges(template(Role=ROLE, Rule=rule, Data=BUCKET)) == {"Role": {"Data"}, "Data": frozenset()}


def test_a_policy_that_names_a_user_of_its_resource_reverses_no_arrow():
    rule = {"Type": "AWS::Events::Rule", "Properties": {"Targets": [{"Arn": {"Ref": "News"}}]}}
    policy = {"Topics": [{"Ref": "News"}], "PolicyDocument": {"Fn::GetAtt": ["Ended", "Arn"]}}
    body = template(News=BUCKET, Ended=rule, Policy={"Type": "AWS::SNS::TopicPolicy", "Properties": policy})
    assert edges(body) == {"News": frozenset(), "Ended": {"News"}}


def test_arrows_point_to_the_right_and_no_box_covers_another():
    body = template(
        A=resource({"Ref": "B"}), B=resource({"Ref": "C"}), C=BUCKET, D=resource({"Ref": "C"}), Alone=BUCKET
    )
    boxes = {box.name: box for box in layout(edges(body))}
    assert boxes["A"].x < boxes["B"].x < boxes["C"].x
    assert boxes["D"].x < boxes["C"].x
    assert len({(box.x, box.y) for box in boxes.values()}) == 5


def test_resources_in_a_cycle_have_a_diagram():
    body = template(
        A=resource({"Ref": "B"}), B=resource({"Ref": "C"}), C=resource({"Ref": "A"}), D=resource({"Ref": "B"})
    )
    assert len({(box.x, box.y) for box in layout(edges(body))}) == 4


def test_a_column_is_never_higher_than_a_page():
    many = template(**{f"Bucket{number}": BUCKET for number in range(30)})
    boxes = layout(edges(many))
    assert len(boxes) == 30
    assert max(box.y for box in boxes) < 9 * Box.STEP[1]


def test_the_diagram_shows_resources_parameters_and_outputs_with_escaped_text():
    body = template(DataBucket=BUCKET, Model=resource({"Ref": "DataBucket"}))
    body |= {"Parameters": {"Team": {"Type": "String"}, "Vpc": {"Type": "AWS::SSM::Parameter::Value<String>"}}}
    body |= {"Outputs": {"Data": {"Description": "Bucket for <data> & more"}}}
    svg = ElementTree.fromstring(diagram.svg("Models & data", body))
    texts = [element.text for element in svg.iter(f"{SVG}text")]
    assert {"Models & data", "Data Bucket", "S3 Bucket", "Team", "Bucket for <data> & more"} <= set(texts)
    assert "Vpc" not in texts
    assert len(list(svg.iter(f"{SVG}path"))) == 1 + 1  # the arrow and the shape of its head


def test_equal_templates_give_equal_diagrams():
    one = template(A=resource({"Ref": "B"}, {"Ref": "C"}), B=BUCKET, C=BUCKET)
    other = template(C=BUCKET, B=BUCKET, A=resource({"Ref": "C"}, {"Ref": "B"}))
    assert diagram.svg("It", one) == diagram.svg("It", other)
