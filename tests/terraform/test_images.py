"""The shared images: sources of their Dockerfiles, and the steps of their build."""

import importlib.util
import io
import os
import re
import subprocess
import sys
from pathlib import Path

import pytest
import yaml

from generators.config import validation
from generators.config.schema import PackagesFile

TERRAFORM = Path(__file__).resolve().parents[2] / "terraform"
IMAGES = sorted(path.parent for path in (TERRAFORM / "images").glob("*/requirements.txt"))
ALLOWED = yaml.safe_load((TERRAFORM / "packages.yaml").read_text(encoding="utf-8"))["packages"]
BUILD = yaml.safe_load((TERRAFORM / "modules/image_factory/buildspec.yml").read_text(encoding="utf-8"))
REGISTRY = "222222222222.dkr.ecr.eu-west-2.amazonaws.com"
AWS = """#!/bin/bash
echo "aws $*" >> "$LOG"
case "$1 $2" in
  "ecr get-login-password") echo password ;;
  "codeartifact get-repository-endpoint") echo https://index.example/pypi/approved/ ;;
  "codeartifact get-authorization-token") echo very-secret-token ;;
  "ecr describe-image-scan-findings") echo "$CRITICAL" ;;
  "ecr describe-images") echo sha256:abc ;;
esac
if [ "$1 $2" = "$FAILS" ]; then exit 1; fi
"""
DOCKER = """#!/bin/bash
echo "docker $*" >> "$LOG"
if [ "$1" = login ]; then cat > /dev/null; fi
if [ "docker $1" = "$FAILS" ]; then exit 1; fi
"""


def test_the_allow_list_is_sound():
    file, _ = validation.read(TERRAFORM / "packages.yaml", TERRAFORM.parent, PackagesFile)
    names = [(package.ecosystem, package.name) for package in file.packages]
    assert names == sorted(set(names))


@pytest.mark.parametrize("image", IMAGES, ids=lambda image: image.name)
def test_an_image_takes_exact_versions_of_the_allow_list(image):
    allowed = {
        f"{package['name']}=={version}"
        for package in ALLOWED
        if package["ecosystem"] == "python"
        for version in package["versions"]
    }
    requirements = set((image / "requirements.txt").read_text(encoding="utf-8").split())
    assert requirements
    assert requirements - allowed == set(), "not in terraform/packages.yaml"


@pytest.mark.parametrize("image", IMAGES, ids=lambda image: image.name)
def test_an_image_starts_from_the_hubs_base_and_stays_root(image):
    """SageMaker expects root; see tests/localaws/test_images.py."""
    lines = (image / "Dockerfile").read_text(encoding="utf-8").splitlines()
    [base] = [line for line in lines if line.startswith("FROM ")]
    assert re.fullmatch(r"FROM \$\{REGISTRY\}/\$\{PREFIX\}/base:[a-z]+-\d+\.\d+\.\d+-[a-z-]+", base)
    assert [line for line in lines if line.startswith("USER ")] == []


@pytest.mark.parametrize("image", IMAGES, ids=lambda image: image.name)
def test_an_image_knows_no_package_index_but_the_one_it_is_given(image):
    text = (image / "Dockerfile").read_text(encoding="utf-8")
    assert re.findall(r"\w+://[^\s\"]*", text) == ["https://aws:$(cat", "https://}simple/"]
    assert "@${PACKAGE_INDEX#https://}simple/" in text


@pytest.fixture
def build(tmp_path):
    """Runs the build's commands as CodeBuild does: in one shell, until one fails. (exit code, calls in order)."""

    def run(critical="None", fails=""):
        for name, text in (("aws", AWS), ("docker", DOCKER)):
            (tmp_path / name).write_text(text, encoding="utf-8")
            (tmp_path / name).chmod(0o755)
        log = tmp_path / "log"
        log.write_text("", encoding="utf-8")
        environment = {
            "AWS_REGION": "eu-west-2",
            "CONTRACT": "/bank/images/training",
            "INDEX_DOMAIN": "mlops",
            "INDEX_OWNER": "222222222222",
            "INDEX_REPOSITORY": "approved-packages",
            "PUBLISH_REGIONS": "eu-west-2 eu-west-1",
            "REPOSITORY_URL": f"{REGISTRY}/mlops/training",
        }
        environment |= {"PATH": f"{tmp_path}:{os.environ['PATH']}", "LOG": str(log)}
        environment |= {"CRITICAL": critical, "FAILS": fails}
        commands = "\n".join(["set -e", *BUILD["phases"]["build"]["commands"]])
        shell = ["bash", "-c", commands]
        completed = subprocess.run(shell, env=environment, capture_output=True, text=True, check=False)
        return completed, log.read_text(encoding="utf-8").splitlines()

    return run


