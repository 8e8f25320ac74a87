"""Change sets: executed, refused, and what only the execution of a stack shows. tests/recorded has AWS's answers."""

import json
import time

import pytest
from botocore.exceptions import ClientError

from tests.localaws.conftest import refused
from tests.localaws.stacks import CAPABLE, Stacks, outputs, parameter

pytestmark = pytest.mark.local_only


@pytest.fixture(scope="module")
def stacks(aws):
    return Stacks(aws("cloudformation"))


def change_set(stacks, stack, name, template, **arguments):
    body = {"TemplateBody": json.dumps(template)} if template else {"UsePreviousTemplate": True}
    return stacks.client.create_change_set(
        StackName=stack, ChangeSetName=name, Capabilities=CAPABLE, **body, **arguments
    )


def test_a_change_set_creates_a_stack_and_another_updates_it(aws, stacks):
    created = change_set(
        stacks, "planned", "first", {"Resources": {"R": parameter(Name="/change-set/one")}}, ChangeSetType="CREATE"
    )
    assert stacks.client.list_change_sets(StackName="planned")["Summaries"][0]["ChangeSetId"] == created["Id"]
    with pytest.raises(ClientError, match="ParameterNotFound"):
        aws("ssm").get_parameter(Name="/change-set/one")
    stacks.client.execute_change_set(ChangeSetName=created["Id"])
    stack = stacks.wait_until_complete(created["StackId"])
    assert stack["StackStatus"] == "CREATE_COMPLETE"
    assert stacks.client.describe_change_set(ChangeSetName=created["Id"])["ExecutionStatus"] == "EXECUTE_COMPLETE"
    new = {"Resources": {"R": parameter("w", Name="/change-set/one"), "S": parameter()}}
    change_set(stacks, "planned", "other", new)
    second = change_set(stacks, "planned", "second", new)
    changes = stacks.client.describe_change_set(ChangeSetName=second["Id"])["Changes"]
    actions = {change["ResourceChange"]["LogicalResourceId"]: change["ResourceChange"] for change in changes}
    assert (actions["R"]["Action"], actions["R"]["Replacement"]) == ("Modify", "False")
    assert actions["S"]["Action"] == "Add"
    stacks.client.execute_change_set(StackName="planned", ChangeSetName="second")
    assert stacks.wait_until_complete(created["StackId"])["StackStatus"] == "UPDATE_COMPLETE"
    assert stacks.client.list_change_sets(StackName="planned")["Summaries"] == []
    assert refused(stacks.client.describe_change_set, StackName="planned", ChangeSetName="other")[0] == (
        "ChangeSetNotFound"
    )
    assert refused(stacks.client.execute_change_set, ChangeSetName=second["Id"])[0] == "InvalidChangeSetStatus"


def test_a_change_set_removes_a_resource_as_its_policy_says(stacks):
    stack = stacks.create({"Resources": {"R": parameter(), "S": {**parameter(), "DeletionPolicy": "Retain"}}})
    identifier = change_set(stacks, stack["StackId"], "remove", {"Resources": {"R": parameter()}})["Id"]
    [change] = stacks.client.describe_change_set(ChangeSetName=identifier)["Changes"]
    removed = change["ResourceChange"]
    assert (removed["Action"], removed["LogicalResourceId"], removed["PolicyAction"]) == ("Remove", "S", "Retain")


def test_a_change_of_tags_or_metadata_has_a_scope_of_its_own(stacks):
    stack = stacks.create({"Resources": {"R": parameter()}})
    new = {"Resources": {"R": {**parameter(), "Metadata": {"a": "b"}}}}
    identifier = change_set(stacks, stack["StackId"], "tags", new, Tags=[{"Key": "team", "Value": "a"}])["Id"]
    [change] = stacks.client.describe_change_set(ChangeSetName=identifier)["Changes"]
    assert change["ResourceChange"]["Scope"] == ["Metadata", "Tags"]
    assert change["ResourceChange"]["Replacement"] == "False"


@pytest.mark.parametrize(
    "arguments",
    [
        {"ChangeSetType": "IMPORT"},
        {"ImportExistingResources": True},
        {"RollbackConfiguration": {"MonitoringTimeInMinutes": 5}},
    ],
)
def test_what_change_sets_do_not_hold_is_refused(stacks, arguments):
    stack = stacks.create({"Resources": {"R": parameter()}})
    code, _, message = refused(change_set, stacks=stacks, stack=stack["StackId"], name="no", template=None, **arguments)
    assert (code, "does not hold" in message) == ("ValidationError", True)


