"""What is particular to Studio: how things are born, and what stands in the way of deleting them.

https://docs.aws.amazon.com/sagemaker/latest/dg/gs-studio-delete-domain.html
"""

import secrets
from collections.abc import Callable
from typing import Any

from moto.core.exceptions import ServiceException
from moto.ec2.models import ec2_backends
from moto.efs.models import efs_backends

from scripts.localaws.crud.operations import NAMED
from scripts.localaws.crud.serialization import Record
from scripts.localaws.crud.store import Store

Particular = Callable[[Store, Record, Any], Record]
_OVER = ("Deleted", "Failed")


def _all(store: Store, noun: str, **where: Any) -> list[Record]:
    return store.all(store.nouns[noun], **where)


def _domain(store: Store, values: Record) -> Record:
    if any(it["DomainName"] == values["DomainName"] for it in _all(store, "Domain")):
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
        store.get(store.nouns["UserProfile"], {"DomainId": values["DomainId"], **_owner(owner)})
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
    store.get(store.nouns[owners[0]], values)
    for old in _all(store, "App", **{part: values.get(part) for part in store.nouns["App"].key}, Status="Deleted"):
        store.remove(store.nouns["App"], old)  # its name is free
    return {**values, "Owner": values[f"{owners[0]}Name"]}


def _image_version(store: Store, values: Record) -> Record:
    number = max((it["Version"] for it in _all(store, "ImageVersion", ImageName=values["ImageName"])), default=0) + 1
    image = store.get(store.nouns["Image"], values)
    return {**values, "Version": number, "ContainerImage": values["BaseImage"], "ImageArn": image["@arn"]}


def _create(noun: str, birth: Callable[[Store, Record], Record]) -> Particular:
    def create(store: Store, params: Record, output: Any) -> Record:
        return NAMED["make"](store, store.nouns[noun], birth(store, params), output)

    return create


def _delete(noun: str) -> Particular:
    """Gone, or a refusal that says what still needs it."""

    def delete(store: Store, params: Record, _: Any) -> Record:
        kind = store.nouns[noun]
        record = store.get(kind, params)
        if users := _users(store, noun, record):
            said = f"Unable to delete {noun} [{record.get(kind.key[-1])}] because {users} are associated with it."
            raise ServiceException("ResourceInUse", said)
        if noun == "App":
            record["Status"] = "Deleted"  # AWS lists it for another day
            return {}
        if params.get("RetentionPolicy", {}).get("HomeEfsFileSystem") == "Delete":
            efs_backends[store.account][store.region].delete_file_system(record["HomeEfsFileSystemId"])
        store.remove(kind, record)
        return {}

    return delete


def _latest(verb: str) -> Particular:
    """An image version without a number is the latest."""

    def act(store: Store, params: Record, output: Any) -> Record:
        known = _all(store, "ImageVersion", ImageName=params["ImageName"])
        latest = {"Version": known[-1]["Version"] if known else 0}
        return NAMED[verb](store, store.nouns["ImageVersion"], {**latest, **params}, output)

    return act


def _update_domain(store: Store, params: Record, output: Any) -> Record:
    renamed = {name.replace("SettingsForUpdate", "Settings"): value for name, value in params.items()}
    return NAMED["change"](store, store.nouns["Domain"], renamed, output)


def _presign(store: Store, params: Record, _: Any) -> Record:
    profile = store.get(store.nouns["UserProfile"], params)
    url = store.get(store.nouns["Domain"], profile)["Url"]
    return {"AuthorizedUrl": f"{url}/auth?token={secrets.token_urlsafe(24)}"}


def _users(store: Store, noun: str, record: Record) -> str:
    """Which nouns stand in the way, as text."""
    domain = record.get("DomainId")
    living = [app for app in _all(store, "App", DomainId=domain) if app["Status"] not in _OVER]
    if noun == "Domain":
        spaces, profiles = _all(store, "Space", DomainId=domain), _all(store, "UserProfile", DomainId=domain)
        found = {"UserProfile(s)": profiles, "Space(s)": spaces, "App(s)": living}
    elif noun == "UserProfile":
        own = {"OwnerUserProfileName": record["UserProfileName"]}
        spaces = _all(store, "Space", DomainId=domain, OwnershipSettings=own)
        found = {"Space(s)": spaces, "App(s)": [app for app in living if app["Owner"] == record["UserProfileName"]]}
    elif noun == "Space":
        found = {"App(s)": [app for app in living if app.get("SpaceName") == record["SpaceName"]]}
    elif noun == "StudioLifecycleConfig":
        arn = record["@arn"]
        settings = [*_all(store, "Domain"), *_all(store, "UserProfile")]
        found = {"Domain(s) or UserProfile(s)": [it for it in settings if f"'{arn}'" in str(it)]}
    else:
        found = {}
    return " and ".join(name for name, things in found.items() if things)


_BIRTHS = {"Domain": _domain, "Space": _space, "App": _app, "ImageVersion": _image_version}
_HELD = ("Domain", "UserProfile", "Space", "App", "StudioLifecycleConfig")
PARTICULAR: dict[tuple[str, str], Particular] = {
    **{("sagemaker", f"Create{noun}"): _create(noun, birth) for noun, birth in _BIRTHS.items()},
    **{("sagemaker", f"Delete{noun}"): _delete(noun) for noun in _HELD},
    ("sagemaker", "DescribeImageVersion"): _latest("show"),
    ("sagemaker", "UpdateImageVersion"): _latest("change"),
    ("sagemaker", "DeleteImageVersion"): _latest("drop"),
    ("sagemaker", "UpdateDomain"): _update_domain,
    ("sagemaker", "CreatePresignedDomainUrl"): _presign,
}
