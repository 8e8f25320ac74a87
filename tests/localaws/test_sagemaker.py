"""Studio: domains, profiles, spaces, applications, images. Each test names the AWS page that it follows."""

import secrets
from collections.abc import Callable
from typing import Any

import pytest

from tests.localaws.conftest import REGION, Aws, refused

# On AWS a domain needs a role and a network, so these tests run on the embedded AWS only.
pytestmark = pytest.mark.local_only
PRIVATE = {"SpaceSharingSettings": {"SharingType": "Private"}, "SpaceSettings": {"AppType": "JupyterLab"}}


class Studio:
    """A client, a network and a function that creates domains, in an account of its own."""

    def __init__(self, aws: Aws, account: str) -> None:
        self.sagemaker, self.efs, self.account = aws("sagemaker", account), aws("efs", account), account
        ec2 = aws("ec2", account)
        self.vpc = ec2.create_vpc(CidrBlock="10.1.0.0/16")["Vpc"]["VpcId"]
        self.subnet = ec2.create_subnet(VpcId=self.vpc, CidrBlock="10.1.0.0/24")["Subnet"]["SubnetId"]

    def domain(self, **more: Any) -> str:
        return str(self.sagemaker.create_domain(**self.settings(**more))["DomainArn"].rpartition("/")[2])

    def settings(self, **more: Any) -> dict[str, Any]:
        role = f"arn:aws:iam::{self.account}:role/studio"
        return {
            "DomainName": f"team-{secrets.token_hex(4)}",
            "AuthMode": "IAM",
            "VpcId": self.vpc,
            "SubnetIds": [self.subnet],
            "DefaultUserSettings": {"ExecutionRole": role},
            **more,
        }

    def person(self, domain: str, user: str = "alice") -> None:
        self.sagemaker.create_user_profile(DomainId=domain, UserProfileName=user)

    def space(self, domain: str, name: str = "lab", user: str = "alice") -> None:
        owner = {"OwnershipSettings": {"OwnerUserProfileName": user}}
        self.sagemaker.create_space(DomainId=domain, SpaceName=name, **owner, **PRIVATE)

    def app(self, domain: str, space: str = "lab") -> dict[str, str]:
        app = {"DomainId": domain, "SpaceName": space, "AppType": "JupyterLab", "AppName": "default"}
        self.sagemaker.create_app(**app)
        return app


@pytest.fixture(scope="module")
def studio(aws: Aws, member: Callable[[str], str]) -> Studio:
    return Studio(aws, member("studio-spoke"))


def test_domain_has_an_id_a_url_and_a_home_file_system(studio: Studio) -> None:
    """API_CreateDomain, API_DescribeDomain."""
    arn = studio.sagemaker.create_domain(**studio.settings())["DomainArn"]
    domain = studio.sagemaker.describe_domain(DomainId=arn.rpartition("/")[2])
    assert arn.startswith(f"arn:aws:sagemaker:{REGION}:{studio.account}:domain/d-")
    assert domain["Status"] == "InService"
    assert domain["Url"].startswith(f"https://{domain['DomainId']}.studio.{REGION}.")
    home = studio.efs.describe_file_systems(FileSystemId=domain["HomeEfsFileSystemId"])["FileSystems"][0]
    assert {"Key": "ManagedByAmazonSageMakerResource", "Value": arn} in home["Tags"]


def test_domain_name_is_unique(studio: Studio) -> None:
    """API_CreateDomain, ResourceInUse."""
    settings = studio.settings()
    studio.sagemaker.create_domain(**settings)
    assert refused(studio.sagemaker.create_domain, **settings)[0] == "ResourceInUse"


def test_missing_resources_are_not_found(studio: Studio) -> None:
    """API_DescribeDomain, ResourceNotFound."""
    assert refused(studio.sagemaker.describe_domain, DomainId="d-nothing")[0] == "ResourceNotFound"
    assert (
        refused(studio.sagemaker.create_user_profile, DomainId="d-nothing", UserProfileName="a")[0]
        == "ResourceNotFound"
    )


