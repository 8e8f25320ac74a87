"""SageMaker Studio: creation of domains, spaces, apps and image versions, and what prevents their deletion.

https://docs.aws.amazon.com/sagemaker/latest/dg/gs-studio-delete-domain.html
"""

import secrets
from collections.abc import Callable
from typing import Any

from moto.core.exceptions import ServiceException
from moto.ec2.models import ec2_backends
from moto.efs.models import efs_backends

from scripts.localaws.crud.operations import OPERATIONS, OperationHandler, create, update
from scripts.localaws.crud.serialization import Record
from scripts.localaws.crud.store import Store

_INACTIVE = ("Deleted", "Failed")


def _find(store: Store, resource: str, **values: Any) -> list[Record]:
    return store.find(store.resources[resource], **values)


def _domain_values(store: Store, params: Record) -> Record:
    if any(domain["DomainName"] == params["DomainName"] for domain in _find(store, "Domain")):
        raise ServiceException("ResourceInUse", f"Domain with name [{params['DomainName']}] already exists.")
    subnets = ec2_backends[store.account][store.region].describe_subnets(subnet_ids=params["SubnetIds"])
    if outside := [subnet.id for subnet in subnets if subnet.vpc_id != params["VpcId"]]:
        raise ServiceException("ValidationException", f"Subnets {outside} do not belong to {params['VpcId']}")
    domain = f"d-{secrets.token_hex(6)}"
    url = f"https://{domain}.studio.{store.region}.sagemaker.aws"
    return {
        **params,
        "DomainId": domain,
        "Url": url,
        "HomeEfsFileSystemId": _create_home_file_system(store, domain, params),
    }


def _create_home_file_system(store: Store, domain: str, params: Record) -> str:
    """The file system that AWS creates for the domain and keeps after its deletion."""
    arn = f"arn:aws:sagemaker:{store.region}:{store.account}:domain/{domain}"
    file_system = efs_backends[store.account][store.region].create_file_system(
        creation_token=domain, performance_mode="generalPurpose", encrypted=True, kms_key_id=params.get("KmsKeyId", ""),
        throughput_mode="bursting", provisioned_throughput_in_mibps=0, availability_zone_name="", backup=False,
        tags=[{"Key": "ManagedByAmazonSageMakerResource", "Value": arn}],
    )  # fmt: skip
    return str(file_system.file_system_id)


def _space_values(store: Store, params: Record) -> Record:
    ownership = params.get("OwnershipSettings")
    if ownership:
        owner = {"DomainId": params["DomainId"], "UserProfileName": ownership["OwnerUserProfileName"]}
        store.get(store.resources["UserProfile"], owner)
    summaries = {
        "OwnershipSettingsSummary": ownership,
        "SpaceSharingSettingsSummary": params.get("SpaceSharingSettings"),
        "SpaceSettingsSummary": {"AppType": params.get("SpaceSettings", {}).get("AppType")},
    }
    return {**params, **{name: value for name, value in summaries.items() if value}}


def _app_values(store: Store, params: Record) -> Record:
    owners = [resource for resource in ("UserProfile", "Space") if params.get(f"{resource}Name")]
    if len(owners) != 1:
        raise ServiceException("ValidationException", "Exactly one of UserProfileName and SpaceName must be given")
    store.get(store.resources[owners[0]], params)
    key = {part: params.get(part) for part in store.resources["App"].key}
    for app in _find(store, "App", **key, Status="Deleted"):
        store.delete(store.resources["App"], app)  # the name of a deleted app can be used again
    return {**params, "Owner": params[f"{owners[0]}Name"]}


def _image_version_values(store: Store, params: Record) -> Record:
    versions = [record["Version"] for record in _find(store, "ImageVersion", ImageName=params["ImageName"])]
    image = store.get(store.resources["Image"], params)
    number = max(versions, default=0) + 1
    return {**params, "Version": number, "ContainerImage": params["BaseImage"], "ImageArn": image["@arn"]}


def _create(resource: str, values: Callable[[Store, Record], Record]) -> OperationHandler:
    def create_resource(store: Store, params: Record, output: Any) -> Record:
        return create(store, store.resources[resource], values(store, params), output)

    return create_resource


