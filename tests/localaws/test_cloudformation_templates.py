"""CloudFormation before anything is made: parameters, rules, conditions, functions, capabilities, refusals.

https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/template-anatomy.html
"""

import json

import pytest
from botocore.exceptions import ClientError

from tests.localaws.stacks import Stacks, outputs, parameter, parameter_list


@pytest.fixture
def stacks(aws):
    return Stacks(aws("cloudformation"))


def _refusal(call, *arguments, **keywords):
    with pytest.raises(ClientError) as refused:
        call(*arguments, **keywords)
    return refused.value.response["Error"]["Code"], refused.value.response["Error"]["Message"]


# https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/parameters-section-structure.html
@pytest.mark.parametrize(
    ("declared", "value", "message_part"),
    [
        ({"Type": "String", "AllowedValues": ["a", "b"]}, "c", "must be one of [a, b]"),
        ({"Type": "String", "AllowedPattern": "[a-z]+"}, "UP", "must match pattern [a-z]+"),
        ({"Type": "String", "AllowedPattern": "[a-z]+", "ConstraintDescription": "lower case"}, "UP", "lower case"),
        ({"Type": "String", "MaxLength": 3}, "four", "must have a length from 0 to 3"),
        ({"Type": "Number", "MinValue": 60}, "5", "must be a number not less than 60"),
        ({"Type": "Number"}, "many", "must be a number"),
        ({"Type": "CommaDelimitedList", "AllowedValues": ["a", "b"]}, "a,c", "must be one of [a, b]"),
    ],
)
def test_a_parameter_that_breaks_its_constraint_is_refused(stacks, declared, value, message_part):
    template = {"Parameters": {"P": declared}, "Resources": {"R": parameter()}}
    code, message = _refusal(stacks.create, template, Parameters=parameter_list(P=value))
    assert code == "ValidationError"
    assert message.startswith(("Parameter P failed to satisfy constraint: ", "Parameter 'P' must be a number."))
    assert message_part in message


@pytest.mark.parametrize(
    ("parameters", "message_part"),
    [
        ([], "Parameters: [P] must have values"),
        (parameter_list(P="x", Q="y"), "Parameters: [Q] do not exist in the template"),
    ],
)
def test_missing_and_unknown_parameters_are_named(stacks, parameters, message_part):
    template = {"Parameters": {"P": {"Type": "String"}}, "Resources": {"R": parameter()}}
    assert _refusal(stacks.create, template, Parameters=parameters) == ("ValidationError", message_part)


def test_a_secret_parameter_is_masked(stacks):
    template = {"Parameters": {"P": {"Type": "String", "NoEcho": True}}, "Resources": {"R": parameter({"Ref": "P"})}}
    stack = stacks.create(template, Parameters=parameter_list(P="hush"))
    assert stack["Parameters"] == [{"ParameterKey": "P", "ParameterValue": "****"}]


# https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/cloudformation-supplied-parameter-types.html
def test_a_parameter_of_type_ssm_is_read_from_the_store(aws, stacks):
    aws("ssm").put_parameter(Name="/test/subnets", Value="subnet-1,subnet-2", Type="StringList", Overwrite=True)
    template = {
        "Parameters": {"P": {"Type": "AWS::SSM::Parameter::Value<List<String>>", "Default": "/test/subnets"}},
        "Resources": {"R": parameter({"Fn::Select": [1, {"Ref": "P"}]})},
        "Outputs": {"O": {"Value": {"Fn::GetAtt": "R.Value"}}},
    }
    stack = stacks.create(template)
    assert outputs(stack) == {"O": "subnet-2"}
    assert stack["Parameters"][0]["ResolvedValue"] == "subnet-1,subnet-2"


def test_a_parameter_that_the_store_lacks_is_refused_at_once(stacks):
    template = {
        "Parameters": {"P": {"Type": "AWS::SSM::Parameter::Value<String>", "Default": "/test/nowhere"}},
        "Resources": {"R": parameter()},
    }
    assert "Unable to fetch parameters [/test/nowhere]" in _refusal(stacks.create, template)[1]


