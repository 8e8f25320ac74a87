"""No way around the separation of duties, and every way that is planted is found and printed."""

import json
from dataclasses import replace
from pathlib import Path

import pytest

from generators.access import access_matrix
from generators.access.analysis import privilege_escalation
from generators.access.analysis.example_account import with_services
from generators.access.roles import Roles
from generators.iam.authorization import authorize
from generators.release import load, versions_folder

ROOT = Path(__file__).resolve().parents[3]
ACCOUNT = with_services(ROOT)
ALONE = replace(ACCOUNT, control=())  # the organisation's outer line would close some of the planted holes
OPEN = replace(  # without the boundary's word on the deployment's builds
    ALONE,
    roles=replace(
        ALONE.roles,
        boundary=tuple(it for it in ALONE.roles.boundary if it["Sid"] != "OnlyTheDeploymentStartsItsBuilds"),
    ),
)


def made(description):
    """The name of a role that a product makes."""
    return next(role.name for role in ACCOUNT.roles.all if role.description == description)


DEPLOYMENT = made("DeploymentRole of model-deployment-pipeline")
TRUSTS_ALL = {"Effect": "Allow", "Action": "sts:AssumeRole", "Principal": {"AWS": "arn:aws:iam::111122223333:root"}}


@pytest.mark.parametrize("persona", ["developer", "technical-lead", "model-approver", "platform-support-engineer"])
@pytest.mark.parametrize("account", [ACCOUNT, ALONE], ids=["in the organisation", "without it"])
def test_nobody_comes_to_approve_or_to_write_in_production(account, persona):
    assert [str(path) for path in privilege_escalation.escalation_paths(account, persona)] == []


# Who stands on the sanctioned way itself: the deployment pipeline, what it starts, and the products that make these and
# approvers' profiles; and the machine that opens windows.
SANCTIONED = {
    "launch-model-deployment-pipeline", "launch-studio-user-profile", DEPLOYMENT, "mlops-promotion-source",
    "mlops-break-glass",
}  # fmt: skip
SERVICES = [role.name for role in ACCOUNT.roles.all if role.kind in ("product", "product role", "service role")]


@pytest.mark.parametrize("name", SERVICES)
def test_no_role_of_a_product_or_a_service_comes_there_but_those_of_the_sanctioned_way(name):
    assert bool(privilege_escalation.escalation_paths(ACCOUNT, name)) == (name in SANCTIONED), (
        privilege_escalation.escalation_paths(ACCOUNT, name)
    )


def test_the_organisation_keeps_other_products_from_the_promotion():
    [way] = (str(path) for path in privilege_escalation.escalation_paths(ALONE, "launch-training-pipeline"))
    assert way.endswith("-> passes it with codebuild:CreateProject -> mlops-promotion-source -> Write in production")


def test_every_role_that_the_newest_templates_make_is_searched():
    made = {role.description for role in ACCOUNT.roles.all if role.kind == "product role"}
    assert made == {
        f"{logical} of {product.name}"
        for product in load.products(ROOT)
        for logical, it in json.loads(versions_folder.releases(product)[-1].body)["Resources"].items()
        if it["Type"] == "AWS::IAM::Role"
    }


def test_pipelines_and_what_begins_a_repository_start_builds_of_their_own_product_and_nobody_else_starts_any():
    builds = {it: role for role in ACCOUNT.roles.all for it in role.runs if ":codebuild:" in it}
    starts = {
        role.name: {arn for arn in builds if allowed(role, "codebuild:StartBuild", arn)}
        for role in ACCOUNT.roles.all
        if role.kind in ("product role", "service role")
    }
    pipelines = {role.name for role in ACCOUNT.roles.all if any(":codepipeline:" in it for it in role.runs)}
    others = {name: arns for name, arns in starts.items() if arns and name not in pipelines}
    assert [name[: -len("-00000000")] for name in others] == ["mlops-first-commit"]
    assert all("-seeding-" in arn for arns in others.values() for arn in arns)
    assert pipelines <= {name for name, arns in starts.items() if arns}
    assert all(arn.endswith(name[-9:]) for name, arns in starts.items() for arn in arns)  # the stack's suffix
    assert set.union(*starts.values()) == builds.keys()


def allowed(role, action, resource):
    return authorize(access_matrix.asked(role, action, resource, {}), ACCOUNT.policies(role)).allowed


def test_people_write_the_commands_of_builds_of_a_repository_and_never_those_of_the_promotion():
    code = {role.name: role.code for role in ACCOUNT.roles.all if role.code}
    assert {name.split("-")[2] for name in code} == {"build", "image", "quality", "run", "score"}
    assert all({arn.split(":")[2] for arn in arns} == {"codecommit", "s3"} for arns in code.values())
    assert len(ACCOUNT.roles["mlops-promotion-source"].runs) == 3