def test_value_that_the_model_forbids_is_refused(studio: Studio) -> None:
    """CommonErrors, ValidationException."""
    wrong = studio.settings(AppNetworkAccessType="Everywhere")
    assert refused(studio.sagemaker.create_domain, **wrong)[0] == "ValidationException"


def test_unsupported_operation_is_refused(studio: Studio) -> None:
    """SUPPORTED.md."""
    code, status, _message = refused(studio.sagemaker.list_auto_ml_jobs)
    assert (code, status) == ("UnknownOperationException", 400)


@pytest.mark.parametrize("keep", ["Retain", "Delete"])
def test_home_file_system_is_kept_unless_its_deletion_is_requested(studio: Studio, keep: str) -> None:
    """API_RetentionPolicy: the default is Retain."""
    domain = studio.domain()
    home = studio.sagemaker.describe_domain(DomainId=domain)["HomeEfsFileSystemId"]
    studio.sagemaker.delete_domain(DomainId=domain, RetentionPolicy={"HomeEfsFileSystem": keep})
    left = {file_system["FileSystemId"] for file_system in studio.efs.describe_file_systems()["FileSystems"]}
    assert (home in left) is (keep == "Retain")


def test_resources_in_use_are_not_deleted(studio: Studio) -> None:
    """gs-studio-delete-domain: applications first, then spaces, profiles, the domain."""
    sagemaker, domain = studio.sagemaker, studio.domain()
    studio.person(domain)
    studio.space(domain)
    app = studio.app(domain)
    profile, space = {"DomainId": domain, "UserProfileName": "alice"}, {"DomainId": domain, "SpaceName": "lab"}
    assert refused(sagemaker.delete_space, **space)[0] == "ResourceInUse"
    sagemaker.delete_app(**app)
    assert refused(sagemaker.delete_user_profile, **profile)[0] == "ResourceInUse"
    sagemaker.delete_space(**space)
    assert refused(sagemaker.delete_domain, DomainId=domain)[0] == "ResourceInUse"
    sagemaker.delete_user_profile(**profile)
    sagemaker.delete_domain(DomainId=domain)
    assert refused(sagemaker.describe_domain, DomainId=domain)[0] == "ResourceNotFound"


def test_deleted_app_is_listed_as_deleted_and_its_name_is_free(studio: Studio) -> None:
    """API_ListApps."""
    domain = studio.domain()
    studio.person(domain)
    studio.space(domain)
    studio.sagemaker.delete_app(**studio.app(domain))
    assert [app["Status"] for app in studio.sagemaker.list_apps(DomainIdEquals=domain)["Apps"]] == ["Deleted"]
    studio.app(domain)
    assert [app["Status"] for app in studio.sagemaker.list_apps(DomainIdEquals=domain)["Apps"]] == ["InService"]


def test_update_changes_what_it_names_and_keeps_the_rest(studio: Studio) -> None:
    """API_UpdateDomain."""
    domain = studio.domain(DomainSettings={"ExecutionRoleIdentityConfig": "DISABLED"})
    settings = {"DockerSettings": {"EnableDockerAccess": "DISABLED"}}
    studio.sagemaker.update_domain(DomainId=domain, DomainSettingsForUpdate=settings)
    assert studio.sagemaker.describe_domain(DomainId=domain)["DomainSettings"] == {
        "ExecutionRoleIdentityConfig": "DISABLED",
        **settings,
    }


def test_lists_are_paged_and_filtered(studio: Studio) -> None:
    """API_ListUserProfiles: ten a page by default."""
    domain, other = studio.domain(), studio.domain()
    for number in range(12):
        studio.person(domain, f"person-{number:02}")
    studio.person(other, "stranger")
    first = studio.sagemaker.list_user_profiles(DomainIdEquals=domain)
    pages = studio.sagemaker.get_paginator("list_user_profiles").paginate(DomainIdEquals=domain)
    assert len(first["UserProfiles"]) == 10
    assert len([profile for page in pages for profile in page["UserProfiles"]]) == 12
    some = studio.sagemaker.list_user_profiles(DomainIdEquals=domain, UserProfileNameContains="on-1")["UserProfiles"]
    assert {profile["UserProfileName"] for profile in some} == {"person-10", "person-11"}


