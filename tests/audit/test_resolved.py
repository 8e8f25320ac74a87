"""A template as a CloudFormation hook receives it: plain values instead of functions."""

import pytest

from scripts.audit.resolved import resolved

PARAMETERS = {
    "Team": {"Type": "String", "Default": "risk"},
    "Size": {"Type": "String", "AllowedValues": ["small", "large"]},
    "Key": {"Type": "AWS::SSM::Parameter::Value<String>", "Default": "/mlops/spoke/data-key-arn"},
    "Subnets": {"Type": "AWS::SSM::Parameter::Value<List<AWS::EC2::Subnet::Id>>", "Default": "/mlops/spoke/subnets"},
}
CASES = [
    ("text", "text"),
    (5, 5),
    ({"Ref": "Team"}, "risk"),
    ({"Ref": "Size"}, "small"),
    ({"Ref": "Key"}, "arn:aws:handed-over:eu-west-2:111122223333:Key"),
    ({"Ref": "Subnets"}, ["subnets-1"]),
    ({"Ref": "AWS::AccountId"}, "111122223333"),
    ({"Ref": "Store"}, "store"),
    ({"Fn::GetAtt": ["Store", "Arn"]}, "arn:aws:s3:::store"),
    ({"Fn::GetAtt": "Work.Arn"}, "arn:aws:made:eu-west-2:111122223333:Work.Arn"),
    ({"Fn::Sub": "${Team}-${AWS::Region}-${!Literal}"}, "risk-eu-west-2-${!Literal}"),
    ({"Fn::Sub": "${Store.Arn}/*"}, "arn:aws:s3:::store/*"),
    ({"Fn::Sub": ["${Name}!", {"Name": {"Ref": "Team"}}]}, "risk!"),
    ({"Fn::Join": ["-", ["a", {"Ref": "Team"}]]}, "a-risk"),
    ({"Fn::If": ["Large", "yes", "no"]}, "yes"),
    ({"Fn::If": ["Large", {"Ref": "Team"}, {"Ref": "AWS::NoValue"}]}, "risk"),
    ({"A": {"Fn::If": ["Large", {"Ref": "AWS::NoValue"}, "no"]}, "B": 1}, {"B": 1}),
    (["a", {"Fn::If": ["Large", {"Ref": "AWS::NoValue"}, "no"]}], ["a"]),
    ({"Fn::Select": [1, {"Fn::Split": ["-", "a-b"]}]}, "b"),
    ({"Fn::Base64": {"Ref": "Team"}}, "risk"),
    ({"Deep": [{"Ref": "Team"}]}, {"Deep": ["risk"]}),
]


@pytest.mark.parametrize(("expression", "value"), CASES)
def test_a_function_becomes_a_possible_value(expression, value):
    store = {"Type": "AWS::S3::Bucket", "Properties": {"Property": expression}}
    template = {"Parameters": PARAMETERS, "Resources": {"Store": store, "Work": {"Type": "AWS::Lambda::Function"}}}
    assert resolved(template)["Resources"]["Store"]["Properties"]["Property"] == value
