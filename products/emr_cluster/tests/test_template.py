"""What is particular to the cluster: who reads its key, who talks to it, when it ends."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

FOLDER = Path(__file__).resolve().parents[1]
VERSIONS = sorted((FOLDER / "versions").glob("*.json"))
each_version = pytest.mark.parametrize("template", [json.loads(it.read_text()) for it in VERSIONS], ids=lambda _: "")


@each_version
def test_only_the_machines_read_the_certificates_key(template: dict[str, Any]) -> None:
    statements = template["Resources"]["ClusterBucketPolicy"]["Properties"]["PolicyDocument"]["Statement"]
    hidden = next(it for it in statements if it["Sid"] == "OnlyMachinesReadTheKey")
    archive = template["Resources"]["Certificate"]["Properties"]["Key"]
    assert hidden["Resource"][0]["Fn::Sub"].endswith(archive)
    assert "SpokeClusterInstanceProfile" in json.dumps(hidden["Condition"]["ArnNotEquals"])


@each_version
def test_no_secret_passes_through_the_template(template: dict[str, Any]) -> None:
    assert not [name for name, it in template["Parameters"].items() if it.get("NoEcho")]
    asked = template["Resources"]["Certificate"]["Properties"]
    assert set(asked) == {"Bucket", "Key", "KeyId", "ServiceToken", "ServiceTimeout"}


@each_version
def test_a_cluster_has_its_certificate_and_nobody_but_studio_emr_and_itself_may_call_it(
    template: dict[str, Any],
) -> None:
    resources = template["Resources"]
    settings = resources["ClusterSecurity"]["Properties"]["SecurityConfiguration"]["EncryptionConfiguration"]
    assert settings["InTransitEncryptionConfiguration"]["TLSCertificateConfiguration"]["S3Object"] == {
        "Ref": "Certificate"
    }
    doors = [it["Properties"] for it in resources.values() if it["Type"] == "AWS::EC2::SecurityGroupIngress"]
    assert len({json.dumps(it["SourceSecurityGroupId"]) for it in doors}) == 2
    instances = resources["Cluster"]["Properties"]["Instances"]
    assert instances["AdditionalMasterSecurityGroups"] == [{"Ref": "StudioClusterGroupId"}]


@each_version
def test_idle_seconds_are_the_minutes_that_were_asked(template: dict[str, Any]) -> None:
    offered = template["Parameters"]["IdleMinutes"]["AllowedValues"]
    assert template["Mappings"]["Idle"] == {str(it): {"Seconds": 60 * it} for it in offered}


@each_version
def test_every_size_grows_beyond_the_smaller_one(template: dict[str, Any]) -> None:
    sizes = [template["Mappings"]["Sizes"][it] for it in template["Parameters"]["SizeClass"]["AllowedValues"]]
    assert [it["Machines"] for it in sizes] == sorted({it["Machines"] for it in sizes})


def test_each_flavour_makes_only_its_own() -> None:
    resources = json.loads(VERSIONS[-1].read_text())["Resources"]
    assert resources["Cluster"]["Condition"] == resources["Certificate"]["Condition"] == "OnMachines"
    assert resources["Application"]["Condition"] == "IsServerless"
