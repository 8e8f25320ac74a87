"""What is particular to Studio: how things are born, and what stands in the way of deleting them.

https://docs.aws.amazon.com/sagemaker/latest/dg/gs-studio-delete-domain.html
"""

import secrets
from collections.abc import Callable
from typing import Any

from moto.core.exceptions import ServiceException
from moto.ec2.models import ec2_backends
from moto.efs.models import efs_backends

from scripts.localaws.sagemaker.kinds import KINDS
from scripts.localaws.sagemaker.models import Record, Store

_OVER = ("Deleted", "Failed")


def born(store: Store, noun: str, values: Record) -> Record:
    """What a new thing has besides what the caller said."""
    birth = _BIRTHS.get(noun)
    return birth(store, values) if birth else values


def _domain(store: Store, values: Record) -> Record:
    if any(it["DomainName"] == values["DomainName"] for it in store.all("Domain")):
        raise ServiceException("ResourceInUse", f"Domain with name [{values['DomainName']}] already exists.")
    subnets = ec2_backends[store.account][store.region].describe_subnets(subnet_ids=values["SubnetIds"])
    if strangers := [subnet.id for subnet in subnets if subnet.vpc_id != values["VpcId"]]:
        raise ServiceException("ValidationException", f"Subnets {strangers} do not belong to {values['VpcId']}")
    domain = f"d-{secrets.token_hex(6)}"
    url = f"https://{domain}.studio.{store.region}.sagemaker.aws"
    return {**values, "DomainId": domain, "Url": url, "HomeEfsFileSystemId": _home(store, domain, values)}


def _home(store: Store, domain: str, values: Record) -> str:
    """The file system that AWS makes for the domain and leaves behind."""
    arn = f"arn:aws:sagemaker:{store.region}:{store.account}:domain/{domain}"
    made = efs_backends[store.account][store.region].create_file_system(
        creation_token=domain, performance_mode="generalPurpose", encrypted=True, kms_key_id=values.get("KmsKeyId", ""),
        throughput_mode="bursting", provisioned_throughput_in_mibps=0, availability_zone_name="", backup=False,
        tags=[{"Key": "ManagedByAmazonSageMakerResource", "Value": arn}],
    )  # fmt: skip
    return str(made.file_system_id)


def _space(store: Store, values: Record) -> Record:
    owner = values.get("OwnershipSettings")
    if owner:
        store.get(KINDS["UserProfile"], {"DomainId": values["DomainId"], **_owner(owner)})
    summaries = {
        "OwnershipSettingsSummary": owner,
        "SpaceSharingSettingsSummary": values.get("SpaceSharingSettings"),
        "SpaceSettingsSummary": {"AppType": values.get("SpaceSettings", {}).get("AppType")},
    }
    return {**values, **{name: value for name, value in summaries.items() if value}}


def _owner(settings: dict[str, Any]) -> dict[str, Any]:
    return {"UserProfileName": settings["OwnerUserProfileName"]}


def _app(store: Store, values: Record) -> Record:
    owners = [noun for noun in ("UserProfile", "Space") if values.get(f"{noun}Name")]
    if len(owners) != 1:
        raise ServiceException("ValidationException", "Exactly one of UserProfileName and SpaceName must be given")
    store.get(KINDS[owners[0]], values)
    return {**values, "Owner": values[f"{owners[0]}Name"]}


def _image_version(store: Store, values: Record) -> Record:
    number = max((it["Version"] for it in store.all("ImageVersion", ImageName=values["ImageName"])), default=0) + 1
    image = store.get(KINDS["Image"], values)
    return {**values, "Version": number, "ContainerImage": values["BaseImage"], "ImageArn": image["ImageArn"]}


_BIRTHS: dict[str, Callable[[Store, Record], Record]] = {
    "Domain": _domain,
    "Space": _space,
    "App": _app,
    "ImageVersion": _image_version,
}


def end(store: Store, noun: str, values: Record) -> None:
    """Delete a thing, or say what still needs it."""
    record = store.get(KINDS[noun], values)
    if users := _users(store, noun, record):
        name = record.get(KINDS[noun].key[-1])
        raise ServiceException(
            "ResourceInUse", f"Unable to delete {noun} [{name}] because {users} are associated with it."
        )
    if noun == "App":
        record["Status"] = "Deleted"  # AWS lists it for another day
        return
    if noun == "Domain" and values.get("RetentionPolicy", {}).get("HomeEfsFileSystem") == "Delete":
        efs_backends[store.account][store.region].delete_file_system(record["HomeEfsFileSystemId"])
    for version in store.all("ImageVersion", ImageName=record["ImageName"]) if noun == "Image" else ():
        store.remove(KINDS["ImageVersion"], version)
    for app in store.all("App", DomainId=record.get("DomainId")) if noun == "Domain" else ():
        store.remove(KINDS["App"], app)
    store.remove(KINDS[noun], record)


def _users(store: Store, noun: str, record: Record) -> str:
    """Which nouns stand in the way, as text."""
    domain = record.get("DomainId")
    living = [app for app in store.all("App", DomainId=domain) if app["Status"] not in _OVER]
    if noun == "Domain":
        spaces, profiles = store.all("Space", DomainId=domain), store.all("UserProfile", DomainId=domain)
        found = {"UserProfile(s)": profiles, "Space(s)": spaces, "App(s)": living}
    elif noun == "UserProfile":
        own = {"OwnerUserProfileName": record["UserProfileName"]}
        spaces = store.all("Space", DomainId=domain, OwnershipSettings=own)
        found = {"Space(s)": spaces, "App(s)": [app for app in living if app["Owner"] == record["UserProfileName"]]}
    elif noun == "Space":
        found = {"App(s)": [app for app in living if app.get("SpaceName") == record["SpaceName"]]}
    elif noun == "StudioLifecycleConfig":
        arn = record["StudioLifecycleConfigArn"]
        settings = [*store.all("Domain"), *store.all("UserProfile")]
        found = {"Domain(s) or UserProfile(s)": [it for it in settings if f"'{arn}'" in str(it)]}
    else:
        found = {}
    return " and ".join(name for name, things in found.items() if things)
