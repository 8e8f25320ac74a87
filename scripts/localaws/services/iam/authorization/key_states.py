"""The operations that a key's state forbids, for the caller and for services that use the key. Pure.

https://docs.aws.amazon.com/kms/latest/developerguide/key-state.html
"""

from typing import Any

from scripts.localaws.core.errors import AwsError

_FORBIDDEN_WHEN_DISABLED = """
Encrypt Decrypt ReEncryptFrom ReEncryptTo GenerateDataKey GenerateDataKeyPair CreateGrant EnableKeyRotation
DisableKeyRotation
"""
_ALLOWED_BEFORE_DELETION = """
CancelKeyDeletion DescribeKey GetKeyPolicy PutKeyPolicy ListAliases ListGrants ListKeyPolicies ListKeyRotations
ListResourceTags RetireGrant RevokeGrant DeleteAlias UpdateAlias
"""
# Service -> its codes for a disabled key, a key with another unsuitable state, a key that does not exist.
_CODES = {
    "kms": ("DisabledException", "KMSInvalidStateException", "NotFoundException"),
    "s3": ("KMS.DisabledException", "KMS.KMSInvalidStateException", "KMS.NotFoundException"),
    "sns": ("KMSDisabled", "KMSInvalidState", "KMSNotFound"),
    "sqs": ("KmsDisabled", "KmsInvalidState", "KmsNotFound"),
    "ssm": ("InvalidKeyId", "InvalidKeyId", "InvalidKeyId"),
    "secretsmanager": ("EncryptionFailure", "EncryptionFailure", "EncryptionFailure"),
}


def check_key_state(service: str, operation: str, key: Any) -> None:
    """Raise the service's error when moto's key cannot be used for the KMS operation."""
    disabled, invalid, _ = _CODES[service]
    is_pending = key.key_state == "PendingDeletion"
    if is_pending and operation not in _ALLOWED_BEFORE_DELETION.split():
        raise AwsError(invalid, f"{key.arn} is pending deletion.")
    if operation == "CancelKeyDeletion" and not is_pending:
        raise AwsError(invalid, f"{key.arn} is not pending deletion.")
    if key.key_state == "Disabled" and operation in _FORBIDDEN_WHEN_DISABLED.split():
        raise AwsError(disabled, f"{key.arn} is disabled.")


def missing_key(service: str, arn: str) -> AwsError:
    """The service's error for a key that does not exist."""
    return AwsError(_CODES[service][2], f"Key '{arn}' does not exist")
