"""The condition keys of what a request sends, by service: one line for each key. Pure.

https://docs.aws.amazon.com/service-authorization/latest/reference/reference_policies_actions-resources-contextkeys.html
"""

from collections.abc import Iterator, Mapping
from functools import cache
from typing import Any

from generators.iam.conditions import Values
from scripts.localaws.services.iam.authorization import resource_arns

# Where SageMaker's operations say under which key results go, of jobs and of what a monitor's jobs are made from.
_RESULTS = """
OutputDataConfig/KmsKeyId ProcessingOutputConfig/KmsKeyId TransformOutput/KmsKeyId DataQualityJobOutputConfig/KmsKeyId
ModelQualityJobOutputConfig/KmsKeyId ModelBiasJobOutputConfig/KmsKeyId ModelExplainabilityJobOutputConfig/KmsKeyId
"""
# Condition key, then how the service's operations call the value: A/B is a B below an A, /A stands on top.
_LINES = f"""
cloudwatch:namespace /Namespace
ec2:authorizedservice /AwsService
elasticmapreduce:executionrolearn /ExecutionRoleArn
events:source /Source
events:detail-type /DetailType
iam:awsservicename /AWSServiceName
lambda:functionurlauthtype /FunctionUrlAuthType /AuthType
lambda:principal /Principal
ram:requestedallowsexternalprincipals /allowExternalPrincipals
sagemaker:appnetworkaccesstype /AppNetworkAccessType
sagemaker:enableremotedebug EnableRemoteDebug
sagemaker:instancetypes InstanceType
sagemaker:intercontainertrafficencryption EnableInterContainerTrafficEncryption
sagemaker:modelapprovalstatus /ModelApprovalStatus
sagemaker:networkisolation EnableNetworkIsolation
sagemaker:outputkmskey {" ".join(_RESULTS.split())}
sagemaker:outputkmskeyarn {" ".join(_RESULTS.split())}
sagemaker:serverlessmaxconcurrency ServerlessConfig/MaxConcurrency
sagemaker:spacesharingtype SpaceSharingSettings/SharingType
sagemaker:owneruserprofilearn OwnershipSettings/OwnerUserProfileName
sagemaker:volumekmskey VolumeKmsKeyId HomeEfsFileSystemKmsKeyId /KmsKeyId
sagemaker:volumekmskeyarn VolumeKmsKeyId HomeEfsFileSystemKmsKeyId /KmsKeyId
sagemaker:vpcsecuritygroupids VpcConfig/SecurityGroupIds DefaultUserSettings/SecurityGroups
sagemaker:vpcsubnets /SubnetIds VpcConfig/Subnets
"""
KEYS: Mapping[str, tuple[str, ...]] = {
    key: tuple(spellings) for key, *spellings in (line.split() for line in _LINES.strip().splitlines())
}
_ARNS = {  # keys whose value is an ARN, also when the request only names the thing
    "sagemaker:outputkmskeyarn": "arn:aws:kms:{region}:{account}:key/{value}",
    "sagemaker:volumekmskeyarn": "arn:aws:kms:{region}:{account}:key/{value}",
    "sagemaker:owneruserprofilearn": "arn:aws:sagemaker:{region}:{account}:user-profile/{domain}/{value}",
}


def tags(params: Mapping[str, Any]) -> dict[str, Values]:
    """aws:RequestTag and aws:TagKeys; the latter also of tags that are taken away."""
    given = dict(resource_arns.tags(params))
    gone = params.get("TagKeys") or params.get("tagKeys") or ()
    keys = (*given, *map(str, gone))
    found = {f"aws:requesttag/{key.lower()}": (value,) for key, value in given.items()}
    return found | ({"aws:tagkeys": keys} if keys else {})


def parameter_context(
    prefix: str, params: Mapping[str, Any], region: str, account: str
) -> Iterator[tuple[str, Values]]:
    """Every key of the table that the request has a value for."""
    last = _last(prefix)
    sent = [(path, text) for path, text in _leaves(params, "") if path.rpartition("/")[2] in last] if last else []
    where = {"region": region, "account": account, "domain": params.get("DomainId", "")}
    for key in dict.fromkeys(key for path, _ in sent for key in last[path.rpartition("/")[2]]):
        texts = [text for path, text in sent if any(_spells(name, path) for name in KEYS[key])]
        if texts:
            yield key, tuple(_arn(key, text, where) for text in texts)
    if prefix == "kms":
        yield from _of_keys(params)


@cache
def _last(prefix: str) -> Mapping[str, tuple[str, ...]]:
    """The last word of a spelling -> the service's keys that it may be for."""
    found: dict[str, tuple[str, ...]] = {}
    for key, name in ((key, name) for key, spellings in KEYS.items() for name in spellings):
        if key.startswith(f"{prefix}:"):
            word = name.rpartition("/")[2]
            found[word] = (*found.get(word, ()), key)
    return found


def _of_keys(params: Mapping[str, Any]) -> Iterator[tuple[str, Values]]:
    """https://docs.aws.amazon.com/kms/latest/developerguide/conditions-kms.html"""
    given = params.get("EncryptionContext") or {}
    yield from ((f"kms:encryptioncontext:{name.lower()}", (str(value),)) for name, value in given.items())
    if given:
        yield "kms:encryptioncontextkeys", tuple(given)
    if "alias/" in str(params.get("KeyId")):
        yield "kms:requestalias", (f"alias/{str(params['KeyId']).partition('alias/')[2]}",)


def _arn(key: str, value: str, where: Mapping[str, str]) -> str:
    return value if key not in _ARNS or value.startswith("arn:") else _ARNS[key].format(value=value, **where)


def _spells(name: str, path: str) -> bool:
    return path == name or (not name.startswith("/") and path.endswith(f"/{name}"))


def _leaves(value: Any, path: str) -> Iterator[tuple[str, str]]:
    """Path and text of everything that holds nothing else."""
    if isinstance(value, Mapping):
        for name, inner in value.items():
            yield from _leaves(inner, f"{path}/{name}")
    elif isinstance(value, list):
        for inner in value:
            yield from _leaves(inner, path)
    else:
        yield path, str(value).lower() if isinstance(value, bool) else str(value)
