"""The release bucket of one region: frozen templates as products/<name>/<version>.json, never overwritten."""

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
_STUDIO_TAG = "sagemaker%3Astudio-visibility=true"
# Objects for all accounts of the organization use S3's own key: the hub's KMS key allows no other account.
_SSE_S3 = {"ServerSideEncryption": "AES256"}
_EXISTS = ("PreconditionFailed", "ConditionalRequestConflict")  # the second: another publisher is writing the object


class ReleaseBucket:
    """Stores and reads frozen templates. ClientError passes through; the caller translates it."""

    def __init__(self, s3: S3Client, writer: Callable[[], S3Client], name: str, region: str) -> None:
        self._s3, self._writer, self._name, self._region = s3, writer, name, region

    def put(self, release: Release) -> str:
        """Store the bytes unless they exist; returns the URL from which Service Catalog loads them.

        UserError when the key has other bytes. A template for Studio is stored a second time, readable for the
        organization and with the tag by which Studio finds it: the same bytes, because JSON is YAML.
        https://docs.aws.amazon.com/AmazonS3/latest/userguide/conditional-writes.html
        """
        digest = {"Metadata": {"sha256": release.digest}}
        if not self._put(release.key, release.body, ContentType="application/json", **digest):
            self._require_same(release)
        if release.product.visible_in_studio:
            name = f"studio/{release.product.name}-{release.version}.yml"
            self._put(name, release.body, ContentType="application/yaml", Tagging=_STUDIO_TAG, **digest, **_SSE_S3)
        return f"https://{self._name}.s3.{self._region}.amazonaws.com/{release.key}"

    def put_archive(self, key: str, content: bytes) -> None:
        """Store a project archive unless it exists; its key contains its digest."""
        self._put(key, content, ContentType="application/zip", **_SSE_S3)

    def _put(self, key: str, body: bytes, **arguments: Any) -> bool:
        """Whether the object was written; False when the key exists."""
        try:
            self._writer().put_object(Bucket=self._name, Key=key, Body=body, IfNoneMatch="*", **arguments)
        except ClientError as error:
            if code(error) not in _EXISTS:
                raise
            return False
        return True

    def get(self, release: Release) -> bytes | None:
        """The object of a release, None without one."""
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
