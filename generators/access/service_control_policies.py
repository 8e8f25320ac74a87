"""The service control policies over a team's account, with the values that Terraform gives them. Reads files.

https://docs.aws.amazon.com/organizations/latest/userguide/orgs_manage_policies_scps.html
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from pathlib import Path

FOLDER = Path("terraform/modules/service_control_policies/policies")
OPERATOR = "OrganizationAccountAccessRole"
FULL = json.dumps({"Version": "2012-10-17", "Statement": [{"Effect": "Allow", "Action": "*", "Resource": "*"}]})
_ROLE = "arn:aws:iam::*:role/"
_ELSEWHERE = ("suspended", "catalogue")  # policies of other units than a team's
_PROMOTING = ("launch-model-deployment-pipeline", "platform-fix-engineer")
_BASELINE = ("developer", "launch-*", "model-approver", "platform-*", "studio-*", "technical-lead")
_OF_SERVICES = ("audit", "break-glass*", "config-*", "emr-*", "flow-logs-*", "promotion-*")


def words(prefix: str, log_bucket: str, regions: tuple[str, ...]) -> Mapping[str, str]:
    """The values of the policies' names; lists as JSON."""
    writers = (OPERATOR, "launch-*", f"{prefix}-image-factory")
    protected = (OPERATOR, *_BASELINE, *(f"{prefix}-{noun}" for noun in _OF_SERVICES))
    return {
        "name_prefix": prefix,
        "log_bucket": log_bucket,
        "regions": json.dumps(sorted(regions)),
        "platform_roles": json.dumps([_ROLE + OPERATOR]),
        "window_roles": json.dumps([_ROLE + role for role in (OPERATOR, f"{prefix}-break-glass")]),
        "promoting_roles": json.dumps([_ROLE + role for role in (OPERATOR, *_PROMOTING)]),
        "writer_roles": json.dumps([_ROLE + role for role in writers]),
        "protected_roles": json.dumps([_ROLE + role for role in protected]),
    }


def documents(root: Path, given: Mapping[str, str]) -> Mapping[str, str]:
    """Policy -> its JSON, every one."""
    return {
        path.stem: re.sub(r"\$\{(\w+)\}", lambda word: given[word[1]], path.read_text(encoding="utf-8"))
        for path in sorted((root / FOLDER).glob("*.json"))
    }


def team_account_scps(root: Path, given: Mapping[str, str]) -> tuple[str, ...]:
    """What counts in a team's account, with the policy that AWS attaches to everything."""
    return (FULL, *(text for name, text in documents(root, given).items() if name not in _ELSEWHERE))
