"""Generated pairs of templates: one resource whose values and spellings differ between the older and the newer one."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from hypothesis import strategies as st

Template = dict[str, dict[str, Any]]
TRUST = {"Effect": "Allow", "Principal": {"Service": "lambda.amazonaws.com"}, "Action": "sts:AssumeRole"}
TRUST_LISTS = {"Effect": "Allow", "Principal": {"Service": ["lambda.amazonaws.com"]}, "Action": ["sts:AssumeRole"]}
DENIAL = {"Effect": "Deny", "Action": ["s3:*", "sns:*"], "Resource": "*"}
DENIAL_SORTED = {"Effect": "Deny", "Action": ["sns:*", "s3:*"], "Resource": ["*"]}
NAME = object()  # stands for a name that no other stack has
# Type -> property -> possible values. A property that is not required may be absent.
PROPERTIES: dict[str, dict[str, list[Any]]] = {
    "AWS::SSM::Parameter": {"Name": [NAME], "Value": ["one", "two"], "Description": ["a", "b"]},
    "AWS::SNS::Topic": {"TopicName": [NAME], "DisplayName": ["one", "two"]},
    "AWS::SQS::Queue": {"QueueName": [NAME], "VisibilityTimeout": [30, "30", 60], "DelaySeconds": [5, "5", 10]},
    "AWS::Logs::LogGroup": {"LogGroupName": [NAME], "RetentionInDays": [30, "30", 90, "90"]},
    "AWS::S3::Bucket": {"BucketName": [NAME], "VersioningConfiguration": [{"Status": "Enabled"}]},
    "AWS::ECR::Repository": {
        "RepositoryName": [NAME],
        "ImageTagMutability": ["MUTABLE", "IMMUTABLE"],
        "EncryptionConfiguration": [{"EncryptionType": "AES256"}, {"EncryptionType": "KMS"}],
    },
    "AWS::SageMaker::ModelPackageGroup": {
        "ModelPackageGroupName": [NAME],
        "ModelPackageGroupDescription": ["a", "b"],
    },
    "AWS::IAM::Role": {
        "RoleName": [NAME],
        "Path": ["/", "/team/"],
        "Description": ["a", "b"],
        "MaxSessionDuration": [3600, "3600", 7200],
        "AssumeRolePolicyDocument": [
            {"Version": "2012-10-17", "Statement": statements} for statements in (TRUST, [TRUST], TRUST_LISTS)
        ],
    },
    "AWS::IAM::ManagedPolicy": {
        "ManagedPolicyName": [NAME],
        "Path": ["/", "/team/"],
        "Description": ["a", "b"],
        "PolicyDocument": [
            {"Version": "2012-10-17", "Statement": statements} for statements in (DENIAL, [DENIAL], DENIAL_SORTED)
        ],
    },
}
REQUIRED = {"Value", "ModelPackageGroupName", "AssumeRolePolicyDocument", "PolicyDocument"}
FIXED = {"AWS::SSM::Parameter": {"Type": "String"}}


@dataclass(frozen=True)
class TemplatePair:
    """Two templates for the same stack; `#` in a text stands for what makes the names of the stack unique."""

    old: Template
    new: Template

    def unique(self, text: str) -> TemplatePair:
        """The pair with names that nothing else has."""
        return TemplatePair(_replaced(self.old, text), _replaced(self.new, text))


def _replaced(node: Any, text: str) -> Any:
    if isinstance(node, dict):
        return {_replaced(key, text): _replaced(value, text) for key, value in node.items()}
    if isinstance(node, list):
        return [_replaced(item, text) for item in node]
    return node.replace("#", text) if isinstance(node, str) else node


@st.composite
def template_pairs(draw: st.DrawFn) -> TemplatePair:
    """Pairs with the same type and parameters and with properties, maps and conditions of their own."""
    resource_type = draw(st.sampled_from(sorted(PROPERTIES)))
    names = [name for name in PROPERTIES[resource_type] if name in REQUIRED or draw(st.booleans())]
    changed = draw(st.sets(st.sampled_from(names), min_size=1, max_size=2)) if names else set()
    first = {name: _value(draw, resource_type, name) for name in names}
    second = first | {name: _value(draw, resource_type, name) for name in changed}
    if draw(st.integers(0, 9)) == 0:
        second = {name: value for name, value in second.items() if name in REQUIRED or name not in changed}
    default = draw(st.sampled_from(["x", "y"]))
    old, new = (_template(draw, resource_type, properties, default) for properties in (first, second))
    return TemplatePair(old, new)


def _value(draw: st.DrawFn, resource_type: str, name: str) -> Any:
    value = draw(st.sampled_from(PROPERTIES[resource_type][name]))
    if value is not NAME:
        return value
    return ("/" if resource_type == "AWS::SSM::Parameter" else "") + draw(st.sampled_from(["one-#", "two-#"]))


def _template(draw: st.DrawFn, resource_type: str, properties: dict[str, Any], default: str) -> Template:
    template: Template = {
        "Parameters": {"P#": {"Type": "String", "Default": default, "AllowedValues": ["x", "y"]}},
        "Mappings": {"M#": {"x": {"unused": "-"}, "y": {"unused": "-"}}},
        "Conditions": {"C#": {"Fn::Equals": [{"Ref": "P#"}, draw(st.sampled_from(["x", "y"]))]}},
        "Resources": {},
    }
    values = {name: _spelling(draw, name, value, template) for name, value in properties.items()}
    template["Resources"]["R#"] = {"Type": resource_type, "Properties": FIXED.get(resource_type, {}) | values}
    return template


def _spelling(draw: st.DrawFn, name: str, value: Any, template: Template) -> Any:
    """The value itself, or an expression with it as the result for at least one value of the parameter."""
    other = draw(st.sampled_from([value, "other-#" if isinstance(value, str) and "#" in value else value]))
    other = f"/{other}" if str(value).startswith("/") and other == "other-#" else other
    if isinstance(value, dict):
        return draw(st.sampled_from([value, {"Fn::If": ["C#", value, value]}]))
    for row, item in zip(draw(st.permutations(["x", "y"])), (value, other), strict=True):
        template["Mappings"]["M#"][row][name] = item
    spellings = [
        value,
        {"Fn::FindInMap": ["M#", {"Ref": "P#"}, name]},
        {"Fn::If": ["C#", value, other]},
        *([{"Fn::Sub": value}, {"Fn::Sub": ["${V}", {"V": value}]}] if isinstance(value, str) else []),
        *([{"Fn::Join": ["", [value[:1], value[1:]]]}] if isinstance(value, str) else []),
    ]
    return draw(st.sampled_from(spellings))
