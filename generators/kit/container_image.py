"""A repository's own container: an image on the hub's approved base, in the account's registry. Reads its buildspec."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from troposphere import AWSObject, GetAtt, Sub, Template, ecr

from generators.kit.bucket import KEEP
from generators.kit.codebuild import Build, BuildEnvironment, build
from generators.kit.iam import allow
from generators.kit.names import resource_name
from generators.kit.ssm_input import contract
from generators.kit.tags import tags

_BUILDSPEC = Path(__file__).with_name("image.buildspec.yml")
_PULL = ("BatchCheckLayerAvailability", "BatchGetImage", "GetDownloadUrlForLayer")
_PUSH = ("CompleteLayerUpload", "InitiateLayerUpload", "PutImage", "UploadLayerPart")
_SCANNED = ("DescribeImageScanFindings", "DescribeImages")


@dataclass(frozen=True, slots=True)
class Container:
    """The registry of the images and the build that makes them; both are there under a condition."""

    repository: ecr.Repository
    build: Build

    def __iter__(self) -> Iterator[AWSObject]:
        return iter((self.repository, *self.build))


def container(t: Template, shop: BuildEnvironment, condition: str) -> Container:
    """The build exports IMAGE: address and digest of what it pushed and what was scanned."""
    images = ecr.Repository(
        "Images",
        RepositoryName=resource_name(f"{shop.purpose}-images"),
        ImageTagMutability="IMMUTABLE",
        ImageScanningConfiguration=ecr.ImageScanningConfiguration(ScanOnPush=True),
        EncryptionConfiguration=ecr.EncryptionConfiguration(
            EncryptionType="KMS", KmsKey=contract(t, "spoke", "data_key_arn")
        ),
        Tags=tags(t),
        Condition=condition,
        **KEEP,
    )
    told = {
        "BASE_IMAGE": contract(t, "hub", "training_image_uri"),
        "REPOSITORY_URL": GetAtt(images, "RepositoryUri"),
        **{f"INDEX_{it.upper()}": contract(t, "hub", f"package_index_{it}") for it in ("domain", "repository")},
        "INDEX_OWNER": contract(t, "hub", "package_index_account"),
    }
    made = build(
        t, shop, "Image", "Makes the repository's image on the hub's base", _BUILDSPEC, *_registry(t, images),
        variables=told, makes_images=True,
    )  # fmt: skip
    for it in made:
        it.resource["Condition"] = condition
    return Container(images, made)


def _registry(t: Template, images: ecr.Repository) -> list[dict[str, Any]]:
    """Pull the hub's images, push and look at one's own."""
    arn, own = "arn:${AWS::Partition}:ecr:${AWS::Region}", GetAtt(images, "Arn")
    hub = Sub(f"{arn}:${{Account}}:repository/*", Account=contract(t, "hub", "package_index_account"))
    return [
        allow(["ecr:GetAuthorizationToken"], ["*"]),
        allow([f"ecr:{it}" for it in _PULL], [hub, own]),
        allow([f"ecr:{it}" for it in (*_PUSH, *_SCANNED)], [own]),
    ]
