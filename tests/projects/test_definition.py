"""Every project's pipeline as SageMaker gets it: of the documented form, complete, within the platform's controls."""

import copy
import json
import subprocess
from pathlib import Path

import pytest

from generators import project_templates
from generators.rules._template import Template
from generators.rules.job_network_isolation_enabled import JobNetworkIsolationEnabled
from generators.rules.job_traffic_is_encrypted import JobTrafficIsEncrypted
from scripts.project import environment, quality
from tests.projects import definition
from tests.projects.given import ENVIRONMENT

ROOT = Path(__file__).resolve().parents[2]
CASES = [(it, tuning) for it in project_templates.MODEL_TYPES for tuning in ("0", "1")]
JOBS = ("CheckData", "Prepare", "Evaluate", "CheckBias", "Baseline", "Decide", "Model", "Score", "Refuse")
pytestmark = pytest.mark.projects


@pytest.fixture(scope="session", params=CASES, ids=lambda it: f"{it[0]}{' tuned' * int(it[1])}")
def case(request):
    return request.param


@pytest.fixture(scope="session")
def defined(case, tmp_path_factory):
    """What `python -m pipelines.definition` of a rendered project prints."""
    model_type, tuning = case
    programs, folder = environment.ensure(ROOT, print), tmp_path_factory.mktemp("project")
    quality.write(project_templates.render(ROOT, model_type, {"project": "credit-default"}), folder, replace=False)
    variables = environment.variables(programs) | ENVIRONMENT | {"TUNING": tuning}
    command = [str(programs / "python"), "-m", "pipelines.definition"]
    done = subprocess.run(command, cwd=folder, env=variables, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout)


def _steps(defined, kind=""):
    return [step for step in definition.steps(defined["Steps"]) if kind in ("", step["Type"])]


def test_sagemaker_would_accept_it(defined):
    assert definition.problems(defined) == []


def test_it_has_the_foundational_steps(case, defined):
    names = [step["Name"] for step in _steps(defined)]
    assert [name for name in JOBS if name not in names] == []
    models = 2 if case[0] == "model-chain" else 1
    assert len(_steps(defined, "Training")) == models - int(case[1])
    assert len(_steps(defined, "Tuning")) == int(case[1])
    assert len(_steps(defined, "RegisterModel")) == models


def test_its_images_are_the_hubs_by_digest(defined):
    named = set()
    for step in _steps(defined):
        text = json.dumps(step["Arguments"]) if step["Type"] != "Condition" else ""
        named |= {part.split('"')[0] for part in text.split('Image": "')[1:] + text.split('ImageUri": "')[1:]}
    assert named == {ENVIRONMENT[f"{kind}_IMAGE"] for kind in ("PROCESSING", "TRAINING", "INFERENCE")}


def test_every_job_keeps_to_the_network_and_the_key(defined):
    network = {"Subnets": ENVIRONMENT["SUBNET_IDS"].split(","), "SecurityGroupIds": [ENVIRONMENT["SECURITY_GROUP_IDS"]]}
    for step in _steps(defined):
        given = step["Arguments"]
        given = given.get("TrainingJobDefinition", given)
        if step["Type"] in ("Processing", "Training", "Tuning", "Model"):
            assert given.get("NetworkConfig", given)["VpcConfig"] == network, step["Name"]
        if step["Type"] in ("Processing", "Training", "Tuning", "Transform"):
            text = json.dumps(given)
            assert f'"VolumeKmsKeyId": "{ENVIRONMENT["DATA_KEY_ARN"]}"' in text, step["Name"]
            assert f'"KmsKeyId": "{ENVIRONMENT["DATA_KEY_ARN"]}"' in text, step["Name"]


@pytest.mark.parametrize("rule", [JobNetworkIsolationEnabled, JobTrafficIsEncrypted], ids=lambda rule: rule.__name__)
def test_the_platforms_rules_find_nothing(defined, rule):
    body = {"PipelineDefinition": {"PipelineDefinitionBody": json.dumps(defined)}}
    template = Template({"Resources": {"Pipeline": {"Type": "AWS::SageMaker::Pipeline", "Properties": body}}})
    assert [list(rule().evaluate(resource, template)) for resource in template.resources()] == [[]]


def test_nothing_is_registered_as_approved(defined):
    [decide] = _steps(defined, "Condition")
    inside = [step["Name"] for step in decide["Arguments"]["IfSteps"]]
    for step in _steps(defined, "RegisterModel"):
        assert step["Arguments"]["ModelApprovalStatus"] == "PendingManualApproval"
        assert step["Name"] in inside


def test_the_registry_learns_what_a_model_is_made_of(defined):
    for step in _steps(defined, "RegisterModel"):
        known = step["Arguments"]["CustomerMetadataProperties"]
        kinds = {key.split("_")[0] for key in known}
        assert {"commit", "features", "hyperparameter", "metric", "data", "training", "inference", "run"} <= kinds
        assert known["commit"] == ENVIRONMENT["CODEBUILD_RESOLVED_SOURCE_VERSION"]
        assert step["Arguments"]["ModelMetrics"]["Bias"]
        assert step["Arguments"]["DriftCheckBaselines"]["ModelDataQuality"]


def _broken(defined, change):
    found = copy.deepcopy(defined)
    change(found)
    return definition.problems(found)


@pytest.mark.parametrize(
    ("change", "message"),
    [
        (lambda it: it.update(Version="2021-01-01"), "was expected"),
        (lambda it: it["Steps"][0].update(Typ="x"), "'Typ' was unexpected"),
        (lambda it: it["Steps"][0]["Arguments"].update(Network={}), "Unknown parameter in input"),
        (lambda it: it["Steps"][0]["Arguments"].pop("AppSpecification"), "Missing required parameter"),
        (
            lambda it: it["Steps"][0]["Arguments"]["ProcessingResources"]["ClusterConfig"].update(InstanceType="ml.x"),
            "fit",
        ),
        (lambda it: it["Steps"][1].update(DependsOn=["Nobody"]), "Steps.Nobody: there is nothing of this name"),
        (lambda it: it["Parameters"].clear(), "Parameters.InputData: there is nothing of this name"),
        (lambda it: it["Steps"].append(it["Steps"][0]), "two steps have this name"),
    ],
)
def test_the_judge_hears_what_sagemaker_would_refuse(defined, change, message):
    assert any(message in line for line in _broken(defined, change))