@pytest.mark.parametrize(
    ("operation", "arguments"),
    [
        ("create_stack", {"StackPolicyBody": "{}"}),
        ("create_stack", {"RollbackConfiguration": {"MonitoringTimeInMinutes": 5}}),
        ("update_stack", {"StackPolicyDuringUpdateBody": "{}"}),
        ("create_change_set", {"ResourceTypes": ["AWS::SNS::Topic"]}),
        ("describe_change_set", {"IncludePropertyValues": True}),
        ("execute_change_set", {"RetainExceptOnCreate": True}),
        ("execute_change_set", {"DisableRollback": True}),
        ("delete_stack", {"RetainResources": ["R"]}),
    ],
)
def test_a_parameter_that_is_not_held_is_refused(stacks, operation, arguments):
    stack = stacks.create({"Resources": {"R": parameter()}})["StackId"]
    change_set(stacks, stack, "prepared", {"Resources": {"R": parameter("w")}})
    request = {"StackName": f"{stack.split('/')[1]}-new" if operation == "create_stack" else stack, **arguments}
    if operation in ("create_stack", "update_stack", "create_change_set"):
        request["TemplateBody"] = json.dumps({"Resources": {"R": parameter("w")}})
    if operation.endswith("change_set"):
        request["ChangeSetName"] = "other" if operation.startswith("create") else "prepared"
    code, message = refused(getattr(stacks.client, operation), **request)[::2]
    assert (code, f"does not hold {next(iter(arguments))}" in message) == ("ValidationError", True)


def test_a_stack_whose_creation_failed_is_not_updated(stacks):
    """https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/view-stack-events.html, ROLLBACK_COMPLETE"""
    template = {
        "Resources": {"R": {"Type": "AWS::SNS::Subscription", "Properties": {"TopicArn": "x", "Protocol": "sqs"}}}
    }
    stack = stacks.create(template)
    assert stack["StackStatus"] == "ROLLBACK_COMPLETE"
    arguments = {"StackName": stack["StackId"], "TemplateBody": json.dumps(template)}
    text = f"Stack:{stack['StackId']} is in ROLLBACK_COMPLETE state and can not be updated."
    assert refused(stacks.client.update_stack, **arguments)[::2] == ("ValidationError", text)
    assert refused(stacks.client.create_change_set, ChangeSetName="c", **arguments)[::2] == ("ValidationError", text)


def test_a_key_that_occurs_twice_in_yaml_is_refused(stacks):
    body = "Resources:\n  T: {Type: AWS::SNS::Topic}\n  T: {Type: AWS::SNS::Topic}\n"
    with pytest.raises(ClientError, match="Duplicate found 'T'"):
        stacks.create(body)


def test_a_failed_creation_leaves_nothing(aws, stacks):
    """The role is made, its attachment fails; the roll-back deletes the role."""
    trust = {
        "Version": "2012-10-17",
        "Statement": [
            {"Effect": "Allow", "Principal": {"Service": "lambda.amazonaws.com"}, "Action": "sts:AssumeRole"}
        ],
    }
    role = {"RoleName": "left-behind", "AssumeRolePolicyDocument": trust}
    role["ManagedPolicyArns"] = ["arn:aws:iam::aws:policy/NoSuchPolicyAnywhere"]
    stack = stacks.create({"Resources": {"R": {"Type": "AWS::IAM::Role", "Properties": role}}})
    assert stack["StackStatus"] == "ROLLBACK_COMPLETE"
    assert refused(aws("iam").get_role, RoleName="left-behind")[0] == "NoSuchEntity"


def test_a_property_that_is_not_held_is_refused_before_anything_exists(stacks):
    template = {"Resources": {"B": {"Type": "AWS::S3::Bucket", "Properties": {"AccessControl": "Private"}}}}
    code, _, message = refused(stacks.create, template=template)
    assert (code, "AccessControl of AWS::S3::Bucket" in message) == ("ValidationError", True)


