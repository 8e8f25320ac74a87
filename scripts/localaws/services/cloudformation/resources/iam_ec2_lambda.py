"""Rows of IAM, EC2 security groups and Lambda."""

from typing import Any

from scripts.localaws.services.cloudformation.resources.resource_type import (
    Calls,
    PhysicalResource,
    PropertyHandler,
    ResourceType,
    listed,
    pick,
    retag,
    tag_map,
    text,
    zipped,
)

_FUNCTION = (
    "FunctionName", "Role", "Handler", "Runtime", "Description", "Timeout", "MemorySize", "Environment", "VpcConfig",
    "DeadLetterConfig", "TracingConfig", "Layers", "EphemeralStorage", "LoggingConfig",
)  # fmt: skip


def _policies(it: PhysicalResource, old: Any, new: Any) -> Calls:
    before, after = ({p["PolicyName"]: p for p in side or []} for side in (old, new))
    role = {"RoleName": it.props["RoleName"]}
    for name in before.keys() - after.keys():
        yield "delete_role_policy", {**role, "PolicyName": name}
    for name, policy in after.items():
        if before.get(name) != policy:
            yield "put_role_policy", {**role, "PolicyName": name, "PolicyDocument": text(policy["PolicyDocument"])}


def _attached(it: PhysicalResource, old: Any, new: Any) -> Calls:
    role, before, after = {"RoleName": it.props["RoleName"]}, set(old or []), set(new or [])
    yield from (("detach_role_policy", {**role, "PolicyArn": arn}) for arn in sorted(before - after))
    yield from (("attach_role_policy", {**role, "PolicyArn": arn}) for arn in sorted(after - before))


def _trust(it: PhysicalResource, old: Any, new: Any) -> Calls:
    if old is not None and new is not None:
        yield "update_assume_role_policy", {"RoleName": it.id, "PolicyDocument": text(new)}


def _boundary(it: PhysicalResource, old: Any, new: Any) -> Calls:
    if old is not None and new is not None:
        yield "put_role_permissions_boundary", {"RoleName": it.id, "PermissionsBoundary": new}


def _in_roles(it: PhysicalResource, old: Any, new: Any) -> Calls:
    document = text(it.props["PolicyDocument"])
    for role in new or ():
        named = {"RoleName": role, "PolicyName": it.props["PolicyName"]}
        yield "put_role_policy", {**named, "PolicyDocument": document}
    for role in set(old or ()) - set(new or ()):
        yield "delete_role_policy", {"RoleName": role, "PolicyName": it.props["PolicyName"]}


def _document(it: PhysicalResource, old: Any, new: Any) -> Calls:
    if old is not None and new is not None:
        yield from _in_roles(it, [], it.props.get("Roles"))


def _version(it: PhysicalResource, old: Any, new: Any) -> Calls:
    if old is not None and new is not None:
        yield "create_policy_version", {"PolicyArn": it.id, "PolicyDocument": text(new), "SetAsDefault": True}


def _permissions(rules: list[dict[str, Any]]) -> list[dict[str, Any]]:
    return [_permission(rule) for rule in rules]


def _permission(rule: dict[str, Any]) -> dict[str, Any]:
    said = {"Description": rule["Description"]} if "Description" in rule else {}
    found: dict[str, Any] = {"IpProtocol": rule["IpProtocol"]}
    found |= {key: rule[key] for key in ("FromPort", "ToPort") if key in rule}
    for key, value in rule.items():
        if key == "CidrIp":
            found["IpRanges"] = [{"CidrIp": value, **said}]
        elif key.endswith("SecurityGroupId"):
            found["UserIdGroupPairs"] = [{"GroupId": value, **said}]
        elif key.endswith("PrefixListId"):
            found["PrefixListIds"] = [{"PrefixListId": value, **said}]
    return found


_EVERYWHERE = [{"IpProtocol": "-1", "IpRanges": [{"CidrIp": "0.0.0.0/0"}]}]


def _rules(direction: str) -> PropertyHandler:
    def calls(it: PhysicalResource, old: Any, new: Any) -> Calls:
        group = {"GroupId": it.id}
        if old:
            yield f"revoke_security_group_{direction}", {**group, "IpPermissions": _permissions(old)}
        elif (
            old is None and direction == "egress"
        ):  # EC2 gives every new group a way out; the template's takes its place
            yield "revoke_security_group_egress", {**group, "IpPermissions": _EVERYWHERE}
        if new:
            yield f"authorize_security_group_{direction}", {**group, "IpPermissions": _permissions(new)}

    return PropertyHandler(f"SecurityGroup{direction.capitalize()}", calls)


def _group(it: PhysicalResource) -> dict[str, Any]:
    tags = [{"ResourceType": "security-group", "Tags": it.props["Tags"]}] if it.props.get("Tags") else []
    return {**pick("GroupName", "VpcId", Description="GroupDescription")(it), "TagSpecifications": tags}


def _one_rule(direction: str) -> ResourceType:
    def arguments(it: PhysicalResource) -> dict[str, Any]:
        own = {key: value for key, value in it.props.items() if key != "GroupId"}
        return {"GroupId": it.props["GroupId"], "IpPermissions": [_permission(own)]}

    sides = {"Source", "Destination"}
    peers = {f"{side}{what}Id" for side in sides for what in ("SecurityGroup", "PrefixList")}
    return ResourceType(
        "ec2", f"authorize_security_group_{direction}", arguments, f"revoke_security_group_{direction}", arguments,
        attributes={"Id": "answer.SecurityGroupRules[0].SecurityGroupRuleId || id"},
        taken=frozenset({"GroupId", "IpProtocol", "FromPort", "ToPort", "CidrIp", "Description", *peers}),
    )  # fmt: skip


