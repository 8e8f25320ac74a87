"""Privilege escalation: the repository's roles have no unintended path, and every planted hole is found."""

import json
from dataclasses import replace
from pathlib import Path

import pytest

from generators.access import access_matrix
from generators.access.analysis import example_account, privilege_escalation
from generators.access.analysis.privilege_escalation import EscalationGraph
from generators.access.roles import Roles
from generators.errors import UserError
from generators.iam.authorization import authorize
from generators.release import load, versions_folder

ROOT = Path(__file__).resolve().parents[3]
ACCOUNT = example_account.read(ROOT)
ALONE = replace(ACCOUNT, service_control_policies=())  # service control policies would close some planted holes
GRAPH, WITHOUT_SCPS = EscalationGraph(ACCOUNT), EscalationGraph(ALONE)
OPEN = replace(  # without the boundary statement that protects the deployment's builds
    ALONE,
    roles=replace(
        ALONE.roles,
        boundary=tuple(
            statement for statement in ALONE.roles.boundary if statement["Sid"] != "OnlyTheDeploymentStartsItsBuilds"
        ),
    ),
)


def product_role(description):
    """The name of a role that a product creates."""
    return next(role.name for role in ACCOUNT.roles.all if role.description == description)


DEPLOYMENT = product_role("DeploymentRole of model-deployment-pipeline")
TRUST_ACCOUNT = {"Effect": "Allow", "Action": "sts:AssumeRole", "Principal": {"AWS": "arn:aws:iam::111122223333:root"}}


@pytest.mark.parametrize("persona", ["developer", "technical-lead", "model-approver", "platform-support-engineer"])
@pytest.mark.parametrize("graph", [GRAPH, WITHOUT_SCPS], ids=["with SCPs", "without SCPs"])
def test_a_persona_reaches_no_goal(graph, persona):
    assert [str(path) for path in graph.paths(persona)] == []


# Roles of the intended path: the deployment pipeline, its builds, the launch roles that create these and approvers'
# profiles, and the state machine that opens break-glass access.
INTENDED = {
    "launch-model-deployment-pipeline", "launch-studio-user-profile", DEPLOYMENT, "mlops-promotion-source",
    "mlops-break-glass",
}  # fmt: skip
SERVICES = [role.name for role in ACCOUNT.roles.all if role.kind in ("product", "product role", "service role")]


@pytest.mark.parametrize("name", SERVICES)
def test_of_the_roles_of_products_and_services_only_the_intended_ones_reach_a_goal(name):
    assert bool(GRAPH.paths(name)) == (name in INTENDED), GRAPH.paths(name)


def test_service_control_policies_keep_other_products_from_the_promotion():
    [chain] = (str(path) for path in WITHOUT_SCPS.paths("launch-training-pipeline"))
    assert chain.endswith(
        "-> passes the role to codebuild:CreateProject -> mlops-promotion-source -> Write in production"
    )


def test_every_role_of_the_newest_templates_is_searched():
    descriptions = {role.description for role in ACCOUNT.roles.all if role.kind == "product role"}
    assert descriptions == {
        f"{logical} of {product.name}"
        for product in load.products(ROOT)
        for logical, resource in json.loads(versions_folder.releases(product)[-1].body)["Resources"].items()
        if resource["Type"] == "AWS::IAM::Role"
    }


def test_only_pipelines_and_the_first_commit_start_builds_and_only_those_of_their_own_product():
    builds = {arn: role for role in ACCOUNT.roles.all for arn in role.workloads if ":codebuild:" in arn}
    starts = {
        role.name: {arn for arn in builds if allowed(role, "codebuild:StartBuild", arn)}
        for role in ACCOUNT.roles.all
        if role.kind in ("product role", "service role")
    }
    pipelines = {role.name for role in ACCOUNT.roles.all if any(":codepipeline:" in arn for arn in role.workloads)}
    others = {name: arns for name, arns in starts.items() if arns and name not in pipelines}
    assert [name[: -len("-00000000")] for name in others] == ["mlops-first-commit"]
    assert all("-seeding-" in arn for arns in others.values() for arn in arns)
    assert pipelines <= {name for name, arns in starts.items() if arns}
    assert all(arn.endswith(name[-9:]) for name, arns in starts.items() for arn in arns)  # the stack's suffix
    assert set.union(*starts.values()) == builds.keys()


def allowed(role, action, resource):
    return authorize(access_matrix.authorization_request(role, action, resource, {}), ACCOUNT.policies(role)).allowed