def test_a_build_publishes_the_digest_of_what_it_pushed_in_every_region(build):
    completed, calls = build()
    assert completed.returncode == 0, completed.stderr
    published = "aws ssm put-parameter --region {0} --name /bank/images/training --value {1} --type String --overwrite"
    uri = "222222222222.dkr.ecr.{}.amazonaws.com/mlops/training@sha256:abc"
    assert calls[-2:] == [published.format(region, uri.format(region)) for region in ("eu-west-2", "eu-west-1")]
    [pushed] = [call for call in calls if call.startswith("docker push")]
    assert re.fullmatch(rf"docker push {re.escape(REGISTRY)}/mlops/training:\d{{14}}", pushed)


def test_a_build_takes_its_packages_from_the_index_and_its_base_from_the_hub(build):
    _, calls = build()
    [docker_build] = [call for call in calls if call.startswith("docker build")]
    assert "--build-arg PACKAGE_INDEX=https://index.example/pypi/approved/" in docker_build
    assert f"--build-arg REGISTRY={REGISTRY} --build-arg PREFIX=mlops" in docker_build


def test_the_index_token_is_on_no_command_line_and_in_no_log(build):
    completed, calls = build()
    assert "very-secret-token" not in completed.stdout + completed.stderr + "\n".join(calls)
    assert any("--secret id=index_token,env=INDEX_TOKEN" in call for call in calls)


@pytest.mark.parametrize(
    ("critical", "fails"),
    [
        ("2", ""),
        ("None", "docker build"),
        ("None", "docker push"),
        ("None", "ecr wait"),
        ("None", "codeartifact get-authorization-token"),
        ("None", "ecr get-login-password"),
    ],
)
def test_a_build_that_fails_or_finds_something_critical_publishes_nothing(build, critical, fails):
    completed, calls = build(critical, fails)
    assert completed.returncode != 0
    assert [call for call in calls if "put-parameter" in call] == []


@pytest.fixture
def inference_server(tmp_path, monkeypatch):
    """Sends requests to the inference image's server, with a model that doubles a number."""
    (tmp_path / "inference.py").write_text(
        "def load(folder):\n    return 2\n\n\n"
        "def predict(model, body, kind):\n    return str(int(body) * model).encode(), kind\n",
        encoding="utf-8",
    )
    monkeypatch.setenv("MODEL_FOLDER", str(tmp_path))
    spec = importlib.util.spec_from_file_location("serve", TERRAFORM / "images/inference/serve.py")
    code = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(code)

    def request(method, path, body=b"", length=None):
        environ = {
            "REQUEST_METHOD": method,
            "PATH_INFO": path,
            "wsgi.input": io.BytesIO(body),
            "CONTENT_TYPE": "text/csv",
        }
        responses = []
        environ["CONTENT_LENGTH"] = length or len(body)
        chunks = code.application(environ, lambda *response: responses.append(response))
        return responses[0][0], b"".join(chunks)

    return request


@pytest.mark.parametrize(
    ("request_arguments", "response"),
    [
        (("GET", "/ping"), ("200 OK", b"")),
        (("POST", "/invocations", b"21"), ("200 OK", b"42")),
        (("POST", "/invocations", b"x"), ("400 Bad Request", b"invalid literal for int() with base 10: b'x'")),
        (("POST", "/invocations", b"", 7_000_000), ("413 Content Too Large", b"a request holds at most 6 MB")),
        (("GET", "/invocations"), ("404 Not Found", b"ask GET /ping or POST /invocations")),
    ],
)
def test_the_inference_image_answers_with_the_models_code(inference_server, request_arguments, response):
    assert inference_server(*request_arguments) == response


def test_the_training_image_starts_the_module_that_a_job_names(tmp_path):
    (tmp_path / "project").mkdir()
    (tmp_path / "project" / "learn.py").write_text(
        "if __name__ == '__main__':\n    print('learnt')\n", encoding="utf-8"
    )
    command = [sys.executable, str(TERRAFORM / "images/training/train"), "train"]
    environment = {"CODE_FOLDER": str(tmp_path), "TRAIN_MODULE": "project.learn"}
    named = subprocess.run(command, env=environment, capture_output=True, text=True, check=False)
    unnamed = subprocess.run(command, env={}, capture_output=True, text=True, check=False)
    assert (named.returncode, named.stdout) == (0, "learnt\n")
    assert (unnamed.returncode, unnamed.stderr.split(";")[0]) == (1, "TRAIN_MODULE is not set")
