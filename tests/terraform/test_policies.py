"""Who may come in: every trust and resource policy that the modules made, asked what <module>/policies.yaml asks.

A question is `action [resource] by who [key=value ...]`. A policy allows, denies, or is silent, which leaves the answer
to others. Each statement of each policy is needed by some question. What people and products may do with their own
policies is asked elsewhere (terraform/matrix.yaml, products/*/launch_policy.json, tests/contracts).
"""

import json
from fnmatch import fnmatchcase
from string import Template

import pytest
import yaml

from generators.iam.evaluation import AuthorizationRequest, Context, Decision, decide
from tests.terraform.estate import HERE

pytestmark = pytest.mark.slow
ACCOUNT = "123456789012"
ATTRIBUTES = ("assume_role_policy", "policy", "policy_document")
ELSEWHERE = ("aws_iam_policy", "aws_iam_role_policy")  # what a role may do
WORDS = {
    "account": ACCOUNT,
    "key": f"arn:aws:kms:eu-west-2:{ACCOUNT}:key/1",
    "operator": f"arn:aws:iam::{ACCOUNT}:role/OrganizationAccountAccessRole",
    "stranger": "999988887777",
}
ANSWERS = {
    "allows": (Decision.ALLOW, Decision.DIRECT),
    "denies": (Decision.DENY,),
    "silent": (Decision.NONE,),
}
FILES = {file.parent.name: yaml.safe_load(file.read_text("utf-8")) for file in sorted(HERE.glob("*/policies.yaml"))}
CASES = [
    (module, pattern, answer, asked)
    for module, policies in FILES.items()
    for pattern, answers in policies.items()
    for answer, questions in answers.items()
    for asked in questions
]


@pytest.fixture(scope="module")
def policies(life):
    """(module, address inside it) -> the policy's JSON."""
    return {
        (module, address): text
        for module, resources in life.values.items()
        if module
        for address, values in resources.items()
        for name in ATTRIBUTES
        if isinstance(text := values.get(name), str) and '"Statement"' in text
        if address.removeprefix("module.pipeline.").split(".")[0] not in ELSEWHERE
    }


@pytest.fixture(scope="module")
def organization(life):
    return life.values[""]["aws_organizations_organization.this"]["id"]


def question(asked, organization):
    what, _, who = Template(asked).substitute(WORDS, organization=organization).partition(" by ")
    action, _, resource = what.partition(" ")
    caller, *keys = who.split(" ")
    service = not caller.startswith("arn:")
    kind = "Service" if service else "Federated" if ":saml-provider/" in caller else "AWS"
    sent = {
        "aws:SecureTransport": "true",
        "aws:PrincipalIsAWSService": str(service).lower(),
        "aws:PrincipalArn": caller,
    }
    sent |= dict(key.split("=", 1) for key in keys)
    account = "" if service else caller.split(":")[4]
    context = Context({key.lower(): (value,) for key, value in sent.items()})
    return AuthorizationRequest(action, resource or None, context, {kind: (caller,)}, account)


def asked_of(module, address):
    """Every question of the file about one policy."""
    about = {it: answers for it, answers in FILES.get(module, {}).items() if _same(it, address)}
    return [asked for answers in about.values() for questions in answers.values() for asked in questions]


def _same(pattern, address):
    return fnmatchcase(address.translate(_PLAIN), pattern.translate(_PLAIN))


_PLAIN = str.maketrans("[]", "()")  # brackets are part of an address, not of a pattern


@pytest.mark.parametrize(("module", "pattern", "answer", "asked"), CASES, ids=lambda part: part)
def test_a_policy_answers(policies, organization, module, pattern, answer, asked):
    met = {address: text for (owner, address), text in policies.items() if owner == module and _same(pattern, address)}
    assert met, f"{module} makes no policy at {pattern}"
    found = {address: decide([text], question(asked, organization)) for address, text in met.items()}
    assert {address: said for address, said in found.items() if said not in ANSWERS[answer]} == {}


def test_every_statement_is_needed_by_a_question(policies, organization):
    needless = []
    for (module, address), text in policies.items():
        asked = [question(it, organization) for it in asked_of(module, address)]
        document = json.loads(text)
        for number, statement in enumerate(document["Statement"]):
            rest = [it for it in document["Statement"] if it is not statement]
            without = json.dumps({**document, "Statement": rest})
            if all(decide([text], it) is decide([without], it) for it in asked):
                needless.append(f"{module} {address} {statement.get('Sid', number)}")
    assert needless == []
    assert len(policies) > 60
