"""Operations of KMS that moto answers wrongly or not at all. A handler that returns None lets moto answer."""

from typing import Any

from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat, PublicFormat
from moto.kms.models import kms_backends

from generators.iam.authorization import authorize
from generators.iam.evaluation import PolicyError, parse
from generators.iam.trust_policy import unknown_principal
from scripts.localaws.core import context
from scripts.localaws.core.errors import AwsError
from scripts.localaws.crud.operations import Handlers
from scripts.localaws.crud.serialization import Record
from scripts.localaws.crud.store import Store
from scripts.localaws.services.iam.authorization.authorization_request import authorization_request
from scripts.localaws.services.iam.authorization.principal_policies import applicable_policies
from scripts.localaws.services.iam.users import principal_exists
from scripts.localaws.services.sts import sessions

_MOST_TAGS = 50


def _create_key(store: Store, params: Record, output: Any) -> None:
    _check_tags(store, params, output)
    _check_policy(store, params, output)


def _check_tags(_: Store, params: Record, __: Any) -> None:
    """https://docs.aws.amazon.com/kms/latest/APIReference/API_TagResource.html"""
    keys = [tag["TagKey"] for tag in params.get("Tags") or ()]
    if any(key.lower().startswith("aws:") for key in keys):
        raise AwsError("TagException", "Tags beginning with aws: are reserved")
    if len(set(keys)) < len(keys):
        raise AwsError("TagException", "Duplicate tag keys")
    if len(keys) > _MOST_TAGS:
        raise AwsError("TagException", "Too many tags")


def _check_policy(store: Store, params: Record, _: Any) -> None:
    """A key policy needs principals that exist, and must let the caller change it again.

    https://docs.aws.amazon.com/kms/latest/APIReference/API_PutKeyPolicy.html
    """
    document = params.get("Policy")
    if document is None:
        return
    try:
        statements = parse(document)
    except PolicyError as error:
        raise AwsError("MalformedPolicyDocumentException", f"Policy contains invalid content: {error}") from None
    for statement in statements:
        if statement.principal is None and statement.not_principal is None:
            raise AwsError("MalformedPolicyDocumentException", "Policy contains a statement without a principal.")
        if unknown_principal(statement, principal_exists):
            raise AwsError(
                "MalformedPolicyDocumentException", "Policy contains a statement with one or more invalid principals."
            )
    if not params.get("BypassPolicyLockoutSafetyCheck") and not _may_put_policy(store, document):
        message = "The new key policy will not allow you to update the key policy in the future."
        raise AwsError("MalformedPolicyDocumentException", message)


def _may_put_policy(store: Store, document: str) -> bool:
    caller = sessions.caller(context.current_caller())
    arn = f"arn:aws:kms:{store.region}:{store.account}:key/new"
    request = authorization_request(caller, store.region, "kms:PutKeyPolicy", arn, {})
    cross_account = store.account != caller.account
    policies = applicable_policies(caller, document, cross_account=cross_account, requires_resource_policy=True)
    return authorize(request, policies).allowed


def _generate_data_key_pair(store: Store, params: Record, _: Any) -> Record:
    """API_GenerateDataKeyPair; RSA only. The key that encrypts the private key is moto's."""
    spec = params["KeyPairSpec"]
    if not spec.startswith("RSA_"):
        raise AwsError("ValidationException", f"the embedded AWS makes no pair of {spec}; see SUPPORTED.md")
    pair = rsa.generate_private_key(65537, int(spec.removeprefix("RSA_")))
    private = pair.private_bytes(Encoding.DER, PrivateFormat.PKCS8, NoEncryption())
    public = pair.public_key().public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo)
    backend = kms_backends[store.account][store.region]
    if backend.get_key_id(params["KeyId"]) not in backend.keys:
        raise store.error("NotFoundException", f"Key '{params['KeyId']}' does not exist")
    ciphertext, arn = backend.encrypt(params["KeyId"], private, params.get("EncryptionContext", {}))
    response = {"KeyId": arn, "KeyPairSpec": spec, "PublicKey": public, "PrivateKeyCiphertextBlob": ciphertext}
    return {**response, "PrivateKeyPlaintext": private}


def _create_alias(_: Store, params: Record, __: Any) -> None:
    if not params["AliasName"].startswith("alias/"):
        guide = "https://docs.aws.amazon.com/kms/latest/developerguide/kms-alias.html"
        raise AwsError("ValidationException", f'Alias must start with the prefix "alias/". Please see {guide}')


HANDLERS: Handlers = {
    ("kms", "CreateAlias"): _create_alias,
    ("kms", "CreateKey"): _create_key,
    ("kms", "PutKeyPolicy"): _check_policy,
    ("kms", "TagResource"): _check_tags,
    ("kms", "GenerateDataKeyPair"): _generate_data_key_pair,
}
