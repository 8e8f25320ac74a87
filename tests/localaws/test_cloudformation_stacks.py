"""CloudFormation's stacks: made, changed in place, replaced, rolled back, deleted, each call as who asked.

https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/stacks.html
"""

import json

import pytest
from botocore.exceptions import ClientError

from tests.localaws.stacks import Stacks, outputs, parameter

TRUST = {
    "Version": "2012-10-17",
    "Statement": [{"Effect": "Allow", "Principal": {"Service": "lambda.amazonaws.com"}, "Action": "sts:AssumeRole"}],
}


@pytest.fixture
def stacks(aws):
    return Stacks(aws("cloudformation"))


def _topic(**properties):
    return {"Type": "AWS::SNS::Topic", "Properties": properties}


# https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/view-stack-events.html
def test_each_resource_has_status_events(stacks):
    stack = stacks.create({"Resources": {"R": parameter()}})
    assert stacks.statuses(stack, "R") == ["CREATE_IN_PROGRESS", "CREATE_COMPLETE"]
    assert stacks.statuses(stack, stack["StackName"]) == ["CREATE_IN_PROGRESS", "CREATE_COMPLETE"]


def test_a_generated_name_contains_stack_name_and_logical_id(stacks):
    stack = stacks.create({"Resources": {"R": parameter()}})
    assert stacks.physical_ids(stack)["R"].startswith(f"{stack['StackName']}-R-")


# https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/intrinsic-function-reference-sub.html
def test_a_sub_variable_takes_precedence_over_a_resource_of_the_same_name(aws, stacks):
    text = {"Fn::Sub": ["${R}", {"R": "given"}]}
    absent = {**parameter("absent"), "Condition": "Never"}
    template = {"Conditions": {"Never": {"Fn::Equals": ["a", "b"]}}, "Resources": {"R": absent, "It": parameter(text)}}
    name = stacks.physical_ids(stacks.create(template))["It"]
    assert aws("ssm").get_parameter(Name=name)["Parameter"]["Value"] == "given"


# https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/aws-properties-resource-tags.html
def test_stack_tags_reach_the_resources(aws, stacks):
    stack = stacks.create({"Resources": {"R": parameter()}}, Tags=[{"Key": "team", "Value": "risk"}])
    name = stacks.physical_ids(stack)["R"]
    tags = aws("ssm").list_tags_for_resource(ResourceType="Parameter", ResourceId=name)["TagList"]
    assert {"Key": "team", "Value": "risk"} in tags


# https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/stack-failure-options.html
def test_a_failed_creation_is_rolled_back_and_deletes_only_its_own_resources(aws, stacks):
    ssm = aws("ssm")
    ssm.put_parameter(Name="/test/theirs", Value="theirs", Type="String", Overwrite=True)
    existing = {**parameter("ours", Name="/test/theirs"), "DependsOn": "First"}
    stack = stacks.create({"Resources": {"First": parameter(Name="/test/first"), "Taken": existing}})
    assert stack["StackStatus"] == "ROLLBACK_COMPLETE"
    assert "already exists" in stacks.reasons(stack)
    assert ssm.get_parameter(Name="/test/theirs")["Parameter"]["Value"] == "theirs"
    with pytest.raises(ssm.exceptions.ParameterNotFound):
        ssm.get_parameter(Name="/test/first")


def test_a_property_that_the_type_lacks_fails_the_resource(stacks):
    stack = stacks.create({"Resources": {"R": parameter(Nope=1)}})
    assert stack["StackStatus"] == "ROLLBACK_COMPLETE"
    assert "'Nope' was unexpected" in stacks.reasons(stack)


# https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/using-cfn-updating-stacks-update-behaviors.html
def test_a_change_in_place_keeps_the_physical_id_and_touches_nothing_else(aws, stacks):
    before = {"Resources": {"R": parameter("one"), "S": parameter("same")}}
    stack = stacks.create(before)
    physical = stacks.physical_ids(stack)
    after = stacks.update(stack, {"Resources": {"R": parameter("two"), "S": parameter("same")}})
    assert after["StackStatus"] == "UPDATE_COMPLETE"
    assert stacks.physical_ids(stack) == physical
    assert aws("ssm").get_parameter(Name=physical["R"])["Parameter"]["Value"] == "two"
    assert "UPDATE_IN_PROGRESS" not in stacks.statuses(stack, "S")


def test_a_create_only_property_replaces_the_resource_and_deletes_the_old_one(aws, stacks):
    stack = stacks.create({"Resources": {"R": parameter(Name="/test/old")}})
    stacks.update(stack, {"Resources": {"R": parameter(Name="/test/new")}})
    assert stacks.physical_ids(stack) == {"R": "/test/new"}
    with pytest.raises(aws("ssm").exceptions.ParameterNotFound):
        aws("ssm").get_parameter(Name="/test/old")


def test_nothing_to_update_is_refused(stacks):
    template = {"Resources": {"R": parameter()}}
    stack = stacks.create(template)
    with pytest.raises(ClientError, match="No updates are to be performed"):
        stacks.update(stack, template)


