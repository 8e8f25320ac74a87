"""Frozen templates of the user profile: owner, inherited settings, clean-up."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

FOLDER = Path(__file__).resolve().parents[1]


@pytest.fixture(scope="module")
def template() -> dict[str, Any]:
    body: dict[str, Any] = json.loads((FOLDER / "versions/1.0.0.json").read_text())
    return body


def test_owner_is_the_user_who_signs_in(template: dict[str, Any]) -> None:
    properties = template["Resources"]["Profile"]["Properties"]
    tags = {tag["Key"]: tag["Value"] for tag in properties["Tags"]}
    assert tags["owner"] == properties["UserProfileName"] == {"Ref": "User"}


def test_profile_inherits_the_settings_of_the_domain(template: dict[str, Any]) -> None:
    settings = template["Resources"]["Profile"]["Properties"]["UserSettings"]
    assert set(settings) == {"ExecutionRole", "DefaultLandingUri", "SpaceStorageSettings"}


def test_space_size_exists_since_1_1_0_with_the_previous_value_as_default(template: dict[str, Any]) -> None:
    newer = json.loads((FOLDER / "versions/1.1.0.json").read_text())
    sizes = [
        body["Resources"]["Profile"]["Properties"]["UserSettings"]["SpaceStorageSettings"]["DefaultEbsStorageSettings"]
        for body in (template, newer)
    ]
    assert sizes[0]["DefaultEbsVolumeSizeInGb"] == newer["Parameters"]["SpaceGigabytes"]["Default"]
    assert sizes[1]["DefaultEbsVolumeSizeInGb"] == {"Ref": "SpaceGigabytes"}
    assert max(newer["Parameters"]["SpaceGigabytes"]["AllowedValues"]) == sizes[1]["MaximumEbsVolumeSizeInGb"]


def test_clean_up_is_for_this_profile_only(template: dict[str, Any]) -> None:
    contents = template["Resources"]["StudioContents"]
    assert contents["Properties"]["UserProfileName"] == {"Ref": "User"}
    assert contents["DependsOn"] == ["Profile"]


def test_sign_in_is_a_command_for_this_profile(template: dict[str, Any]) -> None:
    text = template["Outputs"]["SignIn"]["Value"]["Fn::Sub"]
    assert "create-presigned-domain-url" in text
    assert "--user-profile-name ${User}" in text
