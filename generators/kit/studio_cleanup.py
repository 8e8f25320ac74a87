"""The custom resource that empties Studio before CloudFormation deletes it. Pure.

Both the environment and each profile end with it; products/studio_environment/clean_up.py answers it.
"""

from __future__ import annotations

from typing import Any

from troposphere import AWSObject, Sub

from generators.kit.iam import allow

_TIMEOUT = 900  # seconds; the function itself has no longer


class _StudioContents(AWSObject):
    resource_type = "Custom::StudioContents"
    props = {
        "ServiceToken": (str, True),
        "ServiceTimeout": (int, True),
        "DomainId": (str, True),
        "UserProfileName": (str, False),
        "HomeRetention": (str, False),
    }


def studio_contents(service: Any, domain: Any, depends_on: list[str], **what: Any) -> AWSObject:
    """Empties a domain (HomeRetention=) or what one profile owns (UserProfileName=); it must depend on either."""
    return _StudioContents(
        "StudioContents", ServiceToken=service, ServiceTimeout=_TIMEOUT, DomainId=domain, DependsOn=depends_on, **what
    )


def clean_up_permissions(domain: str) -> list[dict[str, Any]]:
    """What the answering function may do, to the domain of this logical id; EFS is asked of who deletes a domain."""
    arn = "arn:${AWS::Partition}:sagemaker:${AWS::Region}:${AWS::AccountId}"
    mine = [Sub(f"{arn}:{kind}/${{{domain}}}{rest}") for kind, rest in (("app", "/*"), ("space", "/*"), ("domain", ""))]
    homes = Sub("arn:${AWS::Partition}:elasticfilesystem:${AWS::Region}:${AWS::AccountId}:file-system/*")
    managed = {"aws:ResourceTag/ManagedByAmazonSageMakerResource": mine[-1]}
    lists = ["sagemaker:ListApps", "sagemaker:ListDomains", "sagemaker:ListSpaces", "sagemaker:ListUserProfiles"]
    efs = [f"elasticfilesystem:{it}" for it in ("DeleteFileSystem", "DeleteMountTarget", "DescribeMountTargets")]
    return [
        allow(lists, ["*"]),
        allow(["sagemaker:DeleteApp", "sagemaker:DeleteDomain", "sagemaker:DeleteSpace"], mine),
        allow(efs, [homes], StringEquals=managed),
    ]
