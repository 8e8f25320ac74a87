"""The custom resource that empties Studio before CloudFormation deletes a domain or a profile. Pure.

products/studio_environment/clean_up.py is its function.
"""

from __future__ import annotations

from typing import Any

from troposphere import AWSObject, Sub

from generators.kit.iam import allow

_TIMEOUT = 900  # seconds, the maximum of the function


class _StudioContents(AWSObject):
    resource_type = "Custom::StudioContents"
    props = {
        "ServiceToken": (str, True),
        "ServiceTimeout": (int, True),
        "DomainId": (str, True),
        "UserProfileName": (str, False),
        "HomeRetention": (str, False),
    }


def studio_cleanup_resource(function: Any, domain: Any, depends_on: list[str], **properties: Any) -> AWSObject:
    """Empties a domain (HomeRetention=) or a profile (UserProfileName=), on which it must depend."""
    return _StudioContents(
        "StudioContents",
        ServiceToken=function,
        ServiceTimeout=_TIMEOUT,
        DomainId=domain,
        DependsOn=depends_on,
        **properties,
    )


def cleanup_permissions(domain: str) -> list[dict[str, Any]]:
    """Permissions of the function on the domain with this logical id; deleting a domain also needs EFS actions."""
    arn = "arn:${AWS::Partition}:sagemaker:${AWS::Region}:${AWS::AccountId}"
    own_resources = [
        Sub(f"{arn}:{resource_type}/${{{domain}}}{suffix}")
        for resource_type, suffix in (("app", "/*"), ("space", "/*"), ("domain", ""))
    ]
    file_systems = Sub("arn:${AWS::Partition}:elasticfilesystem:${AWS::Region}:${AWS::AccountId}:file-system/*")
    managed = {"aws:ResourceTag/ManagedByAmazonSageMakerResource": own_resources[-1]}
    lists = ["sagemaker:ListApps", "sagemaker:ListDomains", "sagemaker:ListSpaces", "sagemaker:ListUserProfiles"]
    efs = [
        f"elasticfilesystem:{action}" for action in ("DeleteFileSystem", "DeleteMountTarget", "DescribeMountTargets")
    ]
    return [
        allow(lists, ["*"]),
        allow(["sagemaker:DeleteApp", "sagemaker:DeleteDomain", "sagemaker:DeleteSpace"], own_resources),
        allow(efs, [file_systems], StringEquals=managed),
    ]