def test_people_write_the_commands_of_builds_of_a_repository_and_never_those_of_the_promotion():
    locations = {role.name: role.code_locations for role in ACCOUNT.roles.all if role.code_locations}
    assert {name.split("-")[2] for name in locations} == {"build", "image", "quality", "run", "score"}
    assert all({arn.split(":")[2] for arn in arns} == {"codecommit", "s3"} for arns in locations.values())
    assert len(ACCOUNT.roles["mlops-promotion-source"].workloads) == 3


def test_the_intended_paths_are_found():
    assert [str(path) for path in GRAPH.paths("mlops-promotion-source")] == [
        "mlops-promotion-source -> Write in production"
    ]
    assert "changes the workload with codebuild:StartBuild -> mlops-promotion-source -> Write in production" in str(
        GRAPH.paths("platform-fix-engineer")[0]
    )


def test_only_the_support_engineer_requests_break_glass_access_and_another_person_approves_it():
    assert privilege_escalation.approved_requests(ACCOUNT) == (
        "platform-support-engineer -> requests break-glass access, which another approves -> platform-fix-engineer",
    )


@pytest.mark.parametrize("graph", [GRAPH, WITHOUT_SCPS], ids=["with SCPs", "without SCPs"])
def test_the_fix_engineer_does_not_reach_the_role_that_opens_break_glass_access(graph):
    chains = [str(path) for path in graph.paths("platform-fix-engineer")]
    assert chains
    assert [chain for chain in chains if "mlops-break-glass" in chain] == []


def planted(name, action, resource="*", trusting="", account=ALONE, code_locations=()):
    """The account with one more permission for a role, and optionally a role that trusts the whole account."""
    hole = {"Sid": "Hole", "Effect": "Allow", "Action": action, "Resource": resource}

    def changed(role):
        if role.name == name:
            return replace(
                role, statements=(*role.statements, hole), code_locations=(*role.code_locations, *code_locations)
            )
        return replace(role, trust=(*role.trust, TRUST_ACCOUNT)) if role.name == trusting else role

    return replace(account, roles=Roles(tuple(map(changed, account.roles.all)), account.roles.boundary))


QUALITY, MODEL = product_role("QualityRole of training-pipeline"), product_role("ModelRole of inference-pipeline")
STARTS = "changes the workload with codebuild:StartBuild -> mlops-promotion-source -> Write in production"
SESSION = "elasticmapreduce:GetClusterSessionCredentials"


