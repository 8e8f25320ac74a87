"""Every project template alive: its own quality stage, its steps to a trained model, the hub's images with its code."""

import json
import subprocess
from pathlib import Path

import pytest

from generators import project_templates
from scripts.project import environment, quality
from tests.projects.given import ENVIRONMENT

ROOT = Path(__file__).resolve().parents[2]
NAME = "credit-default"
BETTER_THAN_CHANCE = {  # metric -> bound that a model which found the planted signal keeps
    "tabular-classification": ("auc", 0.8),
    "tabular-regression": ("r2", 0.9),
    "time-series-forecasting": ("mase", -0.7),  # at most 0.7 of the naive forecast's error
    "bring-your-own-container": ("auc", 0.8),
    "model-chain": ("r2", 0.85),
}
LEFT = (
    "quality/constraint_violations.json",
    "prepared/about/data.json",
    "evaluation/evaluation.json",
    "bias/analysis.json",
    "baseline/data_quality/statistics.json",
    "baseline/data_quality/constraints.json",
    "baseline/model_quality/constraints.json",
    "scored/batch.csv.out",
)
ASK = """
import json, os, sys
sys.path.insert(0, sys.argv[1])
import serve, io
def ask(method, path, body=b""):
    said = {}
    given = {"REQUEST_METHOD": method, "PATH_INFO": path, "CONTENT_TYPE": "text/csv", "CONTENT_LENGTH": str(len(body))}
    given["wsgi.input"] = io.BytesIO(body)
    answer = b"".join(serve.application(given, lambda status, _: said.update(status=status)))
    return said["status"], answer
assert ask("GET", "/ping") == ("200 OK", b"")
assert ask("POST", "/invocations", b"1\\n")[0] == "400 Bad Request"
status, answer = ask("POST", "/invocations", sys.stdin.buffer.read())
assert status == "200 OK", answer
sys.stdout.buffer.write(answer)
"""
pytestmark = pytest.mark.projects


@pytest.fixture(scope="session")
def programs():
    return environment.ensure(ROOT, print)


@pytest.fixture(scope="session", params=project_templates.MODEL_TYPES)
def model_type(request):
    return request.param


@pytest.fixture(scope="session")
def project(model_type, tmp_path_factory):
    """A rendered repository."""
    folder = tmp_path_factory.mktemp(model_type)
    quality.write(project_templates.render(ROOT, model_type, {"project": NAME}), folder, replace=False)
    return folder


@pytest.fixture(scope="session")
def work(project, programs):
    """What its steps left behind, each run as a process of its own."""
    ran = quality.steps(NAME, project, programs)
    assert ran.passed, ran.output
    return project / ".local"


def test_it_passes_its_own_checks_before_a_commit(project, programs):
    name = "pre-commit"
    done = quality.run(name, quality.CHECKS[name], project, programs)
    assert done.passed, done.output
    assert [line.split(".")[0] for line in done.output.splitlines()] == ["ruff format", "ruff check", "mypy --strict"]


def test_its_own_tests_pass_and_cover_nine_tenths(project, programs):
    name = "tests with coverage"
    done = quality.run(name, quality.CHECKS[name], project, programs)
    assert done.passed, done.output
    assert "Required test coverage of 90.0% reached" in done.output


def test_its_steps_make_a_model_that_found_the_signal(model_type, project, work):
    metric, bound = BETTER_THAN_CHANCE[model_type]
    value = quality.metrics(project)[metric]
    assert (value if bound > 0 else -value) > bound
    assert [path for path in LEFT if not (work / path).is_file()] == []


def test_the_protected_group_is_not_said_to_differ_where_nothing_differs(work):
    assert json.loads((work / "bias/bias.json").read_text())["difference"] < 0.15


def test_the_hubs_inference_image_answers_with_its_models(project, programs, work):
    body = (work / "prepared/batch/batch.csv").read_bytes()
    for folder in sorted(
        (work / "models").iterdir(), key=lambda it: it.name, reverse=True
    ):  # segmenter before regressor
        variables = environment.variables(programs) | {"MODEL_FOLDER": str(folder), "PYTHONPATH": ""}
        command = [str(programs / "python"), "-c", ASK, str(ROOT / "terraform/images/inference")]
        done = subprocess.run(command, input=body, env=variables, cwd=work, capture_output=True, check=False)
        assert done.returncode == 0, done.stderr.decode()
        body = done.stdout
    assert body == (work / "scored/batch.csv.out").read_bytes()


def test_the_hubs_training_image_starts_its_training(project, programs):
    variables = environment.variables(programs) | {"CODE_FOLDER": str(project / "src"), "PYTHONPATH": ""}
    module = {"TRAIN_MODULE": "credit_default.steps.train"}
    command = [str(programs / "python"), str(ROOT / "terraform/images/training/train"), "train"]
    done = subprocess.run(command, env=variables | module, capture_output=True, text=True, check=False)
    assert "/opt/ml/input/data" in done.stderr  # its first channel, which only a job has
    unnamed = subprocess.run(command, env=variables, capture_output=True, text=True, check=False)
    assert (unnamed.returncode, unnamed.stderr) == (
        1,
        "TRAIN_MODULE is not set; name the module to run in the job's environment\n",
    )


def test_a_build_without_its_variables_is_told_each_of_them(project, programs):
    command = [str(programs / "python"), "-m", "pipelines.definition"]
    done = subprocess.run(
        command, cwd=project, env=environment.variables(programs), capture_output=True, text=True, check=False
    )
    assert done.returncode == 1
    named = {line.split()[0] for line in done.stderr.splitlines() if line.endswith("the build project sets it")}
    unread = {"PACKAGE_INDEX_DOMAIN", "PACKAGE_INDEX_REPOSITORY", "PACKAGE_INDEX_ACCOUNT"}
    assert named == set(ENVIRONMENT) - unread - {"AWS_REGION", "CODEBUILD_RESOLVED_SOURCE_VERSION"}