def _delete(resource: str) -> OperationHandler:
    """Delete a resource. Raises ServiceException ResourceInUse with the resources that still use it."""

    def delete(store: Store, params: Record, _: Any) -> Record:
        spec = store.resources[resource]
        record = store.get(spec, params)
        if users := _users(store, resource, record):
            message = (
                f"Unable to delete {resource} [{record.get(spec.key[-1])}] because {users} are associated with it."
            )
            raise ServiceException("ResourceInUse", message)
        if resource == "App":
            record["Status"] = "Deleted"  # AWS lists a deleted app for another day
            return {}
        if params.get("RetentionPolicy", {}).get("HomeEfsFileSystem") == "Delete":
            efs_backends[store.account][store.region].delete_file_system(record["HomeEfsFileSystemId"])
        store.delete(spec, record)
        return {}

    return delete


def _on_latest_version(operation: str) -> OperationHandler:
    """An operation on an image version; without a number on the latest one."""

    def run(store: Store, params: Record, output: Any) -> Record:
        versions = _find(store, "ImageVersion", ImageName=params["ImageName"])
        latest = {"Version": versions[-1]["Version"] if versions else 0}
        return OPERATIONS[operation](store, store.resources["ImageVersion"], {**latest, **params}, output)

    return run


def _update_domain(store: Store, params: Record, output: Any) -> Record:
    values = {name.replace("SettingsForUpdate", "Settings"): value for name, value in params.items()}
    return update(store, store.resources["Domain"], values, output)


def _create_presigned_url(store: Store, params: Record, _: Any) -> Record:
    profile = store.get(store.resources["UserProfile"], params)
    url = store.get(store.resources["Domain"], profile)["Url"]
    return {"AuthorizedUrl": f"{url}/auth?token={secrets.token_urlsafe(24)}"}


def _users(store: Store, resource: str, record: Record) -> str:
    """The resource types that prevent the deletion, as text."""
    domain = record.get("DomainId")
    apps = [app for app in _find(store, "App", DomainId=domain) if app["Status"] not in _INACTIVE]
    if resource == "Domain":
        spaces, profiles = _find(store, "Space", DomainId=domain), _find(store, "UserProfile", DomainId=domain)
        users = {"UserProfile(s)": profiles, "Space(s)": spaces, "App(s)": apps}
    elif resource == "UserProfile":
        ownership = {"OwnerUserProfileName": record["UserProfileName"]}
        spaces = _find(store, "Space", DomainId=domain, OwnershipSettings=ownership)
        users = {"Space(s)": spaces, "App(s)": [app for app in apps if app["Owner"] == record["UserProfileName"]]}
    elif resource == "Space":
        users = {"App(s)": [app for app in apps if app.get("SpaceName") == record["SpaceName"]]}
    elif resource == "StudioLifecycleConfig":
        arn = record["@arn"]
        settings = [*_find(store, "Domain"), *_find(store, "UserProfile")]
        users = {"Domain(s) or UserProfile(s)": [values for values in settings if f"'{arn}'" in str(values)]}
    else:
        users = {}
    return " and ".join(name for name, records in users.items() if records)


_CREATED = {"Domain": _domain_values, "Space": _space_values, "App": _app_values, "ImageVersion": _image_version_values}
_DELETED = ("Domain", "UserProfile", "Space", "App", "StudioLifecycleConfig")
HANDLERS: dict[tuple[str, str], OperationHandler] = {
    **{("sagemaker", f"Create{resource}"): _create(resource, values) for resource, values in _CREATED.items()},
    **{("sagemaker", f"Delete{resource}"): _delete(resource) for resource in _DELETED},
    ("sagemaker", "DescribeImageVersion"): _on_latest_version("read"),
    ("sagemaker", "UpdateImageVersion"): _on_latest_version("update"),
    ("sagemaker", "DeleteImageVersion"): _on_latest_version("delete"),
    ("sagemaker", "UpdateDomain"): _update_domain,
    ("sagemaker", "CreatePresignedDomainUrl"): _create_presigned_url,
}
