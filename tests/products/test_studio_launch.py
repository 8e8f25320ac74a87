"""The Studio products on the embedded AWS, provisioned by launch roles with exactly their launch policies."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from botocore.exceptions import ClientError

from tests.localaws.conftest import started
from tests.products.spoke_account import SpokeAccount
from tests.products.stack import Stack

STUDIO, PROFILE = "studio-environment", "studio-user-profile"


@pytest.fixture(scope="module")
def account(tmp_path_factory: pytest.TempPathFactory) -> Iterator[SpokeAccount]:
    with started(tmp_path_factory.mktemp("aws")) as server:
        yield SpokeAccount(server.endpoint)


@pytest.fixture(scope="module")
def keys(account: SpokeAccount) -> dict[str, str]:
    return {product: account.launch_role(product) for product in (STUDIO, PROFILE)}


def assert_profile(sagemaker: Any, domain: str, user: str, profile_type: str) -> None:
    """The profile has the execution role of its type and names its owner in its tags."""
    profile = sagemaker.describe_user_profile(DomainId=domain, UserProfileName=user)
    assert profile["UserSettings"]["ExecutionRole"].endswith(f"role/studio-{profile_type}")
    tags = sagemaker.list_tags(ResourceArn=profile["UserProfileArn"])["Tags"]
    values = {tag["Key"]: tag["Value"] for tag in tags}
    assert {"owner": user, "profile-type": profile_type}.items() <= values.items()


@pytest.mark.slow  # `make demo` launches, upgrades and terminates both products too
def test_an_environment_with_two_profiles_from_creation_to_deletion(
    account: SpokeAccount, keys: dict[str, str]
) -> None:
    studio = Stack(account, STUDIO, "studio", keys[STUDIO])
    sagemaker = account.client("sagemaker")

    assert studio.create("1.0.0", TeamName="credit-risk", HomeRetention="Delete") == "CREATE_COMPLETE"
    domain = sagemaker.describe_domain(DomainId=studio.outputs["DomainId"])
    assert domain["AppNetworkAccessType"] == "VpcOnly"
    assert domain["DomainName"].startswith("mlops-credit-risk-")

    types = {"alice": "developer", "bob": "model-approver"}
    profiles = {user: Stack(account, PROFILE, user, keys[PROFILE]) for user in types}
    for user, profile_type in types.items():
        assert profiles[user].create("1.0.0", User=user, Type=profile_type) == "CREATE_COMPLETE"
        assert_profile(sagemaker, domain["DomainId"], user, profile_type)

    before = studio.physical
    assert studio.update("1.1.0", TeamName="credit-risk", HomeRetention="Delete") == "UPDATE_COMPLETE"
    assert before.items() <= studio.physical.items()
    assert "CodeEditorAppSettings" in sagemaker.describe_domain(DomainId=domain["DomainId"])["DefaultUserSettings"]
    assert studio.outputs["SecurityGroup"].startswith("sg-")

    create_app(sagemaker, domain["DomainId"], "alice")
    assert studio.delete() == "DELETE_FAILED", "profiles exist, so nothing may be deleted"
    assert sagemaker.describe_domain(DomainId=domain["DomainId"])["Status"] == "InService"

    for stack in profiles.values():
        assert stack.delete() == "DELETE_COMPLETE"
    assert sagemaker.list_user_profiles(DomainIdEquals=domain["DomainId"])["UserProfiles"] == []
    assert sagemaker.list_spaces(DomainIdEquals=domain["DomainId"])["Spaces"] == []
    assert studio.delete() == "DELETE_COMPLETE"
    assert sagemaker.list_domains()["Domains"] == []
    homes = account.client("efs").describe_file_systems()["FileSystems"]
    assert domain["HomeEfsFileSystemId"] not in {home["FileSystemId"] for home in homes}
    buckets = {bucket["Name"] for bucket in account.client("s3").list_buckets()["Buckets"]}
    assert {before[name] for name in ("DataBucket", "ModelBucket", "ArtifactBucket")} <= buckets


@pytest.mark.slow
def test_a_second_environment_can_be_created_and_keeps_its_home_directories(
    account: SpokeAccount, keys: dict[str, str]
) -> None:
    studio = Stack(account, STUDIO, "again", keys[STUDIO])
    assert studio.create("1.1.0", TeamName="credit-risk") == "CREATE_COMPLETE"
    sagemaker, domain = account.client("sagemaker"), studio.outputs["DomainId"]
    home = sagemaker.describe_domain(DomainId=domain)["HomeEfsFileSystemId"]
    assert studio.delete() == "DELETE_COMPLETE"
    homes = account.client("efs").describe_file_systems()["FileSystems"]
    assert home in {file_system["FileSystemId"] for file_system in homes}


@pytest.mark.parametrize(
    "parameters", [{"TeamName": "Has Spaces"}, {"IdleMinutes": "10000"}, {"SpokeVpcId": "/somebody/elses/vpc"}]
)
def test_parameters_that_would_weaken_security_are_refused(
    account: SpokeAccount, keys: dict[str, str], parameters: dict[str, str]
) -> None:
    with pytest.raises(ClientError, match=next(iter(parameters))):
        Stack(account, STUDIO, "refused", keys[STUDIO]).create("1.1.0", **parameters)


def create_app(sagemaker: Any, domain: str, user: str) -> None:
    """Create a private space with a running application."""
    sagemaker.create_space(
        DomainId=domain,
        SpaceName=f"{user}-lab",
        OwnershipSettings={"OwnerUserProfileName": user},
        SpaceSharingSettings={"SharingType": "Private"},
        SpaceSettings={"AppType": "JupyterLab"},
    )
    sagemaker.create_app(DomainId=domain, SpaceName=f"{user}-lab", AppType="JupyterLab", AppName="default")
