"""Every project template in use: its quality stage, its steps up to a trained model, its code in the hub's images."""

import importlib
import json
import subprocess
import zipfile
from pathlib import Path

import pytest

from generators import project_templates
from scripts.project import environment, quality
from tests.projects.build_variables import ENVIRONMENT

ROOT = Path(__file__).resolve().parents[2]
NAME = "credit-default"
BETTER_THAN_CHANCE = {  # metric and bound of a model that found the signal in the data
    "tabular-classification": ("auc", 0.8),
    "tabular-regression": ("r2", 0.9),
    "time-series-forecasting": ("mase", -0.7),  # at most 0.7 of the naive forecast's error
    "bring-your-own-container": ("auc", 0.8),
    "model-chain": ("r2", 0.85),
}
OUTPUTS = (
    "quality/constraint_violations.json",
    "prepared/metadata/data.json",
    "evaluation/evaluation.json",
    "evaluation/test-data.zip",
    "bias/analysis.json",
    "baseline/data_quality/statistics.json",
    "baseline/data_quality/constraints.json",
    "baseline/model_quality/constraints.json",
    "scored/batch.csv.out",
)
INFERENCE_SCRIPT = """
import json, os, sys
sys.path.insert(0, sys.argv[1])
import serve, io
def request(method, path, body=b""):
    result = {}
    environ = {"REQUEST_METHOD": method, "PATH_INFO": path, "CONTENT_TYPE": "text/csv", "wsgi.input": io.BytesIO(body)}
    environ["CONTENT_LENGTH"] = str(len(body))
    response = b"".join(serve.application(environ, lambda status, _: result.update(status=status)))
    return result["status"], response
assert request("GET", "/ping") == ("200 OK", b"")
assert request("POST", "/invocations", b"1\\n")[0] == "400 Bad Request"
status, response = request("POST", "/invocations", sys.stdin.buffer.read())
assert status == "200 OK", response
sys.stdout.buffer.write(response)
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
    """The folder of the steps' outputs; each step runs as a process of its own."""
    result = quality.steps(NAME, project, programs)
    assert result.passed, result.output
    return project / ".local"


def test_a_project_passes_its_own_checks_before_a_commit(project, programs):
    name = "pre-commit"
    result = quality.run(name, quality.CHECKS[name], project, programs)
    assert result.passed, result.output
    assert [line.split(".")[0] for line in result.output.splitlines()] == ["ruff format", "ruff check", "mypy --strict"]


def test_the_projects_tests_pass_and_cover_nine_tenths(project, programs):
    name = "tests with coverage"
    result = quality.run(name, quality.CHECKS[name], project, programs)
    assert result.passed, result.output
    assert "Required test coverage of 90.0% reached" in result.output


def test_the_steps_train_a_model_that_finds_the_signal(model_type, project, work):
    metric, bound = BETTER_THAN_CHANCE[model_type]
    value = quality.metrics(project)[metric]
    assert (value if bound > 0 else -value) > bound
    assert [path for path in OUTPUTS if not (work / path).is_file()] == []


def test_no_bias_is_reported_for_equal_groups(work):
    assert json.loads((work / "bias/bias.json").read_text())["difference"] < 0.15


@pytest.fixture(scope="session")
def serve(programs, work):
    """Sends a CSV body through the hub's inference image with each model of the chain; the last response."""

    def send(body):
        names = sorted((path.name for path in (work / "models").iterdir()), reverse=True)  # segmenter before regressor
        for name in names:
            variables = environment.variables(programs) | {"MODEL_FOLDER": f"{work}/models/{name}", "PYTHONPATH": ""}
            command = [str(programs / "python"), "-c", INFERENCE_SCRIPT, str(ROOT / "terraform/images/inference")]
            completed = subprocess.run(command, input=body, env=variables, cwd=work, capture_output=True, check=False)
            assert completed.returncode == 0, completed.stderr.decode()
            body = completed.stdout
        return body

    return send


def test_the_hubs_inference_image_serves_the_models(serve, work):
    body = (work / "prepared/batch/batch.csv").read_bytes()
    assert serve(body) == (work / "scored/batch.csv.out").read_bytes()


def test_the_test_data_of_a_run_pass_the_tests_of_the_deployment(serve, work, tmp_path, monkeypatch):
    monkeypatch.syspath_prepend(str(ROOT / "products/model_deployment_pipeline"))
    program = importlib.import_module("inference_tests")
    with zipfile.ZipFile(work / "evaluation/test-data.zip") as archive:
        archive.extractall(tmp_path)
    cases = program.cases(tmp_path)
    bodies = [request["body"] for request in cases["requests"]]
    responses = dict(zip(bodies, serve("\n".join(bodies).encode()).decode().splitlines(), strict=True))
    assert list(program.wrong_answers(cases, responses.get)) == []
    lines = (tmp_path / cases["batch"]).read_text().splitlines()
    batch = serve("\n".join(lines).encode()).decode().splitlines()
    assert list(program.wrong_batch("Completed", lines, batch)) == []


def test_the_hubs_training_image_starts_the_training(project, programs):
    variables = environment.variables(programs) | {"CODE_FOLDER": str(project / "src"), "PYTHONPATH": ""}
    module = {"TRAIN_MODULE": "credit_default.steps.train"}
    command = [str(programs / "python"), str(ROOT / "terraform/images/training/train"), "train"]
    completed = subprocess.run(command, env=variables | module, capture_output=True, text=True, check=False)
    assert "/opt/ml/input/data" in completed.stderr  # the first channel, which only a job has
    unnamed = subprocess.run(command, env=variables, capture_output=True, text=True, check=False)
    assert (unnamed.returncode, unnamed.stderr) == (
        1,
        "TRAIN_MODULE is not set; name the module to run in the job's environment\n",
    )


def test_a_build_without_variables_reports_each_missing_one(project, programs):
    command = [str(programs / "python"), "-m", "pipelines.definition"]
    completed = subprocess.run(
        command, cwd=project, env=environment.variables(programs), capture_output=True, text=True, check=False
    )
    assert completed.returncode == 1
    reported = {line.split()[0] for line in completed.stderr.splitlines() if line.endswith("the build project sets it")}
    unused = {"PACKAGE_INDEX_DOMAIN", "PACKAGE_INDEX_REPOSITORY", "PACKAGE_INDEX_ACCOUNT"}
    assert reported == set(ENVIRONMENT) - unused - {"AWS_REGION", "CODEBUILD_RESOLVED_SOURCE_VERSION"}