def test_the_sanctioned_ways_are_there_so_the_search_sees_something():
    assert [str(path) for path in privilege_escalation.escalation_paths(ACCOUNT, "mlops-promotion-source")] == [
        "mlops-promotion-source -> Write in production"
    ]
    assert "changes what runs with codebuild:StartBuild -> mlops-promotion-source -> Write in production" in str(
        privilege_escalation.escalation_paths(ACCOUNT, "platform-fix-engineer")[0]
    )


def test_a_window_is_the_support_engineer_s_way_alone_and_needs_another_person():
    assert privilege_escalation.is_intended(ACCOUNT) == (
        "platform-support-engineer -> asks for a window, which another approves -> platform-fix-engineer",
    )


@pytest.mark.parametrize("account", [ACCOUNT, ALONE], ids=["in the organisation", "without it"])
def test_the_fix_engineer_does_not_come_to_what_opens_its_window(account):
    ways = [str(path) for path in privilege_escalation.escalation_paths(account, "platform-fix-engineer")]
    assert ways
    assert [way for way in ways if "mlops-break-glass" in way] == []


def planted(who, action, resource="*", trusting="", account=ALONE, code=()):
    """The account with one right more, perhaps a role that trusts the whole account or whose commands lie elsewhere."""
    hole = {"Sid": "Hole", "Effect": "Allow", "Action": action, "Resource": resource}

    def changed(role):
        if role.name == who:
            return replace(role, statements=(*role.statements, hole), code=(*role.code, *code))
        return replace(role, trust=(*role.trust, TRUSTS_ALL)) if role.name == trusting else role

    return replace(account, roles=Roles(tuple(map(changed, account.roles.all)), account.roles.boundary))


QUALITY, MODEL = made("QualityRole of training-pipeline"), made("ModelRole of inference-pipeline")
STARTS = "changes what runs with codebuild:StartBuild -> mlops-promotion-source -> Write in production"
SESSION = "elasticmapreduce:GetClusterSessionCredentials"


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
    "starts the promotion's builds from a repository": (
        planted(QUALITY, "codebuild:StartBuild", account=OPEN),
        "developer",
        f"developer -> writes what runs with codecommit:GitPush -> {QUALITY} -> {STARTS}",
    ),
    "puts the promotion's commands into a bucket": (
        planted("mlops-promotion-source", "s3:GetObject", code=("arn:aws:s3:::mlops-deployment-artifacts/x",)),
        "developer",
        "developer -> writes what runs with s3:PutObject -> mlops-promotion-source -> Write in production",
    ),
    "changes a pipeline that runs as another": (
        planted(MODEL, "codebuild:StartBuild", account=OPEN),
        "developer",
        f"developer -> changes what runs with sagemaker:UpdatePipeline -> {MODEL} -> {STARTS}",
    ),
    "runs a serverless job": (
        planted("mlops-emr-job", "codebuild:StartBuild"),
        "developer",
        f"developer -> passes it with emr-serverless:StartJobRun -> mlops-emr-job -> {STARTS}",
    ),
    "works on a cluster's machine": (
        planted("mlops-emr-instance", "codebuild:StartBuild"),
        "developer",
        f"developer -> works on a cluster with {SESSION} -> mlops-emr-instance -> {STARTS}",
    ),
    "rewrites a role inside the boundary": (
        planted("technical-lead", "iam:PutRolePolicy", f"{ROLE}/mlops-deployment-*"),
        "technical-lead",
        f"technical-lead -> rewrites it with iam:PutRolePolicy -> {DEPLOYMENT} -> {STARTS}",
    ),
    "changes a build of the promotion": (
        planted("technical-lead", "codebuild:UpdateProject"),
        "technical-lead",
        f"technical-lead -> {STARTS}".replace("StartBuild", "UpdateProject"),
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
    assert way in [str(path) for path in privilege_escalation.escalation_paths(account, start)]


def test_the_boundary_keeps_a_build_of_a_repository_from_the_promotion_s():
    assert privilege_escalation.escalation_paths(planted(QUALITY, "codebuild:StartBuild"), "developer") == ()
    assert privilege_escalation.escalation_paths(planted(MODEL, "codebuild:StartBuild"), "developer") == ()


def test_two_holes_in_a_row_make_one_way():
    account = planted("technical-lead", "sts:AssumeRole", trusting="developer")
    more = next(role for role in planted("developer", "sagemaker:AddTags").roles.all if role.name == "developer")
    trusting = replace(more, trust=(*more.trust, TRUSTS_ALL))
    both = tuple(trusting if role.name == "developer" else role for role in account.roles.all)
    ways = [
        str(path)
        for path in privilege_escalation.escalation_paths(
            replace(account, roles=Roles(both, account.roles.boundary)), "technical-lead"
        )
    ]
    assert any(way.startswith("technical-lead -> takes on -> developer -> tags a profile") for way in ways), ways


def test_the_organisation_closes_what_an_account_leaves_open():
    account = planted("technical-lead", "iam:UpdateAssumeRolePolicy", f"{ROLE}/model-approver")
    assert privilege_escalation.escalation_paths(account, "technical-lead")
    assert privilege_escalation.escalation_paths(replace(account, control=ACCOUNT.control), "technical-lead") == ()