def test_a_failed_update_restores_what_it_changed(aws, stacks):
    ssm = aws("ssm")
    ssm.put_parameter(Name="/test/blocked", Value="x", Type="String", Overwrite=True)
    stack = stacks.create({"Resources": {"R": parameter("one")}, "Outputs": {"O": {"Value": "before"}}})
    physical = stacks.physical_ids(stack)
    blocked = {**parameter(Name="/test/blocked"), "DependsOn": ["R", "New"]}
    template = {"Resources": {"R": parameter("two"), "New": parameter(Name="/test/added"), "Blocked": blocked}}
    after = stacks.update(stack, {**template, "Outputs": {"O": {"Value": "after"}}})
    assert after["StackStatus"] == "UPDATE_ROLLBACK_COMPLETE"
    assert outputs(after) == {"O": "before"}
    assert stacks.physical_ids(stack) == physical
    assert ssm.get_parameter(Name=physical["R"])["Parameter"]["Value"] == "one"
    with pytest.raises(ssm.exceptions.ParameterNotFound):
        ssm.get_parameter(Name="/test/added")


# https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-attribute-deletionpolicy.html
@pytest.mark.parametrize(("policy", "left"), [("Retain", True), ("RetainExceptOnCreate", True), ("Delete", False)])
def test_the_deletion_policy_decides_whether_a_resource_is_retained(aws, stacks, policy, left):
    name = f"/test/policy/{policy.lower()}"
    stack = stacks.create({"Resources": {"R": {**parameter(Name=name), "DeletionPolicy": policy}}})
    assert stacks.delete(stack)["StackStatus"] == "DELETE_COMPLETE"
    names = [parameter_detail["Name"] for parameter_detail in aws("ssm").get_parameters(Names=[name])["Parameters"]]
    assert names == ([name] if left else [])
    aws("ssm").delete_parameters(Names=[name])


@pytest.mark.parametrize(("policy", "left"), [("Retain", True), ("RetainExceptOnCreate", False)])
def test_a_failed_creation_keeps_only_what_is_retained_always(aws, stacks, policy, left):
    name = f"/test/failed/{policy.lower()}"
    retained = {**parameter(Name=name), "DeletionPolicy": policy}
    stacks.create({"Resources": {"R": retained, "Bad": {**parameter(Nope=1), "DependsOn": "R"}}})
    names = [parameter_detail["Name"] for parameter_detail in aws("ssm").get_parameters(Names=[name])["Parameters"]]
    assert names == ([name] if left else [])
    aws("ssm").delete_parameters(Names=[name])


# https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-attribute-updatereplacepolicy.html
def test_the_replace_policy_keeps_the_old_resource(aws, stacks):
    retained = {**parameter(Name="/test/replace/old"), "UpdateReplacePolicy": "Retain"}
    stack = stacks.create({"Resources": {"R": retained}})
    stacks.update(stack, {"Resources": {"R": {**parameter(Name="/test/replace/new"), "UpdateReplacePolicy": "Retain"}}})
    names = aws("ssm").get_parameters(Names=["/test/replace/old", "/test/replace/new"])["Parameters"]
    assert len(names) == 2
    aws("ssm").delete_parameter(Name="/test/replace/old")


# https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/using-cfn-stack-exports.html
def test_an_export_in_use_cannot_be_deleted(aws, stacks):
    export = {"O": {"Value": "shared", "Export": {"Name": "test-export"}}}
    owner = stacks.create({"Resources": {"R": parameter()}, "Outputs": export})
    user = stacks.create({"Resources": {"R": parameter({"Fn::ImportValue": "test-export"})}})
    with pytest.raises(ClientError, match="in use by"):
        stacks.delete(owner)
    stacks.delete(user)
    assert stacks.delete(owner)["StackStatus"] == "DELETE_COMPLETE"


# https://docs.aws.amazon.com/AWSCloudFormation/latest/APIReference/API_CreateStack.html
def test_a_repeated_token_creates_one_stack(stacks):
    template, token = {"Resources": {"R": parameter()}}, "token-of-one-request"
    first = stacks.create(template, StackName="token-once", ClientRequestToken=token)
    again = stacks.create(template, wait=False, StackName="token-once", ClientRequestToken=token)
    assert again == first["StackId"]
    with pytest.raises(ClientError, match="already exists"):
        stacks.create(template, StackName="token-once", ClientRequestToken="another")


def test_a_stack_with_termination_protection_cannot_be_deleted(stacks):
    stack = stacks.create({"Resources": {"R": parameter()}}, EnableTerminationProtection=True)
    with pytest.raises(ClientError, match="TerminationProtection is enabled"):
        stacks.delete(stack)
    stacks.client.update_termination_protection(StackName=stack["StackId"], EnableTerminationProtection=False)
    assert stacks.delete(stack)["StackStatus"] == "DELETE_COMPLETE"


