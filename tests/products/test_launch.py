"""Both products on the embedded AWS, launched by roles that may do no more than their launch policies say."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from botocore.exceptions import ClientError

from tests.localaws.conftest import started
from tests.products.account import Account
from tests.products.stack import Stack

STUDIO, PROFILE = "studio-environment", "studio-user-profile"


@pytest.fixture(scope="module")
def account(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Account]:
    with started(tmp_path_factory.mktemp("aws")) as server:
        yield Account(server.endpoint)


@pytest.fixture(scope="module")
def keys(account: Account) -> dict[str, str]:
    return {product: account.launch_role(product) for product in (STUDIO, PROFILE)}


def test_life_of_an_environment_with_two_people(account: Account, keys: dict[str, str]) -> None:
    studio = Stack(account, STUDIO, "studio", keys[STUDIO])
    sagemaker = account.client("sagemaker")

    assert studio.create("1.0.0", TeamName="credit-risk", HomeRetention="Delete") == "CREATE_COMPLETE"
    domain = sagemaker.describe_domain(DomainId=studio.outputs["DomainId"])
    assert domain["AppNetworkAccessType"] == "VpcOnly"
    assert domain["DomainName"].startswith("mlops-credit-risk-")

    people = {"alice": "developer", "bob": "model-approver"}
    profiles = {user: Stack(account, PROFILE, user, keys[PROFILE]) for user in people}
    for user, kind in people.items():
        assert profiles[user].create("1.0.0", User=user, Type=kind) == "CREATE_COMPLETE"
        found = sagemaker.describe_user_profile(DomainId=domain["DomainId"], UserProfileName=user)
        assert found["UserSettings"]["ExecutionRole"].endswith(f"role/studio-{kind}")
        tags = sagemaker.list_tags(ResourceArn=found["UserProfileArn"])["Tags"]
        assert {"owner": user, "profile-type": kind}.items() <= {tag["Key"]: tag["Value"] for tag in tags}.items()

    before = studio.physical
    assert studio.update("1.1.0", TeamName="credit-risk", HomeRetention="Delete") == "UPDATE_COMPLETE"
    assert before.items() <= studio.physical.items()
    assert "CodeEditorAppSettings" in sagemaker.describe_domain(DomainId=domain["DomainId"])["DefaultUserSettings"]
    assert studio.outputs["SecurityGroup"].startswith("sg-")

    work(sagemaker, domain["DomainId"], "alice")
    assert studio.delete() == "DELETE_FAILED", "people are left, so nothing may be deleted"
    assert sagemaker.describe_domain(DomainId=domain["DomainId"])["Status"] == "InService"

    for profile in profiles.values():
        assert profile.delete() == "DELETE_COMPLETE"
    assert sagemaker.list_user_profiles(DomainIdEquals=domain["DomainId"])["UserProfiles"] == []
    assert sagemaker.list_spaces(DomainIdEquals=domain["DomainId"])["Spaces"] == []
    assert studio.delete() == "DELETE_COMPLETE"
    assert sagemaker.list_domains()["Domains"] == []
    homes = account.client("efs").describe_file_systems()["FileSystems"]
    assert domain["HomeEfsFileSystemId"] not in {home["FileSystemId"] for home in homes}
    buckets = {bucket["Name"] for bucket in account.client("s3").list_buckets()["Buckets"]}
    assert {before[name] for name in ("DataBucket", "ModelBucket", "ArtifactBucket")} <= buckets


def test_environment_can_be_launched_again_and_keep_its_home_folders(account: Account, keys: dict[str, str]) -> None:
    studio = Stack(account, STUDIO, "again", keys[STUDIO])
    assert studio.create("1.1.0", TeamName="credit-risk") == "CREATE_COMPLETE"
    sagemaker, domain = account.client("sagemaker"), studio.outputs["DomainId"]
    home = sagemaker.describe_domain(DomainId=domain)["HomeEfsFileSystemId"]
    assert studio.delete() == "DELETE_COMPLETE"
    homes = account.client("efs").describe_file_systems()["FileSystems"]
    assert home in {item["FileSystemId"] for item in homes}


@pytest.mark.parametrize(
    "parameters", [{"TeamName": "Has Spaces"}, {"IdleMinutes": "10000"}, {"SpokeVpcId": "/somebody/elses/vpc"}]
)
def test_launch_refuses_what_would_weaken_it(
    account: Account, keys: dict[str, str], parameters: dict[str, str]
) -> None:
    with pytest.raises(ClientError, match=next(iter(parameters))):
        Stack(account, STUDIO, "refused", keys[STUDIO]).create("1.1.0", **parameters)


def work(sagemaker: Any, domain: str, user: str) -> None:
    """Leaves a private space with a running application."""
    sagemaker.create_space(
        DomainId=domain,
        SpaceName=f"{user}-lab",
        OwnershipSettings={"OwnerUserProfileName": user},
        SpaceSharingSettings={"SharingType": "Private"},
        SpaceSettings={"AppType": "JupyterLab"},
    )
    sagemaker.create_app(DomainId=domain, SpaceName=f"{user}-lab", AppType="JupyterLab", AppName="default")
