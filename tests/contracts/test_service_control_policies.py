"""Requests that the service control policies deny and allow, decided by generators.iam.evaluation.

https://docs.aws.amazon.com/organizations/latest/userguide/orgs_manage_policies_scps_evaluation.html
"""

import json
import re
from functools import cache
from pathlib import Path
from typing import Any

import pytest

from generators.iam.evaluation import AuthorizationRequest, Context, Decision, decide
from tests.contracts.scp_requests import ALLOWED, DENIED, DOMAIN, JOB, KEY, LAUNCH, MODEL, PLATFORM

ROOT = Path(__file__).resolve().parents[2]
FILES = {
    path.stem: path for path in sorted((ROOT / "terraform/modules/service_control_policies/policies").glob("*.json"))
}
FULL = json.dumps({"Statement": [{"Effect": "Allow", "Action": "*", "Resource": "*"}]})
ROLES = "arn:aws:iam::*:role/"
BASELINE = (
    "developer",
    "launch-*",
    "model-approver",
    "platform-*",
    "studio-*",
    "technical-lead",
)  # the module's default
SERVICE_ROLES = tuple(
    f"mlops-{noun}" for noun in ("audit", "break-glass*", "config-*", "emr-*", "flow-logs-*", "promotion-*")
)
VALUES = {
    "name_prefix": "mlops",
    "log_bucket": "mlops-logs",
    "regions": json.dumps(["eu-west-2"]),
    "platform_roles": json.dumps([ROLES + PLATFORM]),
    "window_roles": json.dumps([ROLES + PLATFORM, f"{ROLES}mlops-break-glass"]),
    "promoting_roles": json.dumps(
        [ROLES + role for role in (PLATFORM, "launch-model-deployment-pipeline", "platform-fix-engineer")]
    ),
    "writer_roles": json.dumps([ROLES + PLATFORM, f"{ROLES}launch-*", f"{ROLES}mlops-image-factory"]),
    "protected_roles": json.dumps([ROLES + role for role in (PLATFORM, *BASELINE, *SERVICE_ROLES)]),
}


@cache
def _document(name: str, without: str = "") -> str:
    text = re.sub(r"\$\{(\w+)\}", lambda match: VALUES[match[1]], FILES[name].read_text(encoding="utf-8"))
    content = json.loads(text)
    statements = [statement for statement in content["Statement"] if statement["Sid"] != without]
    return json.dumps({**content, "Statement": statements})


STATEMENTS = [(name, statement["Sid"]) for name in FILES for statement in json.loads(_document(name))["Statement"]]


def _request(role: str, action: str, resource: str, keys: dict[str, Any]) -> AuthorizationRequest:
    context = {"aws:RequestedRegion": "eu-west-2", "aws:PrincipalArn": f"arn:aws:iam::111122223333:role/{role}", **keys}
    values = {key.lower(): value if isinstance(value, tuple) else (value,) for key, value in context.items() if value}
    return AuthorizationRequest(action, resource, Context(values))


def _denied(documents: list[str], *request: Any) -> bool:
    return decide([FULL, *documents], _request(*request)) is Decision.DENY


def _id(case: Any) -> str:
    return "-".join(str(part) for part in case if isinstance(part, str))


@pytest.mark.parametrize("case", DENIED, ids=_id)
def test_a_policy_denies(case: Any) -> None:
    policy, *request = case
    assert _denied([_document(policy)], *request)


@pytest.mark.parametrize("case", ALLOWED, ids=_id)
def test_all_policies_together_allow(case: Any) -> None:
    role, *_ = case
    applied = [name for name in FILES if name != "suspended" or role == PLATFORM]
    assert [name for name in applied if _denied([_document(name)], *case)] == []


@pytest.mark.parametrize(("policy", "statement"), STATEMENTS)
def test_a_denied_request_depends_on_every_statement(policy: str, statement: str) -> None:
    requests = [case[1:] for case in DENIED if case[0] == policy]
    assert [request for request in requests if not _denied([_document(policy, without=statement)], *request)]


def _launch_requests() -> list[tuple[str, str, str]]:
    """Role, action and resource of every request that a launch policy allows."""
    values = {"partition": "aws", "region": "eu-west-2", "account_id": "111122223333", "name_prefix": "mlops"}
    values |= {
        "data_key_arn": KEY,
        "logs_key_arn": KEY,
        "permissions_boundary_arn": "arn:aws:iam::111122223333:policy/mlops-boundary",
    }
    requests = []
    for path in sorted(ROOT.glob("products/*/launch_policy.json")):
        text = re.sub(r"\$\{(\w+)\}", lambda match: values.get(match[1], "x"), path.read_text(encoding="utf-8"))
        role = "launch-" + path.parent.name.replace("_", "-")
        for statement in json.loads(text)["Statement"]:
            requests += [
                (role, action, res.replace("*", "x")) for action in statement["Action"] for res in statement["Resource"]
            ]
    return requests


def test_launch_policies_are_usable_under_the_policies_of_a_team() -> None:
    policies = [_document(name) for name in FILES if name not in ("suspended", "catalogue")]
    requests = _launch_requests()
    assert len(requests) > 100
    assert [request for request in requests if _denied(policies, *request, _context(request[1]))] == []


def _context(action: str) -> dict[str, Any]:
    """Condition keys of the action for a template that satisfies the platform's rules."""
    keys = {"sagemaker:CreateDomain": DOMAIN, "sagemaker:CreateModel": MODEL, "sagemaker:CreateEndpointConfig": JOB}
    return JOB if action.endswith("JobDefinition") else keys.get(action, {})


def test_every_policy_has_a_case() -> None:
    assert {case[0] for case in DENIED} == set(FILES)
    assert LAUNCH.startswith("launch-")
