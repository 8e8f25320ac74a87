"""Evaluates every trust and resource policy of the modules with the requests of <module>/policies.yaml.

A request is `action [resource] by principal [key=value ...]`. A policy allows, denies, or is silent, which leaves the
decision to other policies. Some request needs each statement of each policy. Identity policies of people and products
are tested elsewhere (terraform/matrix.yaml, products/*/launch_policy.json, tests/contracts).
"""

import json
from fnmatch import fnmatchcase
from string import Template

import pytest

from generators.iam.evaluation import AuthorizationRequest, Context, Decision, decide
from scripts.localaws.core import data_file
from tests.terraform.root_module import HERE

pytestmark = pytest.mark.slow
ACCOUNT = "123456789012"
ATTRIBUTES = ("assume_role_policy", "policy", "policy_document")
ELSEWHERE = ("aws_iam_policy", "aws_iam_role_policy")  # identity policies
VARIABLES = {
    "account": ACCOUNT,
    "key": f"arn:aws:kms:eu-west-2:{ACCOUNT}:key/1",
    "operator": f"arn:aws:iam::{ACCOUNT}:role/OrganizationAccountAccessRole",
    "stranger": "999988887777",
}
DECISIONS = {
    "allows": (Decision.ALLOW, Decision.ALLOW_PRINCIPAL),
    "denies": (Decision.DENY,),
    "silent": (Decision.IMPLICIT_DENY,),
}
FILES = {file.parent.name: data_file.read(file) for file in sorted(HERE.glob("*/policies.yaml"))}
CASES = [
    (module, pattern, effect, text)
    for module, policies in FILES.items()
    for pattern, effects in policies.items()
    for effect, requests in effects.items()
    for text in requests
]


@pytest.fixture(scope="module")
def policies(lifecycle):
    """(module, address inside it) -> the policy's JSON."""
    return {
        (module, address): text
        for module, resources in lifecycle.values.items()
        if module
        for address, values in resources.items()
        for name in ATTRIBUTES
        if isinstance(text := values.get(name), str) and '"Statement"' in text
        if address.removeprefix("module.pipeline.").split(".")[0] not in ELSEWHERE
    }


@pytest.fixture(scope="module")
def organization(lifecycle):
    return lifecycle.values[""]["aws_organizations_organization.this"]["id"]


def authorization_request(text, organization):
    call, _, principal = Template(text).substitute(VARIABLES, organization=organization).partition(" by ")
    action, _, resource = call.partition(" ")
    caller, *keys = principal.split(" ")
    service = not caller.startswith("arn:")
    kind = "Service" if service else "Federated" if ":saml-provider/" in caller else "AWS"
    values = {
        "aws:SecureTransport": "true",
        "aws:PrincipalIsAWSService": str(service).lower(),
        "aws:PrincipalArn": caller,
    }
    values |= dict(key.split("=", 1) for key in keys)
    account = "" if service else caller.split(":")[4]
    context = Context({key.lower(): (value,) for key, value in values.items()})
    return AuthorizationRequest(action, resource or None, context, {kind: (caller,)}, account)


def requests_of(module, address):
    """Every request of the file for one policy."""
    policies = [effects for pattern, effects in FILES.get(module, {}).items() if _same(pattern, address)]
    return [text for effects in policies for requests in effects.values() for text in requests]


def _same(pattern, address):
    return fnmatchcase(address.translate(_PLAIN), pattern.translate(_PLAIN))


_PLAIN = str.maketrans("[]", "()")  # brackets are part of an address, not of a pattern


@pytest.mark.parametrize(("module", "pattern", "effect", "text"), CASES, ids=lambda part: part)
def test_a_policy_decides(policies, organization, module, pattern, effect, text):
    request = authorization_request(text, organization)
    decisions = {
        address: decide([policy], request)
        for (owner, address), policy in policies.items()
        if owner == module and _same(pattern, address)
    }
    assert decisions, f"{module} has no policy at {pattern}"
    assert {address: decision for address, decision in decisions.items() if decision not in DECISIONS[effect]} == {}


def test_every_statement_is_needed_by_a_request(policies, organization):
    needless = []
    for (module, address), text in policies.items():
        requests = [authorization_request(line, organization) for line in requests_of(module, address)]
        document = json.loads(text)
        for number, statement in enumerate(document["Statement"]):
            rest = [other for other in document["Statement"] if other is not statement]
            without = json.dumps({**document, "Statement": rest})
            if all(decide([text], request) is decide([without], request) for request in requests):
                needless.append(f"{module} {address} {statement.get('Sid', number)}")
    assert needless == []
    assert len(policies) > 60