# https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/dynamic-references-ssm.html
def test_a_dynamic_reference_is_resolved(aws, stacks):
    aws("ssm").put_parameter(Name="/test/dynamic", Value="found", Type="String", Overwrite=True)
    template = {
        "Resources": {"R": parameter("{{resolve:ssm:/test/dynamic}}")},
        "Outputs": {"O": {"Value": {"Fn::GetAtt": "R.Value"}}},
    }
    assert outputs(stacks.create(template)) == {"O": "found"}


# https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/rules-section-structure.html
@pytest.mark.parametrize(
    ("stage", "size", "valid"), [("prod", "small", False), ("prod", "large", True), ("dev", "small", True)]
)
def test_a_rule_is_asserted_if_its_condition_is_true(stacks, stage, size, valid):
    rule = {
        "RuleCondition": {"Fn::Equals": [{"Ref": "Stage"}, "prod"]},
        "Assertions": [
            {"Assert": {"Fn::Contains": [["large"], {"Ref": "Size"}]}, "AssertDescription": "production is large"}
        ],
    }
    template = {
        "Parameters": {"Stage": {"Type": "String"}, "Size": {"Type": "String"}},
        "Rules": {"Large": rule},
        "Resources": {"R": parameter()},
    }
    if valid:
        assert (
            stacks.create(template, Parameters=parameter_list(Stage=stage, Size=size))["StackStatus"]
            == "CREATE_COMPLETE"
        )
    else:
        assert (
            "production is large"
            in _refusal(stacks.create, template, Parameters=parameter_list(Stage=stage, Size=size))[1]
        )


# https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/intrinsic-function-reference.html
FUNCTIONS = [
    ({"Fn::Join": ["-", ["a", {"Ref": "P"}]]}, "a-x"),
    ({"Fn::Sub": "${P}/${AWS::Region}/${!kept}"}, "x/eu-west-2/${kept}"),
    ({"Fn::Sub": ["${V}!", {"V": {"Ref": "P"}}]}, "x!"),
    ({"Fn::Select": ["1", {"Fn::Split": [",", "a,b"]}]}, "b"),
    ({"Fn::If": ["Yes", "then", "else"]}, "then"),
    ({"Fn::If": ["No", "then", "else"]}, "else"),
    ({"Fn::FindInMap": ["M", "one", "key"]}, "mapped"),
    ({"Fn::Base64": "a"}, "YQ=="),
    ({"Fn::Select": [0, {"Fn::Cidr": ["10.0.0.0/16", 2, 8]}]}, "10.0.0.0/24"),
    ({"Fn::Select": [2, {"Fn::GetAZs": ""}]}, "eu-west-2c"),
    ({"Ref": "AWS::AccountId"}, "123456789012"),
]


@pytest.mark.parametrize(
    ("expression", "value"), FUNCTIONS, ids=[json.dumps(expression)[:40] for expression, _ in FUNCTIONS]
)
def test_a_function_returns_its_value(stacks, expression, value):
    template = {
        "Parameters": {"P": {"Type": "String", "Default": "x"}},
        "Mappings": {"M": {"one": {"key": "mapped"}}},
        "Conditions": {
            "Yes": {"Fn::And": [{"Fn::Equals": [{"Ref": "P"}, "x"]}, {"Fn::Not": [{"Condition": "No"}]}]},
            "No": {"Fn::Or": [{"Fn::Equals": ["1", "2"]}, {"Fn::Equals": ["3", "4"]}]},
        },
        "Resources": {"R": parameter()},
        "Outputs": {"O": {"Value": expression}},
    }
    assert outputs(stacks.create(template)) == {"O": value}


