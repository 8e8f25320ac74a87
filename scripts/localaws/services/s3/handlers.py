"""Retention of object versions.

https://docs.aws.amazon.com/AmazonS3/latest/userguide/object-lock.html
https://docs.aws.amazon.com/AmazonS3/latest/API/API_PutObjectRetention.html
"""

from datetime import datetime
from typing import Any

from moto.s3.exceptions import MissingKey
from moto.s3.models import s3_backends

from scripts.localaws.core import clock
from scripts.localaws.core.errors import AwsError
from scripts.localaws.crud.operations import Handlers
from scripts.localaws.crud.serialization import Record
from scripts.localaws.crud.store import Store

_PROTECTED = AwsError("AccessDenied", "Access Denied because object protected by object lock.", 403)


def check_change(version: Any, mode: str | None, until: str | None, *, may_bypass: bool) -> None:
    """Raise AwsError when the version's retention cannot become this one; no mode removes it.

    COMPLIANCE can only be extended. GOVERNANCE can be extended, and changed otherwise by those who may bypass it.
    """
    if mode and (until is None or _time(until) <= clock.now()):
        raise AwsError("InvalidArgument", "The retain until date must be in the future!")
    if version.lock_mode not in ("GOVERNANCE", "COMPLIANCE") or _time(version.lock_until) <= clock.now():
        return
    is_extension = mode == version.lock_mode and until is not None and _time(until) >= _time(version.lock_until)
    if not is_extension and not (version.lock_mode == "GOVERNANCE" and may_bypass):
        raise _PROTECTED


def _time(text: str) -> datetime:
    return datetime.fromisoformat(text)


def install_retention() -> None:
    """Let moto check a change of retention."""
    from moto.s3.responses import S3Response

    put_in_moto = S3Response.put_object_retention

    def put_object_retention(self: Any) -> Any:
        name, version_id = self.parse_key_name(), self._get_param("versionId")
        version = self.backend.get_object(self.bucket_name, name, version_id=version_id)
        if version is not None and self.backend.get_bucket(self.bucket_name).object_lock_enabled:
            may_bypass = self.headers.get("x-amz-bypass-governance-retention", "").lower() == "true"
            check_change(version, *self._mode_until_from_body(), may_bypass=may_bypass)
        return put_in_moto(self)

    S3Response.put_object_retention = put_object_retention


def _get_object_retention(store: Store, params: Record, _: Any) -> Record:
    """https://docs.aws.amazon.com/AmazonS3/latest/API/API_GetObjectRetention.html"""
    backend = s3_backends[store.account]["aws"]
    bucket = backend.get_bucket(params["Bucket"])
    version = backend.get_object(params["Bucket"], params["Key"], version_id=params.get("VersionId"))
    if not bucket.object_lock_enabled:
        raise AwsError("InvalidRequest", "Bucket is missing Object Lock Configuration")
    if version is None:
        raise MissingKey(key=params["Key"])
    if not version.lock_mode:
        message = "The specified object does not have a ObjectLock configuration"
        raise AwsError("NoSuchObjectLockConfiguration", message, 404)
    return {"Retention": {"Mode": version.lock_mode, "RetainUntilDate": _time(version.lock_until)}}


HANDLERS: Handlers = {("s3", "GetObjectRetention"): _get_object_retention}
