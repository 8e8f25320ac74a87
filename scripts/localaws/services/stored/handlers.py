"""The operations that no row can tell: a few lines each."""

from collections.abc import Callable
from typing import Any

from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat, PublicFormat
from moto.kms.models import kms_backends

from scripts.localaws.core.errors import AwsError
from scripts.localaws.crud.operations import change, make
from scripts.localaws.crud.serialization import Record, reply
from scripts.localaws.crud.store import Store

_FORMATS = {"public:pypi": "pypi", "public:npmjs": "npm", "public:maven-central": "maven", "public:nuget-org": "nuget"}


def _connect(at: Store, params: Record, output: Any) -> Record:
    """https://docs.aws.amazon.com/codeartifact/latest/ug/external-connection.html"""
    name = params["externalConnection"]
    one = {"externalConnectionName": name, "packageFormat": _FORMATS.get(name, "generic"), "status": "Available"}
    return change(at, at.nouns["Repository"], {**_repository(params), "externalConnections": [one]}, output)


def _disconnect(at: Store, params: Record, output: Any) -> Record:
    return change(at, at.nouns["Repository"], {**_repository(params), "externalConnections": []}, output)


def _repository(params: Record) -> Record:
    return {name: params[name] for name in ("domain", "repository")}


def _endpoint(at: Store, params: Record, output: Any) -> Record:
    at.get(at.nouns["Repository"], params)
    host = f"{params['domain']}-{at.account}.d.codeartifact.{at.region}.amazonaws.com"
    return {"repositoryEndpoint": f"https://{host}/{params['format']}/{params['repository']}/"}


def _create_budget(at: Store, params: Record, output: Any) -> Record:
    """A budget may come with its notifications."""
    made = make(at, at.nouns["Budget"], params, output)
    for one in params.get("NotificationsWithSubscribers", ()):
        at.add(at.nouns["Notification"], {"BudgetName": params["Budget"]["BudgetName"], **one})
    return made


def _update_pipeline(at: Store, params: Record, output: Any) -> Record:
    """Every update is a new version of the whole declaration."""
    noun, new = at.nouns["Pipeline"], params["pipeline"]
    version = at.get(noun, new)["version"] + 1
    return change(at, noun, {**new, "version": version}, output)


def _raise_quota(at: Store, params: Record, output: Any) -> Record:
    """Granted at once."""
    quota = {"ServiceCode": params["ServiceCode"], "QuotaCode": params["QuotaCode"]}
    change(at, at.nouns["ServiceQuota"], {**quota, "Value": params["DesiredValue"]}, None)
    request = at.nouns["RequestedServiceQuotaChange"]
    return reply(output, request, at.add(request, dict(params)))


def _set_metadata_defaults(at: Store, params: Record, output: Any) -> Record:
    """ "no-preference" and -1 take a preference back."""
    noun = at.nouns["InstanceMetadataDefaults"]
    kept = {name: value for name, value in {**at.get(noun, {}), **params}.items() if value not in ("no-preference", -1)}
    at.remove(noun, {})
    return change(at, noun, kept, output)


def _key_pair(at: Store, params: Record, _: Any) -> Record:
    """API_GenerateDataKeyPair; RSA only. The key that wraps it is moto's."""
    spec = params["KeyPairSpec"]
    if not spec.startswith("RSA_"):
        raise AwsError("ValidationException", f"the embedded AWS makes no pair of {spec}; see SUPPORTED.md")
    pair = rsa.generate_private_key(65537, int(spec.removeprefix("RSA_")))
    private = pair.private_bytes(Encoding.DER, PrivateFormat.PKCS8, NoEncryption())
    public = pair.public_key().public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo)
    backend = kms_backends[at.account][at.region]
    if backend.get_key_id(params["KeyId"]) not in backend.keys:
        raise at.refusal("NotFoundException", f"Key '{params['KeyId']}' does not exist")
    wrapped, arn = backend.encrypt(params["KeyId"], private, params.get("EncryptionContext", {}))
    told = {"KeyId": arn, "KeyPairSpec": spec, "PublicKey": public, "PrivateKeyCiphertextBlob": wrapped}
    return {**told, "PrivateKeyPlaintext": private}


PARTICULAR: dict[tuple[str, str], Callable[[Store, Record, Any], Record]] = {
    ("budgets", "CreateBudget"): _create_budget,
    ("codeartifact", "AssociateExternalConnection"): _connect,
    ("codeartifact", "DisassociateExternalConnection"): _disconnect,
    ("codeartifact", "GetRepositoryEndpoint"): _endpoint,
    ("codepipeline", "UpdatePipeline"): _update_pipeline,
    ("kms", "GenerateDataKeyPair"): _key_pair,
    ("servicequotas", "RequestServiceQuotaIncrease"): _raise_quota,
    ("ec2", "ModifyInstanceMetadataDefaults"): _set_metadata_defaults,
}
