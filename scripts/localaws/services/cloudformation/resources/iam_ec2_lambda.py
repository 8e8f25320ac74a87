"""Resource types of IAM, EC2 security groups and Lambda."""

import json
from typing import Any

from scripts.localaws.services.cloudformation.resources.resource_type import (
    Calls,
    PhysicalResource,
    PropertyHandler,
    ResourceType,
    archived,
    generated_name,
    pick,
    tag_handler,
    tag_list,
    tag_map,
    text,
)

_FUNCTION = (
    "FunctionName", "Role", "Handler", "Runtime", "Description", "Timeout", "MemorySize", "Environment", "VpcConfig",
    "DeadLetterConfig", "TracingConfig", "Layers", "EphemeralStorage", "LoggingConfig",
)  # fmt: skip


def _inline_policies(resource: PhysicalResource, old: Any, new: Any) -> Calls:
    before, after = ({p["PolicyName"]: p for p in policies or []} for policies in (old, new))
    role = {"RoleName": resource.props["RoleName"]}
    for name in before.keys() - after.keys():
        yield "delete_role_policy", {**role, "PolicyName": name}
    for name, policy in after.items():
        if before.get(name) != policy:
            yield "put_role_policy", {**role, "PolicyName": name, "PolicyDocument": text(policy["PolicyDocument"])}


def _managed_policies(resource: PhysicalResource, old: Any, new: Any) -> Calls:
    role, before, after = {"RoleName": resource.props["RoleName"]}, set(old or []), set(new or [])
    yield from (("detach_role_policy", {**role, "PolicyArn": arn}) for arn in sorted(before - after))
    yield from (("attach_role_policy", {**role, "PolicyArn": arn}) for arn in sorted(after - before))


def _trust_policy(resource: PhysicalResource, old: Any, new: Any) -> Calls:
    if old is not None and new is not None:
        yield "update_assume_role_policy", {"RoleName": resource.id, "PolicyDocument": text(new)}


def _boundary(resource: PhysicalResource, old: Any, new: Any) -> Calls:
    if old is not None and new is not None:
        yield "put_role_permissions_boundary", {"RoleName": resource.id, "PermissionsBoundary": new}


def _policy_in_roles(resource: PhysicalResource, old: Any, new: Any) -> Calls:
    document = text(resource.props["PolicyDocument"])
    for role in new or ():
        identifier = {"RoleName": role, "PolicyName": resource.props["PolicyName"]}
        yield "put_role_policy", {**identifier, "PolicyDocument": document}
    for role in set(old or ()) - set(new or ()):
        yield "delete_role_policy", {"RoleName": role, "PolicyName": resource.props["PolicyName"]}


def _policy_document(resource: PhysicalResource, old: Any, new: Any) -> Calls:
    if old is not None and new is not None:
        yield from _policy_in_roles(resource, [], resource.props.get("Roles"))


def _policy_version(resource: PhysicalResource, old: Any, new: Any) -> Calls:
    if old is not None and new is not None:
        yield "create_policy_version", {"PolicyArn": resource.id, "PolicyDocument": text(new), "SetAsDefault": True}


def _permissions(rules: list[dict[str, Any]]) -> list[dict[str, Any]]:
    return [_permission(rule) for rule in rules]


def _permission(rule: dict[str, Any]) -> dict[str, Any]:
    description = {"Description": rule["Description"]} if "Description" in rule else {}
    permission: dict[str, Any] = {"IpProtocol": rule["IpProtocol"]}
    permission |= {key: rule[key] for key in ("FromPort", "ToPort") if key in rule}
    for key, value in rule.items():
        if key == "CidrIp":
            permission["IpRanges"] = [{"CidrIp": value, **description}]
        elif key.endswith("SecurityGroupId"):
            permission["UserIdGroupPairs"] = [{"GroupId": value, **description}]
        elif key.endswith("PrefixListId"):
            permission["PrefixListIds"] = [{"PrefixListId": value, **description}]
    return permission


_ALLOW_ALL_EGRESS = [{"IpProtocol": "-1", "IpRanges": [{"CidrIp": "0.0.0.0/0"}]}]


def _security_group_rules(direction: str) -> PropertyHandler:
    def calls(resource: PhysicalResource, old: Any, new: Any) -> Calls:
        group = {"GroupId": resource.id}
        if old:
            yield f"revoke_security_group_{direction}", {**group, "IpPermissions": _permissions(old)}
        elif old is None and direction == "egress":  # replaces the rule that EC2 adds to every new group
            yield "revoke_security_group_egress", {**group, "IpPermissions": _ALLOW_ALL_EGRESS}
        if new:
            yield f"authorize_security_group_{direction}", {**group, "IpPermissions": _permissions(new)}

    return PropertyHandler(f"SecurityGroup{direction.capitalize()}", calls)


def _group(resource: PhysicalResource) -> dict[str, Any]:
    tags = [{"ResourceType": "security-group", "Tags": resource.props["Tags"]}] if resource.props.get("Tags") else []
    return {**pick("GroupName", "VpcId", Description="GroupDescription")(resource), "TagSpecifications": tags}


def _security_group_rule(direction: str) -> ResourceType:
    def arguments(resource: PhysicalResource) -> dict[str, Any]:
        rule = {key: value for key, value in resource.props.items() if key != "GroupId"}
        return {"GroupId": resource.props["GroupId"], "IpPermissions": [_permission(rule)]}

    sides = {"Source", "Destination"}
    peers = {f"{policies}{target_type}Id" for policies in sides for target_type in ("SecurityGroup", "PrefixList")}
    return ResourceType(
        "ec2", f"authorize_security_group_{direction}", arguments, f"revoke_security_group_{direction}", arguments,
        attributes={"Id": "answer.SecurityGroupRules[0].SecurityGroupRuleId || id"},
        supported_properties=frozenset(
            {"GroupId", "IpProtocol", "FromPort", "ToPort", "CidrIp", "Description", *peers}
        ),
    )  # fmt: skip


