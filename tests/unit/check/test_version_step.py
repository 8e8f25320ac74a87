"""The smallest version step between two templates, with its reasons."""

from __future__ import annotations

from typing import Any

import pytest

from generators.check.compatibility.version_step import version_step
from generators.release.version import Bump

CONTRACT = {"Type": "AWS::SSM::Parameter::Value<String>", "Default": "/mlops/spoke/team"}
DENY = {"Effect": "Deny", "Principal": {"AWS": "*"}, "Action": "s3:*", "Resource": "*"}
ALLOW = {"Effect": "Allow", "Action": ["s3:Get*"], "Resource": "*"}


def resource(kind: str, **properties: Any) -> dict[str, Any]:
    return {"Resources": {"It": {"Type": kind, "Properties": properties}}}


def bucket(policy: str, condition: str = "", **more: Any) -> dict[str, Any]:
    resource = {"Type": "AWS::S3::Bucket", "DeletionPolicy": policy} | ({"Condition": condition} if condition else {})
    return {"Resources": {"It": resource}} | more


def parameter(**parameter: Any) -> dict[str, Any]:
    return {"Parameters": {"P": {"Type": "String"} | parameter}}


def output(**output: Any) -> dict[str, Any]:
    return {"Outputs": {"O": {"Value": 1} | output}}


def role(*statements: Any) -> dict[str, Any]:
    return resource("AWS::IAM::Role", Policies=[{"PolicyDocument": {"Statement": list(statements)}}])


def release(version: str, tag: str) -> dict[str, Any]:
    tags = [{"Key": "version", "Value": tag}]
    return resource("AWS::S3::Bucket", Tags=tags) | {"Metadata": {"Platform": {"Product": "x", "Version": version}}}


NOTHING: dict[str, Any] = {}
SECURE = {"BlockPublicAcls": True, "BlockPublicPolicy": True}

