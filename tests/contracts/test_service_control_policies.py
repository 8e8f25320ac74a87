"""What the service control policies forbid and what they let pass, decided by the evaluator.

https://docs.aws.amazon.com/organizations/latest/userguide/orgs_manage_policies_scps_evaluation.html
"""

import json
import re
from functools import cache
from pathlib import Path
from typing import Any

import pytest

from generators.iam.evaluation import AuthorizationRequest, Context, Decision, decide
from tests.contracts.service_control_policies import ALLOWED, DENIED, DOMAIN, JOB, KEY, LAUNCH, MODEL, PLATFORM

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
WORDS = {
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
    text = re.sub(r"\$\{(\w+)\}", lambda word: WORDS[word[1]], FILES[name].read_text(encoding="utf-8"))
    content = json.loads(text)
    return json.dumps({**content, "Statement": [s for s in content["Statement"] if s["Sid"] != without]})


STATEMENTS = [(name, s["Sid"]) for name in FILES for s in json.loads(_document(name))["Statement"]]


def _question(role: str, action: str, resource: str, keys: dict[str, Any]) -> AuthorizationRequest:
    sent = {"aws:RequestedRegion": "eu-west-2", "aws:PrincipalArn": f"arn:aws:iam::111122223333:role/{role}", **keys}
    return AuthorizationRequest(
        action, resource, Context({key.lower(): (value,) for key, value in sent.items() if value})
    )


def _denied(documents: list[str], *asked: Any) -> bool:
    return decide([FULL, *documents], _question(*asked)) is Decision.DENY


def _id(case: Any) -> str:
    return "-".join(str(part) for part in case if isinstance(part, str))


@pytest.mark.parametrize("case", DENIED, ids=_id)
def test_a_policy_forbids(case: Any) -> None:
    policy, *asked = case
    assert _denied([_document(policy)], *asked)


@pytest.mark.parametrize("case", ALLOWED, ids=_id)
def test_all_policies_together_let_work_go_on(case: Any) -> None:
    role, *_ = case
    held = [name for name in FILES if name != "suspended" or role == PLATFORM]
    assert [name for name in held if _denied([_document(name)], *case)] == []


@pytest.mark.parametrize(("policy", "statement"), STATEMENTS)
def test_without_a_statement_something_would_pass(policy: str, statement: str) -> None:
    asked = [case[1:] for case in DENIED if case[0] == policy]
    assert [item for item in asked if not _denied([_document(policy, without=statement)], *item)]


def _launches() -> list[tuple[str, str, str]]:
    """Role, action and resource of everything that a product's launch policy allows."""
    words = {"partition": "aws", "region": "eu-west-2", "account_id": "111122223333", "name_prefix": "mlops"}
    words |= {
        "data_key_arn": KEY,
        "logs_key_arn": KEY,
        "permissions_boundary_arn": "arn:aws:iam::111122223333:policy/mlops-boundary",
    }
    found = []
    for path in sorted(ROOT.glob("products/*/launch_policy.json")):
        text = re.sub(r"\$\{(\w+)\}", lambda word: words.get(word[1], "x"), path.read_text(encoding="utf-8"))
        role = "launch-" + path.parent.name.replace("_", "-")
        for statement in json.loads(text)["Statement"]:
            found += [
                (role, action, res.replace("*", "x")) for action in statement["Action"] for res in statement["Resource"]
            ]
    return found


def test_products_are_launched_under_the_policies_of_a_working_unit() -> None:
    working = [_document(name) for name in FILES if name not in ("suspended", "catalogue")]
    asked = _launches()
    assert len(asked) > 100
    assert [item for item in asked if _denied(working, *item, _sent(item[1]))] == []


def _sent(action: str) -> dict[str, Any]:
    """What a template that passes the platform's rules sends with the action."""
    sent = {"sagemaker:CreateDomain": DOMAIN, "sagemaker:CreateModel": MODEL, "sagemaker:CreateEndpointConfig": JOB}
    return JOB if action.endswith("JobDefinition") else sent.get(action, {})


def test_each_case_stands_for_a_policy_that_exists() -> None:
    assert {case[0] for case in DENIED} == set(FILES)
    assert LAUNCH.startswith("launch-")
