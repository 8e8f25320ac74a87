"""The release bucket of one region: frozen templates under products/<name>/<version>.json, written once."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from botocore.exceptions import ClientError

from generators.aws.errors import code
from generators.errors import UserError
from generators.release.model import Release

if TYPE_CHECKING:
    from types_boto3_s3 import S3Client

# https://docs.aws.amazon.com/sagemaker/latest/dg/sagemaker-projects-templates-custom.html
_IN_STUDIO = "sagemaker%3Astudio-visibility=true"
# What every account of the organisation reads is under S3's own key: the hub's key lets in nobody from another account.
_FOR_ALL = {"ServerSideEncryption": "AES256"}
_TAKEN = ("PreconditionFailed", "ConditionalRequestConflict")  # the second: another publisher is writing it right now


class Bucket:
    """Puts and gets frozen templates; lets AWS's refusals through to be translated by the caller."""

    def __init__(self, s3: S3Client, writer: Callable[[], S3Client], name: str, region: str) -> None:
        self._s3, self._writer, self._name, self._region = s3, writer, name, region

    def put(self, release: Release) -> str:
        """Store the bytes unless they are there; the address that Service Catalog loads them from.

        Never writes over an object: UserError when the key holds other bytes. What Studio shows lies a second time
        where the organisation can read it, under the tag by which Studio finds it: the same bytes, since JSON is YAML.
        https://docs.aws.amazon.com/AmazonS3/latest/userguide/conditional-writes.html
        """
        digest = {"Metadata": {"sha256": release.digest}}
        if not self._put(release.key, release.body, ContentType="application/json", **digest):
            self._require_same(release)
        if release.product.visible_in_studio:
            name = f"studio/{release.product.name}-{release.version}.yml"
            self._put(name, release.body, ContentType="application/yaml", Tagging=_IN_STUDIO, **digest, **_FOR_ALL)
        return f"https://{self._name}.s3.{self._region}.amazonaws.com/{release.key}"

    def put_seed(self, key: str, content: bytes) -> None:
        """Store an archive that is named by what is in it; one that is there stays."""
        self._put(key, content, ContentType="application/zip", **_FOR_ALL)

    def _put(self, key: str, body: bytes, **more: Any) -> bool:
        """False when the key is taken already."""
        try:
            self._writer().put_object(Bucket=self._name, Key=key, Body=body, IfNoneMatch="*", **more)
        except ClientError as error:
            if code(error) not in _TAKEN:
                raise
            return False
        return True

    def get(self, release: Release) -> bytes | None:
        """The bytes under the release's key, None when there are none."""
        try:
            return self._s3.get_object(Bucket=self._name, Key=release.key)["Body"].read()
        except ClientError as error:
            if code(error) == "NoSuchKey":
                return None
            raise

    def _require_same(self, release: Release) -> None:
        if self.get(release) != release.body:
            raise UserError(
                f"s3://{self._name}/{release.key}: holds other content than {release.product.path('versions')} "
                f"for {release.version}; raise the version"
            )
