"""Operations of stored services with behaviour of their own."""

from typing import Any

from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat, PublicFormat
from moto.kms.models import kms_backends

from scripts.localaws.core.errors import AwsError
from scripts.localaws.crud.operations import OperationHandler, create, update
from scripts.localaws.crud.serialization import Record, reply
from scripts.localaws.crud.store import Store

_FORMATS = {"public:pypi": "pypi", "public:npmjs": "npm", "public:maven-central": "maven", "public:nuget-org": "nuget"}


def _associate_external_connection(store: Store, params: Record, output: Any) -> Record:
    """https://docs.aws.amazon.com/codeartifact/latest/ug/external-connection.html"""
    name = params["externalConnection"]
    connection = {
        "externalConnectionName": name,
        "packageFormat": _FORMATS.get(name, "generic"),
        "status": "Available",
    }
    return _set_external_connections(store, params, [connection], output)


def _disassociate_external_connection(store: Store, params: Record, output: Any) -> Record:
    return _set_external_connections(store, params, [], output)


def _set_external_connections(store: Store, params: Record, connections: list[Record], output: Any) -> Record:
    key = {name: params[name] for name in ("domain", "repository")}
    return update(store, store.resources["Repository"], {**key, "externalConnections": connections}, output)


def _get_repository_endpoint(store: Store, params: Record, output: Any) -> Record:
    store.get(store.resources["Repository"], params)
    host = f"{params['domain']}-{store.account}.d.codeartifact.{store.region}.amazonaws.com"
    return {"repositoryEndpoint": f"https://{host}/{params['format']}/{params['repository']}/"}


def _create_budget(store: Store, params: Record, output: Any) -> Record:
    """Create a budget together with its notifications."""
    budget = create(store, store.resources["Budget"], params, output)
    for notification in params.get("NotificationsWithSubscribers", ()):
        values = {"BudgetName": params["Budget"]["BudgetName"], **notification}
        store.create(store.resources["Notification"], values)
    return budget


def _update_pipeline(store: Store, params: Record, output: Any) -> Record:
    """Every update is a new version of the whole declaration."""
    spec, declaration = store.resources["Pipeline"], params["pipeline"]
    version = store.get(spec, declaration)["version"] + 1
    return update(store, spec, {**declaration, "version": version}, output)


def _request_quota_increase(store: Store, params: Record, output: Any) -> Record:
    """The increase is granted at once."""
    quota = {"ServiceCode": params["ServiceCode"], "QuotaCode": params["QuotaCode"]}
    update(store, store.resources["ServiceQuota"], {**quota, "Value": params["DesiredValue"]}, None)
    request = store.resources["RequestedServiceQuotaChange"]
    return reply(output, request, store.create(request, dict(params)))


def _modify_metadata_defaults(store: Store, params: Record, output: Any) -> Record:
    """The values "no-preference" and -1 remove a preference."""
    spec = store.resources["InstanceMetadataDefaults"]
    values = {**store.get(spec, {}), **params}
    preferences = {name: value for name, value in values.items() if value not in ("no-preference", -1)}
    store.delete(spec, {})
    return update(store, spec, preferences, output)


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


HANDLERS: dict[tuple[str, str], OperationHandler] = {
    ("budgets", "CreateBudget"): _create_budget,
    ("codeartifact", "AssociateExternalConnection"): _associate_external_connection,
    ("codeartifact", "DisassociateExternalConnection"): _disassociate_external_connection,
    ("codeartifact", "GetRepositoryEndpoint"): _get_repository_endpoint,
    ("codepipeline", "UpdatePipeline"): _update_pipeline,
    ("kms", "GenerateDataKeyPair"): _generate_data_key_pair,
    ("servicequotas", "RequestServiceQuotaIncrease"): _request_quota_increase,
    ("ec2", "ModifyInstanceMetadataDefaults"): _modify_metadata_defaults,
}