def _function(it: PhysicalResource) -> dict[str, Any]:
    more = {"Code": zipped(it.props["Code"]), "Tags": tag_map(it.props.get("Tags"))}
    return {**pick(*_FUNCTION, "Architectures", "KmsKeyArn")(it), **more}


def _code(it: PhysicalResource, old: Any, new: Any) -> Calls:
    if old is not None and new is not None:
        yield "update_function_code", {"FunctionName": it.props["FunctionName"], **zipped(new)}


def _concurrency(it: PhysicalResource, old: Any, new: Any) -> Calls:
    named = {"FunctionName": it.props["FunctionName"]}
    if new is None:
        yield "delete_function_concurrency", named
    else:
        yield "put_function_concurrency", {**named, "ReservedConcurrentExecutions": new}


def _statement(it: PhysicalResource) -> dict[str, Any]:
    return {"FunctionName": it.props["FunctionName"], "StatementId": it.logical}


ROWS: dict[str, ResourceType] = {
    "AWS::IAM::Role": ResourceType(
        "iam",
        "create_role",
        lambda it: {
            **pick("RoleName", "Path", "Description", "MaxSessionDuration", "PermissionsBoundary", "Tags")(it),
            "AssumeRolePolicyDocument": text(it.props["AssumeRolePolicyDocument"]),
        },
        "delete_role",
        pick("RoleName"),
        read="get_role",
        update="update_role",
        changes=pick("Description", "MaxSessionDuration"),
        aspects=(
            PropertyHandler("AssumeRolePolicyDocument", _trust),
            PropertyHandler("PermissionsBoundary", _boundary),
            PropertyHandler("ManagedPolicyArns", _attached, on_delete=True),
            PropertyHandler("Policies", _policies, on_delete=True),
            retag("tag_role", lambda it, tags: {"RoleName": it.id, "Tags": listed(tags)}),
        ),
        attributes={"Arn": "read.Role.Arn", "RoleId": "read.Role.RoleId"},
        name="RoleName",
        taken=frozenset({"RoleName", "Path", "Description", "MaxSessionDuration"}),
    ),
    "AWS::IAM::Policy": ResourceType(
        "iam",
        "",
        lambda it: {},
        aspects=(PropertyHandler("Roles", _in_roles, on_delete=True), PropertyHandler("PolicyDocument", _document)),
        attributes={"Id": "id"},
        taken=frozenset({"PolicyName"}),
    ),
    "AWS::IAM::ManagedPolicy": ResourceType(
        "iam",
        "create_policy",
        lambda it: {
            **pick("Path", "Description", PolicyName="ManagedPolicyName")(it),
            "PolicyDocument": text(it.props["PolicyDocument"]),
        },
        "delete_policy",
        lambda it: {"PolicyArn": it.id},
        aspects=(PropertyHandler("PolicyDocument", _version),),
        attributes={"PolicyArn": "answer.Policy.Arn", "PolicyId": "answer.Policy.PolicyId"},
        name="ManagedPolicyName",
        taken=frozenset({"ManagedPolicyName", "Path", "Description"}),
    ),
    "AWS::EC2::SecurityGroup": ResourceType(
        "ec2",
        "create_security_group",
        _group,
        "delete_security_group",
        lambda it: {"GroupId": it.id},
        aspects=(
            _rules("ingress"),
            _rules("egress"),
            retag("create_tags", lambda it, tags: {"Resources": [it.id], "Tags": listed(tags)}),
        ),
        attributes={"Id": "answer.GroupId", "GroupId": "answer.GroupId", "VpcId": "props.VpcId"},
        name="GroupName",
        taken=frozenset({"GroupName", "VpcId", "GroupDescription"}),
    ),
    "AWS::EC2::SecurityGroupIngress": _one_rule("ingress"),
    "AWS::EC2::SecurityGroupEgress": _one_rule("egress"),
    "AWS::Lambda::Function": ResourceType(
        "lambda",
        "create_function",
        _function,
        "delete_function",
        pick("FunctionName"),
        read="get_function",
        update="update_function_configuration",
        changes=pick(*_FUNCTION[1:], "KmsKeyArn"),
        aspects=(
            PropertyHandler("Code", _code),
            PropertyHandler("ReservedConcurrentExecutions", _concurrency),
            retag("tag_resource", lambda it, tags: {"Resource": it.read["Configuration"]["FunctionArn"], "Tags": tags}),
        ),
        attributes={"Arn": "read.Configuration.FunctionArn"},
        name="FunctionName",
        taken=frozenset({*_FUNCTION, "Architectures", "KmsKeyArn"}),
    ),
    "AWS::Lambda::Permission": ResourceType(
        "lambda",
        "add_permission",
        lambda it: {**_statement(it), **pick("Action", "Principal", "SourceArn", "SourceAccount")(it)},
        "remove_permission",
        _statement,
        attributes={"Id": "logical"},
        taken=frozenset({"FunctionName", "Action", "Principal", "SourceArn", "SourceAccount"}),
    ),
}
