"""No way around the separation of duties, and every way that is planted is found and printed."""

from dataclasses import replace
from pathlib import Path

import pytest

from generators.roles import escape
from generators.roles.account import with_services
from generators.roles.source import Roles

ROOT = Path(__file__).resolve().parents[3]
ACCOUNT = with_services(ROOT)
ALONE = replace(ACCOUNT, control=())  # the organisation's outer line would close some of the planted holes
TRUSTS_ALL = {"Effect": "Allow", "Action": "sts:AssumeRole", "Principal": {"AWS": "arn:aws:iam::111122223333:root"}}


@pytest.mark.parametrize("persona", ["developer", "technical-lead", "model-approver", "platform-support-engineer"])
@pytest.mark.parametrize("account", [ACCOUNT, ALONE], ids=["in the organisation", "without it"])
def test_nobody_comes_to_approve_or_to_write_in_production(account, persona):
    assert [str(path) for path in escape.paths(account, persona)] == []


def test_a_role_of_a_product_comes_nowhere_either():
    assert [str(path) for path in escape.paths(ACCOUNT, "product-role")] == []


def test_the_sanctioned_ways_are_there_so_the_search_sees_something():
    assert [str(path) for path in escape.paths(ACCOUNT, "mlops-promotion-source")] == [
        "mlops-promotion-source -> Write in production"
    ]
    assert "changes what runs with codebuild:StartBuild -> mlops-promotion-source -> Write in production" in str(
        escape.paths(ACCOUNT, "platform-fix-engineer")[0]
    )


def test_a_window_is_the_support_engineer_s_way_alone_and_needs_another_person():
    assert escape.sanctioned(ACCOUNT) == (
        "platform-support-engineer -> asks for a window, which another approves -> platform-fix-engineer",
    )


@pytest.mark.parametrize("account", [ACCOUNT, ALONE], ids=["in the organisation", "without it"])
def test_the_fix_engineer_does_not_come_to_what_opens_its_window(account):
    ways = [str(path) for path in escape.paths(account, "platform-fix-engineer")]
    assert ways
    assert [way for way in ways if "mlops-break-glass" in way] == []


def planted(who, action, resource="*", trusting=""):
    """The account with one right more, and perhaps a role that trusts the whole account."""
    hole = {"Sid": "Hole", "Effect": "Allow", "Action": action, "Resource": resource}

    def changed(role):
        if role.name == who:
            return replace(role, statements=(*role.statements, hole))
        return replace(role, trust=(*role.trust, TRUSTS_ALL)) if role.name == trusting else role

    return replace(ALONE, roles=Roles(tuple(map(changed, ALONE.roles.all)), ALONE.roles.boundary))


ROLE = "arn:aws:iam::111122223333:role"
HOLES = {
    "passes the approver's role to a job": (
        planted("developer", "iam:PassRole", f"{ROLE}/studio-model-approver"),
        "developer",
        "developer -> passes it with sagemaker:CreatePipeline -> studio-model-approver -> Approve a model",
    ),
    "tags a profile": (
        planted("developer", "sagemaker:AddTags"),
        "developer",
        "developer -> tags a profile with sagemaker:AddTags and opens it -> studio-model-approver -> Approve a model",
    ),
    "takes on a role that trusts everybody": (
        planted("developer", "sts:AssumeRole", trusting="model-approver"),
        "developer",
        "developer -> takes on -> model-approver -> Approve a model",
    ),
    "starts a build of the promotion": (
        planted("developer", "codebuild:StartBuild"),
        "developer",
        "developer -> changes what runs with codebuild:StartBuild -> mlops-promotion-source -> Write in production",
    ),
    "rewrites the approver's trust": (
        planted("technical-lead", "iam:UpdateAssumeRolePolicy", f"{ROLE}/model-approver"),
        "technical-lead",
        "technical-lead -> rewrites it with iam:UpdateAssumeRolePolicy -> model-approver -> Approve a model",
    ),
    "approves the own window": (
        planted("technical-lead", "ssm:PutParameter"),
        "technical-lead",
        "technical-lead -> asks for a window and approves it itself -> platform-fix-engineer -> changes what runs with"
        " codebuild:StartBuild -> mlops-promotion-source -> Write in production",
    ),
    "changes what opens windows": (
        planted("technical-lead", "states:UpdateStateMachine"),
        "technical-lead",
        "technical-lead -> changes what runs with states:UpdateStateMachine -> mlops-break-glass -> rewrites it with"
        " iam:UpdateAssumeRolePolicy -> platform-fix-engineer -> changes what runs with codebuild:StartBuild ->"
        " mlops-promotion-source -> Write in production",
    ),
    "approves by itself": (
        planted("technical-lead", "sagemaker:UpdateModelPackage"),
        "technical-lead",
        "technical-lead -> Approve a model",
    ),
}


@pytest.mark.parametrize("hole", HOLES)
def test_a_planted_hole_is_found_and_printed_as_a_way(hole):
    account, start, way = HOLES[hole]
    assert way in [str(path) for path in escape.paths(account, start)]


def test_two_holes_in_a_row_make_one_way():
    account = planted("technical-lead", "sts:AssumeRole", trusting="developer")
    more = next(role for role in planted("developer", "sagemaker:AddTags").roles.all if role.name == "developer")
    trusting = replace(more, trust=(*more.trust, TRUSTS_ALL))
    both = tuple(trusting if role.name == "developer" else role for role in account.roles.all)
    ways = [
        str(path)
        for path in escape.paths(replace(account, roles=Roles(both, account.roles.boundary)), "technical-lead")
    ]
    assert any(way.startswith("technical-lead -> takes on -> developer -> tags a profile") for way in ways), ways


def test_the_organisation_closes_what_an_account_leaves_open():
    account = planted("technical-lead", "iam:UpdateAssumeRolePolicy", f"{ROLE}/model-approver")
    assert escape.paths(account, "technical-lead")
    assert escape.paths(replace(account, control=ACCOUNT.control), "technical-lead") == ()