def test_space_is_listed_with_its_owner(studio: Studio) -> None:
    """API_SpaceDetails."""
    domain = studio.domain()
    studio.person(domain)
    studio.space(domain)
    (space,) = studio.sagemaker.list_spaces(DomainIdEquals=domain)["Spaces"]
    assert space["OwnershipSettingsSummary"] == {"OwnerUserProfileName": "alice"}
    assert space["SpaceSharingSettingsSummary"] == {"SharingType": "Private"}


def test_presigned_url_needs_an_existing_profile(studio: Studio) -> None:
    """API_CreatePresignedDomainUrl."""
    domain = studio.domain()
    studio.person(domain)
    ask = studio.sagemaker.create_presigned_domain_url
    assert ask(DomainId=domain, UserProfileName="alice")["AuthorizedUrl"].startswith(f"https://{domain}.studio.")
    assert refused(ask, DomainId=domain, UserProfileName="nobody")[0] == "ResourceNotFound"


def test_tags_are_added_listed_and_deleted(studio: Studio) -> None:
    """API_AddTags, API_ListTags, API_DeleteTags."""
    sagemaker = studio.sagemaker
    arn = sagemaker.create_domain(**studio.settings(Tags=[{"Key": "team", "Value": "a"}]))["DomainArn"]
    sagemaker.add_tags(ResourceArn=arn, Tags=[{"Key": "owner", "Value": "b"}])
    sagemaker.delete_tags(ResourceArn=arn, TagKeys=["team"])
    assert sagemaker.list_tags(ResourceArn=arn)["Tags"] == [{"Key": "owner", "Value": "b"}]


def test_image_versions_are_numbered_and_go_with_their_image(studio: Studio) -> None:
    """API_CreateImageVersion, API_DeleteImage."""
    sagemaker, name = studio.sagemaker, f"image-{secrets.token_hex(4)}"
    sagemaker.create_image(ImageName=name, RoleArn=f"arn:aws:iam::{studio.account}:role/studio")
    for token in ("a" * 32, "b" * 32):
        sagemaker.create_image_version(ImageName=name, BaseImage="x/y@sha256:0", ClientToken=token)
    assert sagemaker.describe_image_version(ImageName=name)["Version"] == 2
    assert sagemaker.describe_image_version(ImageName=name, Version=1)["ImageVersionStatus"] == "CREATED"
    sagemaker.delete_image(ImageName=name)
    assert refused(sagemaker.describe_image_version, ImageName=name)[0] == "ResourceNotFound"


def test_lifecycle_configuration_in_use_is_not_deleted(studio: Studio) -> None:
    """API_DeleteStudioLifecycleConfig, ResourceInUse."""
    sagemaker, name = studio.sagemaker, f"start-{secrets.token_hex(4)}"
    arn = sagemaker.create_studio_lifecycle_config(
        StudioLifecycleConfigName=name, StudioLifecycleConfigAppType="JupyterLab", StudioLifecycleConfigContent="IyE="
    )["StudioLifecycleConfigArn"]
    role = studio.settings()["DefaultUserSettings"]
    domain = studio.domain(DefaultUserSettings={**role, "JupyterLabAppSettings": {"LifecycleConfigArns": [arn]}})
    assert refused(sagemaker.delete_studio_lifecycle_config, StudioLifecycleConfigName=name)[0] == "ResourceInUse"
    sagemaker.delete_domain(DomainId=domain)
    sagemaker.delete_studio_lifecycle_config(StudioLifecycleConfigName=name)


def test_accounts_do_not_see_each_other(aws: Aws, studio: Studio, member: Callable[[str], str]) -> None:
    """Studio's resources belong to an account and a region."""
    domain = studio.domain()
    assert refused(aws("sagemaker", member("studio-other")).describe_domain, DomainId=domain)[0] == "ResourceNotFound"