def test_a_bucket_that_is_not_empty_fails_the_deletion(aws, stacks):
    stack = stacks.create({"Resources": {"B": {"Type": "AWS::S3::Bucket"}, "R": parameter()}})
    bucket = stacks.physical_ids(stack)["B"]
    aws("s3").put_object(Bucket=bucket, Key="k", Body=b"x")
    after = stacks.delete(stack)
    assert after["StackStatus"] == "DELETE_FAILED"
    assert "not empty" in stacks.reasons(stack)
    assert list(stacks.physical_ids(stack)) == ["B"]
    aws("s3").delete_object(Bucket=bucket, Key="k")
    assert stacks.delete(stack)["StackStatus"] == "DELETE_COMPLETE"


def test_a_role_changes_its_policies_in_place(aws, stacks):
    def role(action):
        statement = {"Effect": "Allow", "Action": action, "Resource": "*"}
        policy = {"PolicyName": "p", "PolicyDocument": {"Version": "2012-10-17", "Statement": [statement]}}
        properties = {"AssumeRolePolicyDocument": TRUST, "Policies": [policy]}
        return {"Resources": {"R": {"Type": "AWS::IAM::Role", "Properties": properties}}}

    stack = stacks.create(role("s3:GetObject"))
    name = stacks.physical_ids(stack)["R"]
    stacks.update(stack, role("s3:PutObject"))
    document = aws("iam").get_role_policy(RoleName=name, PolicyName="p")["PolicyDocument"]
    assert document["Statement"][0]["Action"] == "s3:PutObject"
    assert stacks.physical_ids(stack)["R"] == name
    assert stacks.delete(stack)["StackStatus"] == "DELETE_COMPLETE"


# https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/using-iam-servicerole.html
@pytest.mark.local_only
def test_each_call_uses_the_identity_of_the_caller(aws, member):
    account = member("stack-caller")
    iam, trust = aws("iam", account=account), {"Version": "2012-10-17", "Statement": []}
    statement = {"Effect": "Allow", "Action": "sts:AssumeRole", "Principal": {"AWS": f"arn:aws:iam::{account}:root"}}
    trust["Statement"].append(statement)
    iam.create_role(RoleName="narrow", AssumeRolePolicyDocument=json.dumps(trust))
    allowed = [{"Effect": "Allow", "Action": ["cloudformation:*", "ssm:*"], "Resource": "*"}]
    document = json.dumps({"Version": "2012-10-17", "Statement": allowed})
    iam.put_role_policy(RoleName="narrow", PolicyName="p", PolicyDocument=document)
    stacks = Stacks(aws("cloudformation", account=account, role="narrow"))
    assert stacks.create({"Resources": {"R": parameter()}})["StackStatus"] == "CREATE_COMPLETE"
    refused = stacks.create({"Resources": {"T": _topic(TopicName="too-much")}})
    assert refused["StackStatus"] == "ROLLBACK_COMPLETE"
    assert "not authorized to perform: sns:CreateTopic" in stacks.reasons(refused)


FUNCTION = """
import json, urllib.request
def handler(event, context):
    bad = event["ResourceProperties"].get("Fail") == event["RequestType"]
    body = {"Status": "FAILED" if bad else "SUCCESS", "Reason": "asked to", "PhysicalResourceId": "made-by-us",
            "StackId": event["StackId"], "RequestId": event["RequestId"],
            "LogicalResourceId": event["LogicalResourceId"],
            "Data": {"Answer": event["RequestType"] + event["ResourceProperties"].get("Word", "")}}
    request = urllib.request.Request(event["ResponseURL"], json.dumps(body).encode(), method="PUT")
    urllib.request.urlopen(request)
"""


def _custom(**properties):
    code = {"ZipFile": FUNCTION}
    role = {"Type": "AWS::IAM::Role", "Properties": {"AssumeRolePolicyDocument": TRUST}}
    function = {"Code": code, "Handler": "index.handler", "Runtime": "python3.12", "Role": {"Fn::GetAtt": "Role.Arn"}}
    custom = {"ServiceToken": {"Fn::GetAtt": "Function.Arn"}, **properties}
    return {
        "Resources": {
            "Role": role,
            "Function": {"Type": "AWS::Lambda::Function", "Properties": function},
            "Custom": {"Type": "Custom::Thing", "Properties": custom},
        },
        "Outputs": {"Answer": {"Value": {"Fn::GetAtt": "Custom.Answer"}}},
    }


# https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/template-custom-resources.html
def test_a_custom_resource_is_created_updated_and_deleted_by_its_function(stacks):
    stack = stacks.create(_custom(Word="!"))
    assert outputs(stack) == {"Answer": "Create!"}
    assert stacks.physical_ids(stack)["Custom"] == "made-by-us"
    assert outputs(stacks.update(stack, _custom(Word="?"))) == {"Answer": "Update?"}
    assert stacks.delete(stack)["StackStatus"] == "DELETE_COMPLETE"


def test_a_custom_resource_failure_contains_the_reason_of_the_function(stacks):
    stack = stacks.create(_custom(Fail="Create"))
    assert stack["StackStatus"] == "ROLLBACK_COMPLETE"
    assert "asked to" in stacks.reasons(stack)
