"""moto's bucket with a bucket policy that is validated when it is put and evaluated by the gateway."""

from typing import Any

from moto.iam.access_control import PermissionResult
from moto.s3.models import FakeBucket, PublicAccessBlock, s3_backends
from moto.s3.utils import bucket_policy_is_public

from generators.iam.evaluation import AuthorizationRequest, Context, Decision, PolicyError, decide, parse
from scripts.localaws.core.errors import AwsError

_LOGGING = {"Service": ("logging.s3.amazonaws.com",)}
ENFORCED = "BucketOwnerEnforced"
_SSE_S3 = {"Rule": {"ApplyServerSideEncryptionByDefault": {"SSEAlgorithm": "AES256"}}}


class Bucket(FakeBucket):
    """moto's bucket with an effective bucket policy, the settings of a new bucket, and documents as they were put.

    https://docs.aws.amazon.com/AmazonS3/latest/userguide/create-bucket-faq.html
    """

    _policy: bytes | None = None
    _encryption: dict[str, Any] | None = None

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.public_access_block = PublicAccessBlock(*("true",) * 4)
        self.ownership_rule: Any = ENFORCED
        self.documents: dict[str, bytes] = {}

    @property
    def encryption(self) -> dict[str, Any]:
        """The default encryption; without a setting of its own SSE-S3."""
        return self._encryption or _SSE_S3

    @encryption.setter
    def encryption(self, setting: dict[str, Any] | None) -> None:
        self._encryption = setting

    @property
    def policy(self) -> bytes | None:
        """The document as it was put."""
        return self._policy

    @policy.setter
    def policy(self, document: bytes | None) -> None:
        if document is not None:
            self._validate(document)
        self._policy = document

    def _validate(self, document: bytes) -> None:
        try:
            statements = parse(bytes(document).decode())
        except PolicyError as error:
            raise AwsError("MalformedPolicy", f"Policies must be valid JSON: {error}") from None
        invalid = [arn for statement in statements for arn in statement.resource or () if not self._contains(arn)]
        if invalid:
            raise AwsError("MalformedPolicy", f"Policy has invalid resource: {invalid[0]}")
        block = self.public_access_block
        if block and block.block_public_policy and bucket_policy_is_public(document):
            raise AwsError("AccessDenied", "public policies are blocked by the BlockPublicPolicy setting", 403)

    def _contains(self, arn: str) -> bool:
        bucket = f"arn:{self.partition}:s3:::{self.name}"
        return arn == bucket or arn.startswith((f"{bucket}/", f"{bucket}*"))

    @property
    def policy_text(self) -> str:
        """The document, "" when there is none."""
        return self._policy.decode() if self._policy else ""

    def get_permission(self, action: str, resource: str) -> Any:  # noqa: ARG002 - moto's signature
        """Always permitted: the gateway has authorized the request before."""
        return PermissionResult.PERMITTED

    @staticmethod
    def _log_permissions_enabled_policy(target_bucket: Any, target_prefix: str | None) -> bool:
        resource = f"arn:{target_bucket.partition}:s3:::{target_bucket.name}/{target_prefix or ''}log"
        request = AuthorizationRequest("s3:PutObject", resource, Context(is_computed=lambda _: False), _LOGGING)
        document = target_bucket.policy_text
        return bool(document) and decide([document], request) in (Decision.ALLOW, Decision.ALLOW_PRINCIPAL)


def find_bucket(arn: str) -> Bucket | None:
    """The bucket of a bucket's or an object's ARN, in any account; None when it does not exist."""
    name = arn.partition(":::")[2].partition("/")[0]
    owner = s3_backends.bucket_accounts.get(name)
    if owner is None:
        return None
    partition, account = owner
    bucket: Bucket | None = s3_backends[account][partition].buckets.get(name)
    return bucket