ROLE = "arn:aws:iam::111122223333:role"
HOLES = {
    "passes the approver's role to a job": (
        planted("developer", "iam:PassRole", f"{ROLE}/studio-model-approver"),
        "developer",
        "developer -> passes the role to sagemaker:CreatePipeline -> studio-model-approver -> Approve a model",
    ),
    "tags a profile": (
        planted("developer", "sagemaker:AddTags"),
        "developer",
        "developer -> tags a profile with sagemaker:AddTags and opens it -> studio-model-approver -> Approve a model",
    ),
    "assumes a role that trusts the whole account": (
        planted("developer", "sts:AssumeRole", trusting="model-approver"),
        "developer",
        "developer -> assumes -> model-approver -> Approve a model",
    ),
    "starts a build of the promotion": (
        planted("developer", "codebuild:StartBuild"),
        "developer",
        "developer -> changes the workload with codebuild:StartBuild -> mlops-promotion-source -> Write in production",
    ),
    "modifies the approver's trust": (
        planted("technical-lead", "iam:UpdateAssumeRolePolicy", f"{ROLE}/model-approver"),
        "technical-lead",
        "technical-lead -> modifies the role with iam:UpdateAssumeRolePolicy -> model-approver -> Approve a model",
    ),
    "approves its own break-glass request": (
        planted("technical-lead", "ssm:PutParameter"),
        "technical-lead",
        "technical-lead -> requests break-glass access and approves it itself -> platform-fix-engineer"
        " -> changes the workload with codebuild:StartBuild -> mlops-promotion-source -> Write in production",
    ),
    "changes the break-glass state machine": (
        planted("technical-lead", "states:UpdateStateMachine"),
        "technical-lead",
        "technical-lead -> changes the workload with states:UpdateStateMachine -> mlops-break-glass -> modifies"
        " the role with iam:UpdateAssumeRolePolicy -> platform-fix-engineer -> changes the workload with"
        " codebuild:StartBuild -> mlops-promotion-source -> Write in production",
    ),
    "starts the promotion's builds from a repository": (
        planted(QUALITY, "codebuild:StartBuild", account=OPEN),
        "developer",
        f"developer -> writes the code with codecommit:GitPush -> {QUALITY} -> {STARTS}",
    ),
    "puts the promotion's commands into a bucket": (
        planted(
            "mlops-promotion-source", "s3:GetObject", code_locations=("arn:aws:s3:::mlops-deployment-artifacts/x",)
        ),
        "developer",
        "developer -> writes the code with s3:PutObject -> mlops-promotion-source -> Write in production",
    ),
    "changes a pipeline that runs as another": (
        planted(MODEL, "codebuild:StartBuild", account=OPEN),
        "developer",
        f"developer -> changes the workload with sagemaker:UpdatePipeline -> {MODEL} -> {STARTS}",
    ),
    "runs a serverless job": (
        planted("mlops-emr-job", "codebuild:StartBuild"),
        "developer",
        f"developer -> passes the role to emr-serverless:StartJobRun -> mlops-emr-job -> {STARTS}",
    ),
    "opens a session on a cluster": (
        planted("mlops-emr-instance", "codebuild:StartBuild"),
        "developer",
        f"developer -> opens a cluster session with {SESSION} -> mlops-emr-instance -> {STARTS}",
    ),
    "modifies a role inside the boundary": (
        planted("technical-lead", "iam:PutRolePolicy", f"{ROLE}/mlops-deployment-*"),
        "technical-lead",
        f"technical-lead -> modifies the role with iam:PutRolePolicy -> {DEPLOYMENT} -> {STARTS}",
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
def test_a_planted_hole_is_found_and_printed_as_a_chain(hole):
    account, principal, chain = HOLES[hole]
    assert chain in [str(path) for path in privilege_escalation.escalation_paths(account, principal)]


def test_the_boundary_keeps_a_build_of_a_repository_from_starting_the_promotion():
    assert privilege_escalation.escalation_paths(planted(QUALITY, "codebuild:StartBuild"), "developer") == ()
    assert privilege_escalation.escalation_paths(planted(MODEL, "codebuild:StartBuild"), "developer") == ()


def test_two_holes_in_a_row_make_one_path():
    account = planted("technical-lead", "sts:AssumeRole", trusting="developer")
    tagging = next(role for role in planted("developer", "sagemaker:AddTags").roles.all if role.name == "developer")
    trusting = replace(tagging, trust=(*tagging.trust, TRUST_ACCOUNT))
    both = tuple(trusting if role.name == "developer" else role for role in account.roles.all)
    chains = [
        str(path)
        for path in privilege_escalation.escalation_paths(
            replace(account, roles=Roles(both, account.roles.boundary)), "technical-lead"
        )
    ]
    assert any(chain.startswith("technical-lead -> assumes -> developer -> tags a profile") for chain in chains), chains


def test_service_control_policies_close_a_hole_of_an_account():
    account = planted("technical-lead", "iam:UpdateAssumeRolePolicy", f"{ROLE}/model-approver")
    assert privilege_escalation.escalation_paths(account, "technical-lead")
    protected = replace(account, service_control_policies=ACCOUNT.service_control_policies)
    assert privilege_escalation.escalation_paths(protected, "technical-lead") == ()


def test_the_report_has_the_intended_paths_alone():
    report = privilege_escalation.analyze(ACCOUNT)
    assert (report.unintended, report.without_scps) == ((), ())
    principals = {(path.principal, path.goal) for path in report.intended}
    names = {role.description: role.name for role in ACCOUNT.roles.all if role.kind == "product role"}
    assert principals == {
        (names.get(principal, principal), goal)
        for principal, goals in privilege_escalation.INTENDED.items()
        for goal in goals
    }
    assert report.roles == report.principals == len(ACCOUNT.roles.all)
    assert report.edges > 100


def test_a_hole_that_only_service_control_policies_close_is_reported():
    account = planted("technical-lead", "iam:UpdateAssumeRolePolicy", f"{ROLE}/model-approver", account=ACCOUNT)
    report = privilege_escalation.analyze(account)
    assert report.unintended == ()
    assert str(report.without_scps[0]) == (
        "technical-lead -> modifies the role with iam:UpdateAssumeRolePolicy -> model-approver -> Approve a model"
    )


def test_a_goal_that_the_matrix_lost_is_an_error_and_not_a_clean_result():
    rules = tuple(rule for rule in ACCOUNT.rules if rule.name != "Approve a model")
    with pytest.raises(UserError, match=r"terraform/matrix.yaml: no row 'Approve a model'"):
        privilege_escalation.analyze(replace(ACCOUNT, rules=rules))
