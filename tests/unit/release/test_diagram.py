"""The picture of a template: its resources as boxes, its own references as arrows."""

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


def using(*values: Any, **more: Any) -> dict[str, Any]:
    return {"Type": "AWS::SageMaker::Model", "Properties": {"Values": list(values)}, **more}


def test_every_form_of_reference_is_an_arrow_and_order_is_none():
    forms = [{"Ref": "A"}, {"Fn::GetAtt": ["B", "Arn"]}, {"Fn::GetAtt": "C.Arn"}, {"Fn::Sub": "x-${D}-${E.Arn}"}]
    forms.append({"Fn::If": ["Wanted", {"Fn::Sub": ["${F}-${own}", {"own": {"Ref": "G"}}]}, {"Ref": "Parameter"}]})
    names = "ABCDEFG"
    made = template(User=using(*forms, DependsOn=["Later"]), Later=BUCKET, **dict.fromkeys(names, BUCKET))
    assert edges(made)["User"] == set(names)


def test_what_says_something_of_another_is_not_drawn_and_its_references_are_the_others():
    rule = {"Type": "AWS::IAM::Policy", "Properties": {"Roles": [{"Ref": "Role"}], "PolicyDocument": {"Ref": "Data"}}}
    assert edges(template(Role=ROLE, Rule=rule, Data=BUCKET)) == {"Role": {"Data"}, "Data": frozenset()}


def test_a_policy_that_names_who_uses_its_owner_turns_no_arrow_round():
    rule = {"Type": "AWS::Events::Rule", "Properties": {"Targets": [{"Arn": {"Ref": "News"}}]}}
    policy = {"Topics": [{"Ref": "News"}], "PolicyDocument": {"Fn::GetAtt": ["Ended", "Arn"]}}
    made = template(News=BUCKET, Ended=rule, Policy={"Type": "AWS::SNS::TopicPolicy", "Properties": policy})
    assert edges(made) == {"News": frozenset(), "Ended": {"News"}}


def test_arrows_point_to_the_right_and_no_box_covers_another():
    made = template(A=using({"Ref": "B"}), B=using({"Ref": "C"}), C=BUCKET, D=using({"Ref": "C"}), Alone=BUCKET)
    boxes = {box.name: box for box in layout(edges(made))}
    assert boxes["A"].x < boxes["B"].x < boxes["C"].x
    assert boxes["D"].x < boxes["C"].x
    assert len({(box.x, box.y) for box in boxes.values()}) == 5


def test_groups_that_name_each_other_have_a_picture():
    made = template(A=using({"Ref": "B"}), B=using({"Ref": "C"}), C=using({"Ref": "A"}), D=using({"Ref": "B"}))
    assert len({(box.x, box.y) for box in layout(edges(made))}) == 4


def test_a_column_is_never_higher_than_a_page():
    many = template(**{f"Bucket{number}": BUCKET for number in range(30)})
    boxes = layout(edges(many))
    assert len(boxes) == 30
    assert max(box.y for box in boxes) < 9 * Box.STEP[1]


def test_the_picture_tells_boxes_questions_and_results_in_words_that_xml_carries():
    made = template(DataBucket=BUCKET, Model=using({"Ref": "DataBucket"}))
    made |= {"Parameters": {"Team": {"Type": "String"}, "Vpc": {"Type": "AWS::SSM::Parameter::Value<String>"}}}
    made |= {"Outputs": {"Data": {"Description": "Bucket for <data> & more"}}}
    drawn = ElementTree.fromstring(diagram.svg("Models & data", made))
    texts = [it.text for it in drawn.iter(f"{SVG}text")]
    assert {"Models & data", "Data Bucket", "S3 Bucket", "Team", "Bucket for <data> & more"} <= set(texts)
    assert "Vpc" not in texts
    assert len(list(drawn.iter(f"{SVG}path"))) == 1 + 1  # the arrow and the form of its tip


def test_the_same_template_gives_the_same_picture():
    one = template(A=using({"Ref": "B"}, {"Ref": "C"}), B=BUCKET, C=BUCKET)
    other = template(C=BUCKET, B=BUCKET, A=using({"Ref": "C"}, {"Ref": "B"}))
    assert diagram.svg("It", one) == diagram.svg("It", other)
