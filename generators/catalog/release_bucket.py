"""The release bucket of one region: frozen templates as products/<name>/<version>.json, never overwritten."""

from __future__ import annotations

import hashlib
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
            self._require_same(release.key, release.body)
        if release.product.visible_in_studio:
            key = studio_key(release)
            if not self._put(
                key, release.body, ContentType="application/yaml", Tagging=_STUDIO_TAG, **digest, **_SSE_S3
            ):
                self._require_same(key, release.body)
        return f"https://{self._name}.s3.{self._region}.amazonaws.com/{release.key}"

    def put_archive(self, key: str, content: bytes) -> None:
        """Store a project archive unless it exists; UserError when the key has other bytes."""
        if not self._put(key, content, ContentType="application/zip", **_SSE_S3):
            self._require_same(key, content)

    def _put(self, key: str, body: bytes, **arguments: Any) -> bool:
        """Whether the object was written; False when the key exists."""
        try:
            self._writer().put_object(Bucket=self._name, Key=key, Body=body, IfNoneMatch="*", **arguments)
        except ClientError as error:
            if code(error) not in _EXISTS:
                raise
            return False
        return True

    def get(self, key: str) -> bytes | None:
        """The bytes of an object, None without one."""
        try:
            return self._s3.get_object(Bucket=self._name, Key=key)["Body"].read()
        except ClientError as error:
            if code(error) == "NoSuchKey":
                return None
            raise

    def digest(self, key: str) -> str:
        """The SHA-256 of an object's bytes, "" without an object."""
        content = self.get(key)
        return "" if content is None else hashlib.sha256(content).hexdigest()

    def _require_same(self, key: str, content: bytes) -> None:
        if self.get(key) != content:
            raise UserError(
                f"s3://{self._name}/{key}: holds other content than the repository; raise the version, and restore the"
                " object's first version when somebody changed it"
            )


def studio_key(release: Release) -> str:
    """The key of the copy that Studio offers as a project template."""
    return f"studio/{release.product.name}-{release.version}.yml"