def _function(resource: PhysicalResource) -> dict[str, Any]:
    extra = {"Code": archived(resource.props["Code"]), "Tags": tag_map(resource.props.get("Tags"))}
    return {**pick(*_FUNCTION, "Architectures", "KmsKeyArn")(resource), **extra}


def _code(resource: PhysicalResource, old: Any, new: Any) -> Calls:
    if old is not None and new is not None:
        yield "update_function_code", {"FunctionName": resource.props["FunctionName"], **archived(new)}


def _concurrency(resource: PhysicalResource, old: Any, new: Any) -> Calls:
    identifier = {"FunctionName": resource.props["FunctionName"]}
    if new is None:
        yield "delete_function_concurrency", identifier
    else:
        yield "put_function_concurrency", {**identifier, "ReservedConcurrentExecutions": new}


RESOURCE_TYPES: dict[str, ResourceType] = {
    "AWS::IAM::Role": ResourceType(
        "iam",
        "create_role",
        lambda resource: {
            **pick("RoleName", "Path", "Description", "MaxSessionDuration", "PermissionsBoundary", "Tags")(resource),
            "AssumeRolePolicyDocument": text(resource.props["AssumeRolePolicyDocument"]),
        },
        "delete_role",
        pick("RoleName"),
        read="get_role",
        update="update_role",
        update_arguments=pick("Description", "MaxSessionDuration"),
        property_handlers=(
            PropertyHandler("AssumeRolePolicyDocument", _trust_policy),
            PropertyHandler("PermissionsBoundary", _boundary),
            PropertyHandler("ManagedPolicyArns", _managed_policies, on_delete=True),
            PropertyHandler("Policies", _inline_policies, on_delete=True),
            tag_handler("tag_role", lambda resource, tags: {"RoleName": resource.id, "Tags": tag_list(tags)}),
        ),
        attributes={"Arn": "read.Role.Arn", "RoleId": "read.Role.RoleId"},
        name_property="RoleName",
        supported_properties=frozenset({"RoleName", "Path", "Description", "MaxSessionDuration"}),
    ),
    "AWS::IAM::Policy": ResourceType(
        "iam",
        "",
        lambda resource: {},
        property_handlers=(
            PropertyHandler("Roles", _policy_in_roles, on_delete=True),
            PropertyHandler("PolicyDocument", _policy_document),
        ),
        attributes={"Id": "id"},
        supported_properties=frozenset({"PolicyName"}),
    ),
    "AWS::IAM::ManagedPolicy": ResourceType(
        "iam",
        "create_policy",
        lambda resource: {
            **pick("Path", "Description", PolicyName="ManagedPolicyName")(resource),
            "PolicyDocument": text(resource.props["PolicyDocument"]),
        },
        "delete_policy",
        lambda resource: {"PolicyArn": resource.id},
        property_handlers=(PropertyHandler("PolicyDocument", _policy_version),),
        attributes={"PolicyArn": "answer.Policy.Arn", "PolicyId": "answer.Policy.PolicyId"},
        name_property="ManagedPolicyName",
        supported_properties=frozenset({"ManagedPolicyName", "Path", "Description"}),
    ),
    "AWS::EC2::SecurityGroup": ResourceType(
        "ec2",
        "create_security_group",
        _group,
        "delete_security_group",
        lambda resource: {"GroupId": resource.id},
        property_handlers=(
            _security_group_rules("ingress"),
            _security_group_rules("egress"),
            tag_handler("create_tags", lambda resource, tags: {"Resources": [resource.id], "Tags": tag_list(tags)}),
        ),
        attributes={"Id": "answer.GroupId", "GroupId": "answer.GroupId", "VpcId": "props.VpcId"},
        name_property="GroupName",
        supported_properties=frozenset({"GroupName", "VpcId", "GroupDescription"}),
    ),
    "AWS::EC2::SecurityGroupIngress": _security_group_rule("ingress"),
    "AWS::EC2::SecurityGroupEgress": _security_group_rule("egress"),
    "AWS::Lambda::Function": ResourceType(
        "lambda",
        "create_function",
        _function,
        "delete_function",
        pick("FunctionName"),
        read="get_function",
        update="update_function_configuration",
        update_arguments=pick(*_FUNCTION[1:], "KmsKeyArn"),
        property_handlers=(
            PropertyHandler("Code", _code),
            PropertyHandler("ReservedConcurrentExecutions", _concurrency),
            tag_handler(
                "tag_resource",
                lambda resource, tags: {"Resource": resource.read["Configuration"]["FunctionArn"], "Tags": tags},
            ),
        ),
        attributes={"Arn": "read.Configuration.FunctionArn"},
        name_property="FunctionName",
        supported_properties=frozenset({*_FUNCTION, "Architectures", "KmsKeyArn"}),
    ),
    "AWS::Lambda::Permission": ResourceType(
        "lambda",
        "add_permission",
        lambda resource: {
            **pick("FunctionName", "Action", "Principal", "SourceArn", "SourceAccount")(resource),
            "StatementId": generated_name(resource),
        },
        "remove_permission",
        lambda resource: {**pick("FunctionName")(resource), "StatementId": resource.id},
        attributes={"Id": lambda resource: json.loads(resource.answer["Statement"])["Sid"]},
        physical_id="Id",
        supported_properties=frozenset({"FunctionName", "Action", "Principal", "SourceArn", "SourceAccount"}),
    ),
}