# change -> (old template, new template, step, a part of the reason)
CASES = {
    "the same template": (parameter(), parameter(), Bump.NONE, ""),
    "only the release's own number": (release("1.0.0", "1.0.0"), release("1.1.0", "1.1.0"), Bump.NONE, ""),
    "a tag that is no number of the release": (release("1.0.0", "a"), release("1.1.0", "b"), Bump.PATCH, "It changes"),
    "a parameter removed": (parameter(), NOTHING, Bump.MAJOR, "'P' is removed"),
    "a required parameter added": (NOTHING, parameter(), Bump.MAJOR, "new and required"),
    "a parameter with a default added": (NOTHING, parameter(Default="a"), Bump.MINOR, "has a default"),
    "a default removed": (parameter(Default="a"), parameter(), Bump.MAJOR, "is required"),
    "a default added": (parameter(), parameter(Default="a"), Bump.MINOR, "has a default now"),
    "another default": (parameter(Default="a"), parameter(Default="b"), Bump.PATCH, "preset"),
    "another description": (parameter(Description="a"), parameter(Description="b"), Bump.PATCH, "described"),
    "a type narrowed": (parameter(), parameter(Type="Number"), Bump.MAJOR, "Number instead of String"),
    "a type widened": (parameter(Type="Number"), parameter(), Bump.MINOR, "String instead of Number"),
    "a list instead of a string": (parameter(), parameter(Type="CommaDelimitedList"), Bump.MAJOR, "CommaDelimitedList"),
    "a value no longer allowed": (
        parameter(AllowedValues=["a", "b"]),
        parameter(AllowedValues=["a", "c"]),
        Bump.MAJOR,
        "no longer allows b",
    ),
    "values narrowed for the first time": (parameter(), parameter(AllowedValues=["a"]), Bump.MAJOR, "narrowed to a"),
    "one more value allowed": (
        parameter(AllowedValues=["a"]),
        parameter(AllowedValues=["a", "b"]),
        Bump.MINOR,
        "also allows b",
    ),
    "any value allowed": (parameter(AllowedValues=["a"]), parameter(), Bump.MINOR, "any value"),
    "values in another order": (
        parameter(AllowedValues=["a", "b"]),
        parameter(AllowedValues=["b", "a"]),
        Bump.PATCH,
        "described",
    ),
    "a new pattern": (parameter(), parameter(AllowedPattern="a"), Bump.MAJOR, "pattern"),
    "no pattern any more": (parameter(AllowedPattern="a"), parameter(), Bump.MINOR, "no pattern"),
    "a lower limit raised": (parameter(MinLength=1), parameter(MinLength=2), Bump.MAJOR, "MinLength of 'P' is 2"),
    "an upper limit raised": (parameter(MaxLength=1), parameter(MaxLength=2), Bump.MINOR, "MaxLength of 'P' is 2"),
    "a pattern with one more alternative": (
        parameter(AllowedPattern="[a-z]+"),
        parameter(AllowedPattern="[a-z]+|[0-9]+"),
        Bump.MINOR,
        "also accepts [0-9]+",
    ),
    "an upper limit set": (parameter(), parameter(MaxValue=2), Bump.MAJOR, "2 instead of unset"),
    "a secret shown": (parameter(NoEcho=True), parameter(), Bump.MAJOR, "plain text"),
    "a contract newly read": (NOTHING, {"Parameters": {"C": CONTRACT}}, Bump.MINOR, "/mlops/spoke/team is newly read"),
    "a contract no longer read": ({"Parameters": {"C": CONTRACT}}, NOTHING, Bump.PATCH, "no longer read"),
    "another contract": (
        {"Parameters": {"C": CONTRACT | {"AllowedValues": ["/mlops/spoke/team"]}}},
        {"Parameters": {"C": CONTRACT | {"Default": "/mlops/spoke/x", "AllowedValues": ["/mlops/spoke/x"]}}},
        Bump.MINOR,
        "reads /mlops/spoke/x",
    ),
    "a rule added": (NOTHING, {"Rules": {"R": {}}}, Bump.MAJOR, "may refuse"),
    "a rule removed": ({"Rules": {"R": {}}}, NOTHING, Bump.MINOR, "more is accepted"),
    "an output removed": (output(), NOTHING, Bump.MAJOR, "output 'O' is removed"),
    "an output added": (NOTHING, output(), Bump.MINOR, "output 'O' is new"),
    "an output's value": (output(), output(Value=2), Bump.PATCH, "another value"),
    "an export renamed": (output(Export={"Name": "a"}), output(Export={"Name": "b"}), Bump.MAJOR, "exported"),
    "an output under a condition": (output(), output(Condition="C"), Bump.MAJOR, "absent"),
    "a resource added": (NOTHING, resource("AWS::SNS::Topic"), Bump.MINOR, "is new"),
    "a stateless resource removed": (resource("AWS::SNS::Topic"), NOTHING, Bump.PATCH, "is removed"),
    "a stateful resource removed": (
        resource("AWS::SageMaker::Domain"),
        NOTHING,
        Bump.MAJOR,
        "holds data and is removed",
    ),
    "a stateful resource retyped": (
        resource("AWS::S3::Bucket"),
        resource("AWS::SNS::Topic"),
        Bump.MAJOR,
        "AWS::SNS::Topic instead of AWS::S3::Bucket",
    ),
    "a create-only property": (
        resource("AWS::SageMaker::Domain", AuthMode="IAM"),
        resource("AWS::SageMaker::Domain", AuthMode="SSO"),
        Bump.MAJOR,
        "AuthMode cannot change in place",
    ),
    "a create-only property deep inside": (
        resource("AWS::SageMaker::UserProfile", UserSettings={"RStudioServerProAppSettings": {"UserGroup": "a"}}),
        resource("AWS::SageMaker::UserProfile", UserSettings={"RStudioServerProAppSettings": {"UserGroup": "b"}}),
        Bump.MAJOR,
        "UserGroup cannot change in place",
    ),
    "a create-only property behind a function": (
        resource("AWS::SageMaker::UserProfile", UserSettings={"Fn::If": ["A", 1, 2]}),
        resource("AWS::SageMaker::UserProfile", UserSettings={"Fn::If": ["A", 1, 3]}),
        Bump.MAJOR,
        "cannot change in place",
    ),
    "a property that changes in place": (
        resource("AWS::SageMaker::Domain", AppSecurityGroupManagement="Service"),
        resource("AWS::SageMaker::Domain", AppSecurityGroupManagement="Customer"),
        Bump.PATCH,
        "AppSecurityGroupManagement (Service -> Customer)",
    ),
    "a custom resource's provider": (
        resource("Custom::Thing", ServiceToken="a"),
        resource("Custom::Thing", ServiceToken="b"),
        Bump.MAJOR,
        "ServiceToken cannot change in place",
    ),
    "a weaker deletion policy": (bucket("Retain"), bucket("Delete"), Bump.MAJOR, "its data may be lost"),
    "a stronger deletion policy": (bucket("Delete"), bucket("Retain"), Bump.PATCH, "DeletionPolicy"),
    "data under a condition": (bucket("Retain"), bucket("Retain", "C"), Bump.MAJOR, "depends on another condition"),
    "a condition under the data's condition": (
        bucket("Retain", "C", Conditions={"C": {"Fn::Not": [{"Condition": "D"}]}, "D": 1}),
        bucket("Retain", "C", Conditions={"C": {"Fn::Not": [{"Condition": "D"}]}, "D": 2}),
        Bump.MAJOR,
        "depends on another condition",
    ),
    "a safe property unset": (
        resource("AWS::S3::Bucket", PublicAccessBlockConfiguration=SECURE),
        resource("AWS::S3::Bucket", PublicAccessBlockConfiguration=SECURE | {"BlockPublicAcls": False}),
        Bump.MAJOR,
        "BlockPublicAcls of It was safe",
    ),
    "a key removed": (
        resource("AWS::Logs::LogGroup", KmsKeyId="k"),
        resource("AWS::Logs::LogGroup"),
        Bump.MAJOR,
        "KmsKeyId of It was safe",
    ),
    "a safe property that a function hides": (
        resource("AWS::KMS::Key", EnableKeyRotation=True),
        resource("AWS::KMS::Key", EnableKeyRotation={"Fn::If": ["C", True, False]}),
        Bump.MAJOR,
        "EnableKeyRotation of It was safe",
    ),
    "a property made safe": (
        resource("AWS::KMS::Key", EnableKeyRotation=False),
        resource("AWS::KMS::Key", EnableKeyRotation=True),
        Bump.PATCH,
        "EnableKeyRotation",
    ),
    "a shorter log retention": (
        resource("AWS::Logs::LogGroup", RetentionInDays={"Fn::If": ["C", 365, 30]}),
        resource("AWS::Logs::LogGroup", RetentionInDays={"Fn::If": ["C", 365, 7]}),
        Bump.MAJOR,
        "keeps logs 7 days instead of 30",
    ),
    "a security group opened to the internet": (
        resource("AWS::EC2::SecurityGroup", SecurityGroupIngress=[{"CidrIp": "10.0.0.0/8"}]),
        resource("AWS::EC2::SecurityGroup", SecurityGroupIngress=[{"CidrIp": "0.0.0.0/0"}]),
        Bump.MAJOR,
        "opens to 0.0.0.0/0",
    ),
    "flow logs removed": (resource("AWS::EC2::FlowLog"), NOTHING, Bump.MAJOR, "protects and is removed"),
    "a permission added": (
        role(ALLOW),
        role(ALLOW, ALLOW | {"Action": "kms:Decrypt"}),
        Bump.MINOR,
        "may newly: kms:Decrypt on *",
    ),
    "a permission that another one covers": (role(ALLOW), role(ALLOW | {"Action": "s3:GetObject"}), Bump.PATCH, ""),
    "a permission without its condition": (
        role(ALLOW | {"Condition": {"Bool": {"a": "b"}}}),
        role(ALLOW),
        Bump.MINOR,
        "may newly: s3:Get*",
    ),
    "all but some actions": (
        role({"Effect": "Allow", "NotAction": ["iam:*", "s3:*"], "Resource": "*"}),
        role({"Effect": "Allow", "NotAction": ["iam:*"], "Resource": "*"}),
        Bump.MINOR,
        'all but ["iam:*"]',
    ),
    "a permission behind a condition": (
        role(ALLOW),
        role(ALLOW, {"Fn::If": ["C", ALLOW | {"Action": "kms:Decrypt"}, {"Ref": "AWS::NoValue"}]}),
        Bump.MINOR,
        "kms:Decrypt",
    ),
    "everybody allowed": (
        resource("AWS::S3::BucketPolicy", PolicyDocument={"Statement": [DENY]}),
        resource("AWS::S3::BucketPolicy", PolicyDocument={"Statement": [DENY, ALLOW | {"Principal": "*"}]}),
        Bump.MAJOR,
        "allows everybody",
    ),
    "a denial dropped": (
        resource("AWS::S3::BucketPolicy", PolicyDocument={"Statement": [DENY]}),
        NOTHING,
        Bump.MAJOR,
        "no longer denies: s3:* on *",
    ),
    "a managed policy added": (
        resource("AWS::IAM::Role"),
        resource("AWS::IAM::Role", ManagedPolicyArns=["arn:aws:iam::aws:policy/ReadOnlyAccess"]),
        Bump.MINOR,
        "ReadOnlyAccess",
    ),
    "the launch role widened": (
        resource("AWS::Logs::LogGroup"),
        resource("AWS::Logs::LogGroup", RetentionInDays=90),
        Bump.MINOR,
        "launch role may newly: logs:PutRetentionPolicy",
    ),
    "the launch role narrowed": (
        resource("AWS::Logs::LogGroup", DataProtectionPolicy={"Name": "a"}),
        resource("AWS::Logs::LogGroup"),
        Bump.PATCH,
        "",
    ),
    "a mapping": ({"Mappings": {"A": 1}}, {"Mappings": {"A": 2}}, Bump.PATCH, "section Mappings changes"),
}


@pytest.mark.parametrize("case", CASES)
def test_the_step_is_the_smallest_one_with_its_reasons(case):
    old, new, bump, reason = CASES[case]

    step = version_step(old, new)

    assert step.bump is bump
    assert reason in "; ".join(step.reasons)
