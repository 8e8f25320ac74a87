"""Frozen templates of the Studio environment: settings of the domain, clean-up, dependencies."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

FOLDER = Path(__file__).resolve().parents[1]
VERSIONS = sorted((FOLDER / "versions").glob("*.json"))
each_version = pytest.mark.parametrize(
    "resources", [json.loads(path.read_text())["Resources"] for path in VERSIONS], ids=lambda _: ""
)


@each_version
def test_termination_starts_with_the_clean_up(resources: dict[str, Any]) -> None:
    """The clean-up depends on the other resources, so that CloudFormation deletes them after it has succeeded."""
    contents = resources["StudioContents"]
    assert contents["Properties"]["DomainId"] == {"Ref": "Domain"}
    assert {"StudioDomainIdContract", "CleanUpPermissions"} <= set(contents["DependsOn"])


@each_version
def test_clean_up_has_permissions_on_its_own_domain_only(resources: dict[str, Any]) -> None:
    statements = resources["CleanUpPermissions"]["Properties"]["PolicyDocument"]["Statement"]
    deletions = [item for item in statements if any("Delete" in action for action in item["Action"])]
    assert deletions
    assert all("${Domain}" in json.dumps(statement) for statement in deletions)


@each_version
def test_applications_run_the_hubs_image_and_the_start_script(resources: dict[str, Any]) -> None:
    settings = resources["Domain"]["Properties"]["DefaultUserSettings"]
    for name in (key for key in settings if key.endswith("AppSettings")):
        default = settings[name]["DefaultResourceSpec"]
        assert default["SageMakerImageArn"] == {"Ref": "StudioImage"}
        assert default["LifecycleConfigArn"] in settings[name]["LifecycleConfigArns"]


@each_version
def test_start_script_configures_pip_for_the_hub(resources: dict[str, Any]) -> None:
    script = resources["JupyterLabStart"]["Properties"]["StudioLifecycleConfigContent"]["Fn::Base64"]["Fn::Sub"]
    assert "codeartifact login --tool pip" in script
    assert all(f"${{HubPackageIndex{part}}}" in script for part in ("Domain", "Account", "Repository"))


@each_version
def test_small_instances_are_offered_and_large_ones_hidden(resources: dict[str, Any]) -> None:
    hidden = resources["Domain"]["Properties"]["DefaultUserSettings"]["StudioWebPortalSettings"]["HiddenInstanceTypes"]
    assert "ml.p5.48xlarge" in hidden
    assert "ml.t3.medium" not in hidden


def test_code_editor_is_available_since_1_1_0() -> None:
    hidden = {
        path.stem: json.loads(path.read_text())["Resources"]["Domain"]["Properties"]["DefaultUserSettings"][
            "StudioWebPortalSettings"
        ]["HiddenAppTypes"]
        for path in VERSIONS
    }
    assert "CodeEditor" in hidden["1.0.0"]
    assert "CodeEditor" not in hidden["1.1.0"]