def test_topics_get_the_events_of_a_stack(aws, stacks):
    """https://docs.aws.amazon.com/AWSCloudFormation/latest/APIReference/API_CreateStack.html, NotificationARNs"""
    topic = aws("sns").create_topic(Name="events")["TopicArn"]
    queue = aws("sqs").create_queue(QueueName="events")["QueueUrl"]
    arn = aws("sqs").get_queue_attributes(QueueUrl=queue, AttributeNames=["QueueArn"])["Attributes"]["QueueArn"]
    aws("sns").subscribe(TopicArn=topic, Protocol="sqs", Endpoint=arn)
    stacks.create({"Resources": {"R": parameter()}}, NotificationARNs=[topic])
    bodies = []
    for _ in range(40):
        bodies += [row["Body"] for row in aws("sqs").receive_message(QueueUrl=queue).get("Messages", [])]
        if any("ResourceStatus='CREATE_COMPLETE'\\nResourceType='AWS::CloudFormation::Stack'" in b for b in bodies):
            break
        time.sleep(0.05)
    text = "".join(bodies)
    assert text.count("ResourceStatus='CREATE_COMPLETE'") == 2
    assert "Subject" in text


def test_a_reference_put_together_by_a_function_is_resolved_with_its_version(aws, stacks):
    """https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/dynamic-references-ssm.html"""
    for value in ("one", "two"):
        aws("ssm").put_parameter(Name="/dynamic", Value=value, Type="String", Overwrite=True)
    reference = {"Fn::Join": ["", ["{{resolve:ssm:/", {"Ref": "P"}, "}}"]]}
    template = {
        "Parameters": {"P": {"Type": "String", "Default": "dynamic"}},
        "Resources": {"R": parameter(reference), "S": parameter("{{resolve:ssm:/dynamic:1}}")},
        "Outputs": {"R": {"Value": {"Fn::GetAtt": "R.Value"}}, "S": {"Value": {"Fn::GetAtt": "S.Value"}}},
    }
    assert outputs(stacks.create(template)) == {"R": "two", "S": "one"}


@pytest.mark.parametrize("service", ["secretsmanager", "ssm-secure"])
def test_another_reference_put_together_by_a_function_is_refused(stacks, service):
    reference = {"Fn::Sub": f"{{{{resolve:{service}:/${{AWS::StackName}}}}}}"}
    assert refused(stacks.create, template={"Resources": {"R": parameter(reference)}})[0] == "ValidationError"


def test_scalars_of_yaml_are_texts(aws, stacks):
    template = """
Parameters: {P: {Type: String, Default: true, AllowedValues: [true, false]}}
Conditions: {C: !Equals [!Ref P, true]}
Resources:
  T: {Type: AWS::SSM::Parameter, Properties: {Type: String, Value: 5, Tags: {count: 5, flag: true}}}
  Q: {Type: AWS::SQS::Queue, Properties: {VisibilityTimeout: '30', Tags: [{Key: n, Value: 5}]}}
Outputs: {P: {Value: !Ref P}, C: {Value: !If [C, 'yes', 'no']}, T: {Value: !GetAtt T.Value}, B: {Value: false}}
"""
    assert outputs(stacks.create(template)) == {"P": "true", "C": "yes", "T": "5", "B": "false"}


def test_a_custom_resource_answers_with_cfnresponse(stacks):
    """https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/cfn-lambda-function-code-cfnresponsemodule.html"""
    code = (
        "import cfnresponse\n"
        "def handler(event, context):\n"
        "    cfnresponse.send(event, context, cfnresponse.SUCCESS, {'A': 'b'}, 'id-1')\n"
    )
    trust = {"Effect": "Allow", "Principal": {"Service": "lambda.amazonaws.com"}, "Action": "sts:AssumeRole"}
    function = {"Runtime": "python3.12", "Handler": "index.handler", "Code": {"ZipFile": code}}
    template = {
        "Resources": {
            "R": {
                "Type": "AWS::IAM::Role",
                "Properties": {"AssumeRolePolicyDocument": {"Version": "2012-10-17", "Statement": [trust]}},
            },
            "F": {"Type": "AWS::Lambda::Function", "Properties": {**function, "Role": {"Fn::GetAtt": ["R", "Arn"]}}},
            "C": {"Type": "Custom::X", "Version": "1.0", "Properties": {"ServiceToken": {"Fn::GetAtt": ["F", "Arn"]}}},
        },
        "Outputs": {"A": {"Value": {"Fn::GetAtt": ["C", "A"]}}, "C": {"Value": {"Ref": "C"}}},
    }
    assert outputs(stacks.create(template)) == {"A": "b", "C": "id-1"}
