"""The rules protect the real templates: with one protection removed, its rule reports it."""

from __future__ import annotations

import copy
import json
from pathlib import Path
from typing import Any

import pytest
from cfnlint.template import Template

from generators.compliance import rule_index
from generators.release import load, versions_folder

ROOT = Path(__file__).resolve().parents[2]
REMOVED = object()
STUDIO, PROFILE = "studio-environment", "studio-user-profile"
USER = "Resources.Domain.Properties.DefaultUserSettings"
BUCKET, POLICY = "Resources.DataBucket.Properties", "Resources.DataBucketPolicy.Properties.PolicyDocument.Statement"
CLEAN_UP = "Resources.CleanUp.Properties"
CLEAN_UP_TRUST = "Resources.CleanUpRole.Properties.AssumeRolePolicyDocument.Statement.0"
SERVICE_STATEMENT = {
    "Effect": "Allow",
    "Principal": {"Service": "logging.s3.amazonaws.com"},
    "Action": "s3:PutObject",
    "Resource": "*",
}

# The rule that must report a change: product, path, new value.
WEAKENED: list[tuple[str, str, str, Any]] = [
    ("E9001", STUDIO, "Resources.Domain.Properties.AppNetworkAccessType", "PublicInternetOnly"),
    ("E9002", STUDIO, "Resources.Domain.Properties.KmsKeyId", REMOVED),
    ("E9003", STUDIO, "Resources.Domain.Properties.SubnetIds", ["subnet-0123456789abcdef0"]),
    ("E9004", STUDIO, f"{USER}.SharingSettings.NotebookOutputOption", "Allowed"),
    ("E9005", STUDIO, "Resources.Domain.Properties.DomainSettings.DockerSettings", REMOVED),
    ("E9006", STUDIO, f"{POLICY}.0.Effect", "Allow"),
    ("E9007", STUDIO, f"{BUCKET}.PublicAccessBlockConfiguration.BlockPublicPolicy", False),
    ("E9008", STUDIO, f"{BUCKET}.BucketEncryption", REMOVED),
    ("E9009", STUDIO, f"{BUCKET}.VersioningConfiguration.Status", "Suspended"),
    ("E9010", STUDIO, f"{POLICY}.0", {"Effect": "Allow", "Principal": "*", "Action": "s3:GetObject", "Resource": "*"}),
    ("E9011", STUDIO, "Resources.CleanUpPermissions.Properties.PolicyDocument.Statement.0.Action", ["iam:*"]),
    ("E9012", STUDIO, "Resources.CleanUpRole.Properties.PermissionsBoundary", REMOVED),
    ("E9013", STUDIO, "Resources.CleanUpPermissions.Properties.PolicyDocument.Statement.0.Action", ["kms:Decrypt"]),
    ("E9014", STUDIO, f"{CLEAN_UP}.VpcConfig", REMOVED),
    ("E9015", STUDIO, f"{CLEAN_UP}.Runtime", "python3.9"),
    ("E9017", STUDIO, "Resources.StudioLogs.Properties.RetentionInDays", REMOVED),
    ("E9018", STUDIO, "Resources.DataBucket.DeletionPolicy", "Delete"),
    ("E9018", PROFILE, "Resources.Profile.UpdateReplacePolicy", REMOVED),
    ("E9019", STUDIO, "Resources.ModelBucket.Properties.Tags", REMOVED),
    ("E9020", PROFILE, "Resources.Profile.Properties.UserSettings.ExecutionRole.Fn::If.0", "IsDeveloper"),
    ("E9021", STUDIO, "Resources.StudioImageVersion.Properties.BaseImage", "public.ecr.aws/any/image:latest"),
    ("E9022", STUDIO, "Resources.StudioSecurityGroup.Properties.SecurityGroupEgress.0.CidrIp", "0.0.0.0/0"),
    ("E9023", STUDIO, f"{USER}.CodeEditorAppSettings.AppLifecycleManagement", REMOVED),
    ("E9024", STUDIO, "Parameters.TeamName.AllowedPattern", REMOVED),
    ("E9024", PROFILE, "Parameters.User.Description", REMOVED),
    ("E9025", STUDIO, "Parameters.SpokeVpcId.AllowedValues", REMOVED),
    ("E9026", STUDIO, f"{POLICY}.2", REMOVED),
    ("E9038", STUDIO, f"{POLICY}.0", SERVICE_STATEMENT),
    ("E9045", STUDIO, f"{CLEAN_UP_TRUST}.Principal", {"Service": "sagemaker.amazonaws.com"}),
    ("E9046", STUDIO, f"{CLEAN_UP_TRUST}.Principal", {"AWS": {"Ref": "AWS::AccountId"}}),
    ("E9047", STUDIO, "Transform", "AWS::Include"),
]


RULES = [kind() for kind in rule_index.all_rules()]


def template(product: str) -> dict[str, Any]:
    body: dict[str, Any] = json.loads(versions_folder.declared_release(load.product(ROOT, product)).body)
    return body


def failing_rules(body: dict[str, Any]) -> set[str]:
    """Ids of the rules that report the template."""
    template = Template("frozen", body, ["eu-west-2"])
    return {rule.id for rule in RULES if rule.match(template)}


def weakened(body: dict[str, Any], dotted_path: str, value: Any) -> dict[str, Any]:
    """A copy with one value changed or removed."""
    changed = copy.deepcopy(body)
    *path, last = [int(step) if step.isdigit() else step for step in dotted_path.split(".")]
    target: Any = changed
    for step in path:
        target = target[step]
    if value is REMOVED:
        del target[last]
    else:
        target[last] = value
    return changed


@pytest.mark.parametrize("product", [STUDIO, PROFILE])
def test_the_frozen_templates_break_no_rule(product: str) -> None:
    assert failing_rules(template(product)) == set()


@pytest.mark.parametrize(
    ("rule", "product", "dotted_path", "value"), WEAKENED, ids=lambda value: value if isinstance(value, str) else ""
)
def test_a_removed_protection_is_reported(rule: str, product: str, dotted_path: str, value: Any) -> None:
    assert rule in failing_rules(weakened(template(product), dotted_path, value))


def test_every_applicable_rule_has_a_case() -> None:
    types = {resource["Type"] for name in (STUDIO, PROFILE) for resource in template(name)["Resources"].values()}
    applicable = {rule.id for rule in RULES if not rule.types or types & set(rule.types)}
    assert applicable - {rule for rule, *_ in WEAKENED} == set()
