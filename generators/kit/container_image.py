"""Container images that a repository builds on the hub's approved base, in the account's ECR. Reads its buildspec."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from troposphere import AWSObject, GetAtt, Sub, Template, ecr

from generators.kit.bucket import RETAIN
from generators.kit.codebuild import Build, BuildEnvironment, build
from generators.kit.iam import allow
from generators.kit.names import resource_name
from generators.kit.ssm_input import contract
from generators.kit.tags import tags

_BUILDSPEC = Path(__file__).with_name("image.buildspec.yml")
_PULL_ACTIONS = ("BatchCheckLayerAvailability", "BatchGetImage", "GetDownloadUrlForLayer")
_PUSH_ACTIONS = ("CompleteLayerUpload", "InitiateLayerUpload", "PutImage", "UploadLayerPart")
_SCAN_ACTIONS = ("DescribeImageScanFindings", "DescribeImages")


@dataclass(frozen=True, slots=True)
class Container:
    """The ECR repository of the images and the build that pushes them, both under a condition."""

    repository: ecr.Repository
    build: Build

    def __iter__(self) -> Iterator[AWSObject]:
        return iter((self.repository, *self.build))


def container(t: Template, environment: BuildEnvironment, condition: str) -> Container:
    """The build exports IMAGE, the URI and digest of the image that it pushed and ECR scanned."""
    images = ecr.Repository(
        "Images",
        RepositoryName=resource_name(f"{environment.purpose}-images"),
        ImageTagMutability="IMMUTABLE",
        ImageScanningConfiguration=ecr.ImageScanningConfiguration(ScanOnPush=True),
        EncryptionConfiguration=ecr.EncryptionConfiguration(
            EncryptionType="KMS", KmsKey=contract(t, "spoke", "data_key_arn")
        ),
        Tags=tags(t),
        Condition=condition,
        **RETAIN,
    )
    variables = {
        "BASE_IMAGE": contract(t, "hub", "training_image_uri"),
        "REPOSITORY_URL": GetAtt(images, "RepositoryUri"),
        **{f"INDEX_{key.upper()}": contract(t, "hub", f"package_index_{key}") for key in ("domain", "repository")},
        "INDEX_OWNER": contract(t, "hub", "package_index_account"),
    }
    image_build = build(
        t, environment, "Image", "Makes the repository's image on the hub's base", _BUILDSPEC,
        *_registry_permissions(t, images), variables=variables, builds_images=True,
    )  # fmt: skip
    for resource in image_build:
        resource.resource["Condition"] = condition
    return Container(images, image_build)


def _registry_permissions(t: Template, images: ecr.Repository) -> list[dict[str, Any]]:
    """Permissions to pull the hub's images, and to push and inspect the product's own."""
    prefix, repository = "arn:${AWS::Partition}:ecr:${AWS::Region}", GetAtt(images, "Arn")
    hub = Sub(f"{prefix}:${{Account}}:repository/*", Account=contract(t, "hub", "package_index_account"))
    return [
        allow(["ecr:GetAuthorizationToken"], ["*"]),
        allow([f"ecr:{action}" for action in _PULL_ACTIONS], [hub, repository]),
        allow([f"ecr:{action}" for action in (*_PUSH_ACTIONS, *_SCAN_ACTIONS)], [repository]),
    ]
