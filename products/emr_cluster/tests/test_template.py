"""Frozen templates of the EMR cluster: access to the certificate, network access, idle time."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

FOLDER = Path(__file__).resolve().parents[1]
VERSIONS = sorted((FOLDER / "versions").glob("*.json"))
each_version = pytest.mark.parametrize(
    "template", [json.loads(path.read_text()) for path in VERSIONS], ids=lambda _: ""
)


@each_version
def test_only_the_machines_read_the_certificates_key(template: dict[str, Any]) -> None:
    statements = template["Resources"]["ClusterBucketPolicy"]["Properties"]["PolicyDocument"]["Statement"]
    hidden = next(statement for statement in statements if statement["Sid"] == "OnlyMachinesReadTheKey")
    archive = template["Resources"]["Certificate"]["Properties"]["Key"]
    assert hidden["Resource"][0]["Fn::Sub"].endswith(archive)
    assert "SpokeClusterInstanceProfile" in json.dumps(hidden["Condition"]["ArnNotEquals"])


@each_version
def test_no_secret_passes_through_the_template(template: dict[str, Any]) -> None:
    assert not [name for name, parameter in template["Parameters"].items() if parameter.get("NoEcho")]
    properties = template["Resources"]["Certificate"]["Properties"]
    assert set(properties) == {"Bucket", "Key", "KeyId", "ServiceToken", "ServiceTimeout"}


@each_version
def test_a_cluster_has_its_certificate_and_accepts_traffic_from_studio_emr_and_itself_only(
    template: dict[str, Any],
) -> None:
    resources = template["Resources"]
    settings = resources["ClusterSecurity"]["Properties"]["SecurityConfiguration"]["EncryptionConfiguration"]
    assert settings["InTransitEncryptionConfiguration"]["TLSCertificateConfiguration"]["S3Object"] == {
        "Ref": "Certificate"
    }
    rules = [
        resource["Properties"]
        for resource in resources.values()
        if resource["Type"] == "AWS::EC2::SecurityGroupIngress"
    ]
    assert len({json.dumps(rule["SourceSecurityGroupId"]) for rule in rules}) == 2
    instances = resources["Cluster"]["Properties"]["Instances"]
    assert instances["AdditionalMasterSecurityGroups"] == [{"Ref": "StudioClusterGroupId"}]


@each_version
def test_idle_seconds_are_the_minutes_of_the_parameter(template: dict[str, Any]) -> None:
    offered = template["Parameters"]["IdleMinutes"]["AllowedValues"]
    assert template["Mappings"]["Idle"] == {str(minutes): {"Seconds": 60 * minutes} for minutes in offered}


@each_version
def test_every_size_grows_beyond_the_smaller_one(template: dict[str, Any]) -> None:
    sizes = [template["Mappings"]["Sizes"][name] for name in template["Parameters"]["SizeClass"]["AllowedValues"]]
    assert [size["Machines"] for size in sizes] == sorted({size["Machines"] for size in sizes})


def test_each_flavour_has_only_its_own_resources() -> None:
    resources = json.loads(VERSIONS[-1].read_text())["Resources"]
    assert resources["Cluster"]["Condition"] == resources["Certificate"]["Condition"] == "OnMachines"
    assert resources["Application"]["Condition"] == "IsServerless"
