"""The calls of properties that resource_types.yaml cannot express, by (resource, old value, new value).

None is an absent property.
"""

import io
import zipfile
from typing import Any

from moto.s3.models import s3_backends

from scripts.localaws.core.expressions import text
from scripts.localaws.services.cloudformation.expressions import ip_permissions
from scripts.localaws.services.cloudformation.physical_resource import Calls, PhysicalResource
from scripts.localaws.services.cloudformation.stack_tags import SYSTEM_PREFIX

_ALLOW_ALL_EGRESS = [{"IpProtocol": "-1", "IpRanges": [{"CidrIp": "0.0.0.0/0"}]}]


def inline_policies(resource: PhysicalResource, old: Any, new: Any) -> Calls:
    """Put and delete the policies of a role."""
    before, after = ({p["PolicyName"]: p for p in policies or []} for policies in (old, new))
    role = {"RoleName": resource.props["RoleName"]}
    for name in before.keys() - after.keys():
        yield "delete_role_policy", {**role, "PolicyName": name}
    for name, policy in after.items():
        if before.get(name) != policy:
            yield "put_role_policy", {**role, "PolicyName": name, "PolicyDocument": text(policy["PolicyDocument"])}


def managed_policies(resource: PhysicalResource, old: Any, new: Any) -> Calls:
    """Attach and detach the managed policies of a role."""
    role, before, after = {"RoleName": resource.props["RoleName"]}, set(old or []), set(new or [])
    yield from (("detach_role_policy", {**role, "PolicyArn": arn}) for arn in sorted(before - after))
    yield from (("attach_role_policy", {**role, "PolicyArn": arn}) for arn in sorted(after - before))


def policy_in_roles(resource: PhysicalResource, old: Any, new: Any) -> Calls:
    """Put a policy in the roles, and delete the policy in others."""
    document = text(resource.props["PolicyDocument"])
    for role in new or ():
        identifier = {"RoleName": role, "PolicyName": resource.props["PolicyName"]}
        yield "put_role_policy", {**identifier, "PolicyDocument": document}
    for role in set(old or ()) - set(new or ()):
        yield "delete_role_policy", {"RoleName": role, "PolicyName": resource.props["PolicyName"]}


def policy_document(resource: PhysicalResource, old: Any, new: Any) -> Calls:
    """Put a policy that has changed in its roles."""
    if old is not None and new is not None:
        yield from policy_in_roles(resource, [], resource.props.get("Roles"))


def security_group_ingress(resource: PhysicalResource, old: Any, new: Any) -> Calls:
    """Replace the rules of incoming traffic."""
    yield from _security_group_rules("ingress", resource, old, new)


def security_group_egress(resource: PhysicalResource, old: Any, new: Any) -> Calls:
    """Replace the rules of outgoing traffic, and the rule that EC2 adds to every new group."""
    if old is None:
        yield "revoke_security_group_egress", {"GroupId": resource.id, "IpPermissions": _ALLOW_ALL_EGRESS}
    yield from _security_group_rules("egress", resource, old, new)


def _security_group_rules(direction: str, resource: PhysicalResource, old: Any, new: Any) -> Calls:
    for verb, rules in (("revoke", old), ("authorize", new)):
        if rules:
            arguments = {"GroupId": resource.id, "IpPermissions": ip_permissions(rules)}
            yield f"{verb}_security_group_{direction}", arguments


def bucket_tags(resource: PhysicalResource, old: Any, new: Any) -> Calls:
    """Put the tags of the template; S3 accepts CloudFormation's own tags from nobody else."""
    bucket = resource.props["BucketName"]
    tags = [tag for tag in new or () if not tag["Key"].startswith(SYSTEM_PREFIX)]
    if tags:
        yield "put_bucket_tagging", {"Bucket": bucket, "Tagging": {"TagSet": tags}}
    elif old:
        yield "delete_bucket_tagging", {"Bucket": bucket}
    own = [tag for tag in new or () if tag not in tags]
    s3_backends[resource.stack_arn.split(":")[4]]["aws"].tagger.tag_resource(f"arn:aws:s3:::{bucket}", own)


def key_rotation(resource: PhysicalResource, old: Any, new: Any) -> Calls:
    """Enable or disable the rotation of a key."""
    yield "enable_key_rotation" if new else "disable_key_rotation", {"KeyId": resource.id}


def topic_policies(resource: PhysicalResource, old: Any, new: Any) -> Calls:
    """Set the policy of the topics."""
    policy = text(resource.props["PolicyDocument"])
    for topic in resource.props["Topics"]:
        yield "set_topic_attributes", {"TopicArn": topic, "AttributeName": "Policy", "AttributeValue": policy}


def rule_targets(resource: PhysicalResource, old: Any, new: Any) -> Calls:
    """Remove old targets before the new ones are put."""
    bus = {"EventBusName": resource.props["EventBusName"]} if "EventBusName" in resource.props else {}
    rule = {"Rule": resource.props["Name"], **bus}
    remaining = {target["Id"] for target in new or ()}
    if removed := [target["Id"] for target in old or () if target["Id"] not in remaining]:
        yield "remove_targets", {**rule, "Ids": removed}
    if new:
        yield "put_targets", {**rule, "Targets": new}


def first_commit(resource: PhysicalResource, old: Any, new: Any) -> Calls:
    """Commit the files of the archive when the repository is created; later changes have no effect, as on AWS.

    https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/aws-properties-codecommit-repository-code.html
    """
    if old is not None or new is None or resource.read:
        return
    with zipfile.ZipFile(io.BytesIO(resource.fetch(new["S3"]))) as archive:
        files = [
            {"filePath": name, "fileContent": archive.read(name), "fileMode": _mode(archive, name)}
            for name in archive.namelist()
            if not name.endswith("/")
        ]
    commit = {
        "repositoryName": resource.props["RepositoryName"],
        "branchName": new.get("BranchName", "main"),
        "authorName": "AWS CloudFormation",
        "commitMessage": "Initial commit by AWS CloudFormation",
        "putFiles": files,
    }
    yield "create_commit", commit


def _mode(archive: zipfile.ZipFile, name: str) -> str:
    return "EXECUTABLE" if archive.getinfo(name).external_attr >> 16 & 0o111 else "NORMAL"
