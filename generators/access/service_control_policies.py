"""The service control policies of a team's account, with the values that Terraform gives them. Reads files.

https://docs.aws.amazon.com/organizations/latest/userguide/orgs_manage_policies_scps.html
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from pathlib import Path

from generators.config import text_file

FOLDER = Path("terraform/modules/service_control_policies/policies")
OPERATOR = "OrganizationAccountAccessRole"
FULL_ACCESS = json.dumps({"Version": "2012-10-17", "Statement": [{"Effect": "Allow", "Action": "*", "Resource": "*"}]})
_ROLE = "arn:aws:iam::*:role/"
_OTHER_UNITS = ("suspended", "catalogue")  # attached to other organizational units than those of teams
_PROMOTION_ROLES = ("launch-model-deployment-pipeline", "platform-fix-engineer")
_BASELINE_ROLES = ("developer", "launch-*", "model-approver", "platform-*", "studio-*", "technical-lead")
_SERVICE_ROLES = ("audit", "break-glass*", "config-*", "emr-*", "flow-logs-*", "promotion-*")


def template_values(prefix: str, log_bucket: str, regions: tuple[str, ...]) -> Mapping[str, str]:
    """The values of the policies' placeholders; lists are JSON."""
    roles = {
        "platform_roles": (OPERATOR,),
        "window_roles": (OPERATOR, f"{prefix}-break-glass"),
        "promoting_roles": (OPERATOR, *_PROMOTION_ROLES),
        "writer_roles": (OPERATOR, "launch-*", f"{prefix}-image-factory"),
        "protected_roles": (OPERATOR, *_BASELINE_ROLES, *(f"{prefix}-{name}" for name in _SERVICE_ROLES)),
    }
    arns = {name: json.dumps([_ROLE + role for role in names]) for name, names in roles.items()}
    return {"name_prefix": prefix, "log_bucket": log_bucket, "regions": json.dumps(sorted(regions)), **arns}


def documents(root: Path, values: Mapping[str, str]) -> Mapping[str, str]:
    """Policy name -> its JSON, for all policies."""
    return {
        path.stem: re.sub(
            r"\$\{(\w+)\}", lambda match: values[match[1]], text_file.read(path, path.relative_to(root).as_posix())
        )
        for path in sorted((root / FOLDER).glob("*.json"))
    }


def team_account_scps(root: Path, values: Mapping[str, str]) -> tuple[str, ...]:
    """The policies that apply to a team's account, AWS's FullAWSAccess among them."""
    return (FULL_ACCESS, *(text for name, text in documents(root, values).items() if name not in _OTHER_UNITS))