def test_a_resource_with_a_false_condition_is_not_created(stacks):
    template = {
        "Conditions": {"No": {"Fn::Equals": ["a", "b"]}},
        "Resources": {"R": parameter(), "S": {**parameter(), "Condition": "No"}},
        "Outputs": {"O": {"Condition": "No", "Value": {"Ref": "S"}}},
    }
    stack = stacks.create(template)
    assert list(stacks.physical_ids(stack)) == ["R"]
    assert outputs(stack) == {}


def test_no_value_removes_a_property(stacks):
    template = {"Resources": {"R": parameter(Description={"Ref": "AWS::NoValue"})}}
    assert stacks.create(template)["StackStatus"] == "CREATE_COMPLETE"


def test_yaml_with_short_forms_is_read(stacks):
    template = """
Resources:
  R:
    Type: AWS::SSM::Parameter
    Properties:
      Type: String
      Value: !Sub '${AWS::Region}'
Outputs:
  O:
    Value: !GetAtt R.Value
"""
    assert outputs(stacks.create(template)) == {"O": "eu-west-2"}


ROLE = {"AssumeRolePolicyDocument": {"Version": "2012-10-17", "Statement": []}}


# https://docs.aws.amazon.com/AWSCloudFormation/latest/APIReference/API_CreateStack.html
@pytest.mark.parametrize(
    ("properties", "acknowledged", "refused"),
    [
        (ROLE, [], True),
        (ROLE, ["CAPABILITY_IAM"], False),
        ({**ROLE, "RoleName": "test-named-role"}, ["CAPABILITY_IAM"], True),
    ],
)
def test_iam_resources_require_a_capability(aws, properties, acknowledged, refused):
    client, role = aws("cloudformation"), {"Type": "AWS::IAM::Role", "Properties": properties}
    body = json.dumps({"Resources": {"R": role}})
    name = f"capable-{len(properties)}-{len(acknowledged)}"
    if refused:
        code, _ = _refusal(client.create_stack, StackName=name, TemplateBody=body, Capabilities=acknowledged)
        assert code == "InsufficientCapabilitiesException"
    else:
        assert client.create_stack(StackName=name, TemplateBody=body, Capabilities=acknowledged)["StackId"]


@pytest.mark.parametrize(
    ("template", "message_part"),
    [
        ({"Resources": {}}, "At least one Resources member"),
        ({"Resources": {"R": {"Type": "AWS::No::Thing"}}}, "Unrecognized resource types: [AWS::No::Thing]"),
        (
            {"Resources": {"R": {"Type": "AWS::Redshift::Cluster"}}},
            "does not hold resource types [AWS::Redshift::Cluster]",
        ),
        ({"Resources": {"R": parameter({"Ref": "Lost"})}}, "Unresolved resource dependencies [Lost]"),
        ({"Resources": {"R": {**parameter(), "Colour": "red"}}}, "Invalid template resource property 'Colour'"),
        ({"Resources": {"R": {**parameter(), "DeletionPolicy": "Keep"}}}, "Unrecognized DeletionPolicy Keep"),
        ({"Resources": {"R": parameter()}, "Extra": 1}, "Invalid template property or properties [Extra]"),
        (
            {"Resources": {"A": {**parameter(), "DependsOn": "B"}, "B": {**parameter(), "DependsOn": "A"}}},
            "Circular dependency",
        ),
        ("{", "Template format error"),
    ],
)
def test_an_invalid_template_is_refused_before_the_operation(stacks, template, message_part):
    code, message = _refusal(stacks.create, template)
    assert code == "ValidationError"
    assert message_part in message


# https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/aws-properties-resource-tags.html
def test_tags_of_the_aws_prefix_are_refused(stacks):
    code, message = _refusal(stacks.create, {"Resources": {"R": parameter()}}, Tags=[{"Key": "aws:mine", "Value": "x"}])
    assert (code, message) == ("ValidationError", "aws: prefixed tag key names are not allowed for external use.")


def test_an_unsupported_operation_is_refused_with_an_aws_error(aws):
    code, message = _refusal(aws("cloudformation").list_stack_sets)
    assert code == "InvalidAction"
    assert "SUPPORTED.md" in message
