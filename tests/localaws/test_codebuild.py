"""CodeBuild builds: phases in one shell, AWS's programs, exported variables, artifacts and reports."""

import hashlib
import io
import json
import time
import uuid
import zipfile
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from scripts.localaws.services.ecr import images
from tests.localaws.conftest import Aws, refused

pytestmark = pytest.mark.local_only
TRUST = {"Effect": "Allow", "Principal": {"Service": "codebuild.amazonaws.com"}, "Action": "sts:AssumeRole"}
IMAGE = "aws/codebuild/amazonlinux-x86_64-standard:5.0"


@dataclass
class Builds:
    """A project without source, and a bucket with archives."""

    aws: Aws
    name: str

    def run(self, buildspec: str, **override: Any) -> dict[str, Any]:
        """Start a build of the buildspec and wait for its end."""
        client = self.aws("codebuild")
        id = client.start_build(projectName=self.name, buildspecOverride=buildspec, **override)["build"]["id"]
        while not (build := client.batch_get_builds(ids=[id])["builds"][0])["buildComplete"]:
            time.sleep(0.05)
        return dict(build)

    def log(self, build: Mapping[str, Any]) -> str:
        events = self.aws("logs").get_log_events(
            logGroupName=build["logs"]["groupName"], logStreamName=build["logs"]["streamName"], startFromHead=True
        )["events"]
        return "\n".join(event["message"] for event in events)

    def own_lines(self, build: Mapping[str, Any]) -> list[str]:
        """The lines of the log that the commands wrote."""
        return [line for line in self.log(build).splitlines() if not line.startswith("[Container]")]


@pytest.fixture(scope="module")
def builds(aws: Aws) -> Builds:
    name = f"builds-{uuid.uuid4().hex[:8]}"
    iam = aws("iam")
    role = iam.create_role(RoleName=name, AssumeRolePolicyDocument=_policy(TRUST))["Role"]["Arn"]
    allow = {"Effect": "Allow", "Action": ["s3:*", "logs:*", "kms:*"], "Resource": "*"}
    iam.put_role_policy(RoleName=name, PolicyName="all", PolicyDocument=_policy(allow))
    key = aws("kms").create_key()["KeyMetadata"]["Arn"]
    aws("codebuild").create_project(
        name=name, serviceRole=role, encryptionKey=key,
        source={"type": "NO_SOURCE", "buildspec": "version: 0.2\nphases: {}\n"}, artifacts={"type": "NO_ARTIFACTS"},
        environment={"type": "LINUX_CONTAINER", "computeType": "BUILD_GENERAL1_SMALL", "image": IMAGE},
    )  # fmt: skip
    aws("logs").create_log_group(logGroupName=f"/aws/codebuild/{name}")
    aws("s3").create_bucket(Bucket=name, CreateBucketConfiguration={"LocationConstraint": "eu-west-2"})
    return Builds(aws, name)


def _policy(statement: Mapping[str, Any]) -> str:
    return json.dumps({"Version": "2012-10-17", "Statement": [statement]})


def _phases(build: Mapping[str, Any]) -> dict[str, str]:
    return {phase["phaseType"]: phase["phaseStatus"] for phase in build["phases"]}


def test_folder_and_variables_last_over_commands_and_phases(builds: Builds) -> None:
    """build-env-ref-cmd: version 0.2 runs every command in the same shell; build-spec-ref: exported-variables."""
    build = builds.run(
        """
        version: 0.2
        env:
          variables: {GREETING: hello}
          exported-variables: [IMAGE, AWS_REGION, MISSING]
        phases:
          install: {commands: [mkdir sub, cd sub, COUNT=1]}
          build: {commands: ['export IMAGE="$GREETING $COUNT"', 'basename "$PWD"']}
        """
    )
    assert build["buildStatus"] == "SUCCEEDED", build["phases"]
    exported = {item["name"]: item["value"] for item in build["exportedEnvironmentVariables"]}
    assert exported == {"IMAGE": "hello 1", "MISSING": ""}
    assert builds.own_lines(build) == ["sub"]


@pytest.mark.parametrize(
    ("phases", "statuses", "lines"),
    [
        ("build: {commands: ['false', echo no]}\n  post_build: {commands: [echo $CODEBUILD_BUILD_SUCCEEDING]}",
         {"BUILD": "FAILED", "POST_BUILD": "SUCCEEDED"}, ["0"]),
        ("build: {on-failure: ABORT, commands: [exit 3]}\n  post_build: {commands: [echo no]}",
         {"BUILD": "FAILED"}, []),
        ("install: {commands: ['false'], finally: [echo tidy]}\n  build: {commands: [echo no]}",
         {"INSTALL": "FAILED"}, ["tidy"]),
        ("build: {commands: [exit 0, echo no]}", {"BUILD": "FAILED", "POST_BUILD": "SUCCEEDED"}, []),
    ],
)  # fmt: skip
def test_a_failure_ends_the_build_as_the_phase_says(
    builds: Builds, phases: str, statuses: dict[str, str], lines: list[str]
) -> None:
    """build-spec-ref: on-failure, finally; view-build-details: post_build follows a failed build phase."""
    build = builds.run(f"version: 0.2\nphases:\n  {phases}\n")
    assert build["buildStatus"] == "FAILED"
    assert {name: status for name, status in _phases(build).items() if name in statuses} == statuses
    assert builds.own_lines(build) == lines


def test_only_programs_of_aws_s_image_are_on_the_path(builds: Builds) -> None:
    """The image's Dockerfile: it has jq and Python with pip, and no Terraform."""
    build = builds.run(
        "version: 0.2\nphases:\n  build:\n    commands:\n"
        "      - python -c 'import sys; print(sys.prefix != sys.base_prefix)'\n"
        "      - python -m pip --version > /dev/null && echo pip\n"
        "      - terraform version\n"
    )
    assert build["buildStatus"] == "FAILED"
    assert builds.own_lines(build)[:2] == ["True", "pip"]
    assert "terraform: command not found" in builds.own_lines(build)[-1]
    assert "exit status 127" in build["phases"][-3]["contexts"][0]["message"]


def test_the_aws_cli_calls_as_the_role(builds: Builds) -> None:
    build = builds.run("version: 0.2\nphases: {build: {commands: [aws sts get-caller-identity --query Arn]}}\n")
    assert builds.own_lines(build)[0].startswith(f'"arn:aws:sts::123456789012:assumed-role/{builds.name}/AWSCodeBuild-')


def test_artifacts_are_packed_under_the_key_from_a_pipeline_s_archive(builds: Builds) -> None:
    """action-reference-CodeBuild: input and output artifacts; S3 holds the build's ARN as metadata."""
    s3, archive = builds.aws("s3"), io.BytesIO()
    with zipfile.ZipFile(archive, "w") as file:
        file.writestr("buildspec.yml", "version: 0.2\nphases: {build: {commands: [mkdir out, cp name.txt out/]}}\n"
                      "artifacts: {files: ['**/*'], base-directory: out}\n")  # fmt: skip
        file.writestr("name.txt", "churn")
    s3.put_object(Bucket=builds.name, Key="p/source/1", Body=archive.getvalue())
    place = {"type": "CODEPIPELINE", "location": builds.name, "path": "p/built/1"}
    build = builds.run("buildspec.yml", sourceTypeOverride="CODEPIPELINE", artifactsOverride=place,
                       sourceLocationOverride=f"{builds.name}/p/source/1", sourceVersion="c0ffee")  # fmt: skip
    assert (build["buildStatus"], build["resolvedSourceVersion"]) == ("SUCCEEDED", "c0ffee"), build["phases"]
    stored = s3.get_object(Bucket=builds.name, Key="p/built/1")
    assert stored["ServerSideEncryption"] == "aws:kms"
    assert stored["Metadata"]["codebuild-buildarn"] == build["arn"]
    with zipfile.ZipFile(io.BytesIO(stored["Body"].read())) as file:
        assert {name: file.read(name) for name in file.namelist()} == {"name.txt": b"churn"}


def test_reports_hold_tests_and_coverage(builds: Builds) -> None:
    """report-group naming: the project's name and the group's; API_DescribeTestCases."""
    failed = '<testcase name="b"><failure message="1 != 2"/></testcase>'
    tests = f'<testsuite><testcase classname="t" name="a"/>{failed}</testsuite>'
    cover = '<coverage lines-covered="9" lines-valid="10" branches-covered="1" branches-valid="4"/>'
    build = builds.run(
        "version: 0.2\nphases:\n  build:\n    commands:\n"
        f"      - echo '{tests}' > tests.xml\n      - echo '{cover}' > coverage.xml\n"
        "reports:\n  tests: {files: [tests.xml]}\n  coverage: {files: ['cov*.xml'], file-format: COBERTURAXML}\n"
    )
    client = builds.aws("codebuild")
    tests_report, coverage = client.batch_get_reports(reportArns=build["reportArns"])["reports"]
    assert tests_report["reportGroupArn"].endswith(f":report-group/{builds.name}-tests")
    assert (tests_report["status"], tests_report["testSummary"]["statusCounts"]) == (
        "FAILED", {"SUCCEEDED": 1, "FAILED": 1},
    )  # fmt: skip
    cases = client.describe_test_cases(reportArn=tests_report["arn"])["testCases"]
    assert [(case["name"], case["status"], case["message"]) for case in cases] == [
        ("a", "SUCCEEDED", ""), ("b", "FAILED", "1 != 2"),
    ]  # fmt: skip
    assert coverage["codeCoverageSummary"]["lineCoveragePercentage"] == 90.0
    assert build["buildStatus"] == "SUCCEEDED"  # failed cases are the commands' business


@pytest.mark.parametrize(
    "text",
    [
        "phases: {}",
        "version: 0.2\nphases: {test: {}}",
        "version: 0.1\nphases: {}",
        "version: 0.2\nphases: {build: {on-failure: CONTINUE}}",
        "version: 0.2\nphases:\n  build:\n    commands:\n      - pip --only-binary :all: x",  # a mapping in YAML
        "a: [",
    ],
)
def test_a_buildspec_that_is_none_fails_the_download(builds: Builds, text: str) -> None:
    build = builds.run(f"{text}\n")
    assert (build["buildStatus"], _phases(build)["DOWNLOAD_SOURCE"]) == ("FAILED", "FAILED")
    assert build["phases"][-1]["contexts"][0]["statusCode"] == "YAML_FILE_ERROR"


def test_a_build_without_a_pipeline_s_archive_is_refused(builds: Builds) -> None:
    client = builds.aws("codebuild")
    code, _, _ = refused(client.start_build, projectName=builds.name, sourceTypeOverride="CODEPIPELINE")
    assert code == "InvalidInputException"


def test_stop_ends_the_commands(builds: Builds) -> None:
    client = builds.aws("codebuild")
    spec = "version: 0.2\nphases: {build: {commands: [sleep 60]}}\n"
    id = client.start_build(projectName=builds.name, buildspecOverride=spec)["build"]["id"]
    while client.batch_get_builds(ids=[id])["builds"][0]["currentPhase"] != "BUILD":
        time.sleep(0.05)
    assert client.stop_build(id=id)["build"]["buildStatus"] == "STOPPED"


def test_a_build_whose_environment_is_not_emulated_says_so(builds: Builds) -> None:
    """A variable of Parameter Store is not read; the build fails in a phase, with the reason."""
    variable = {"name": "A", "value": "/a", "type": "PARAMETER_STORE"}
    build = builds.run(
        "version: 0.2\nphases: {build: {commands: [echo no]}}\n", environmentVariablesOverride=[variable]
    )
    assert (build["buildStatus"], build["phases"][-1]["phaseStatus"]) == ("FAILED", "FAILED")
    assert "does not read PARAMETER_STORE variables" in build["phases"][-1]["contexts"][0]["message"]


DOCKERFILE = """\
FROM python:3.11 AS tools
COPY tool /bin/tool
FROM python:3.11
COPY --from=tools /bin/tool /usr/local/bin/tool
COPY tool.sha256 /opt/tool.sha256
RUN sha256sum --check /opt/tool.sha256
USER worker
"""


@pytest.fixture(scope="module")
def image(builds: Builds, tmp_path_factory: pytest.TempPathFactory) -> str:
    """The address of an image with a program of its own."""
    folder, ecr = tmp_path_factory.mktemp("image"), builds.aws("ecr")
    (folder / "Dockerfile").write_text(DOCKERFILE)
    (folder / "tool").write_text("#!/bin/bash\necho made of $0\n")
    (folder / "tool").chmod(0o755)
    digest = hashlib.sha256((folder / "tool").read_bytes()).hexdigest()
    (folder / "tool.sha256").write_text(f"{digest}  /usr/local/bin/tool\n")
    uri = ecr.create_repository(repositoryName=builds.name)["repository"]["repositoryUri"]
    return f"{uri}@{images.push(ecr, builds.name, '1', images.build(folder, {}, ecr))}"


@pytest.fixture
def in_image(builds: Builds, image: str) -> Iterator[Builds]:
    """The project with the image, which the role pulls."""
    client, role = builds.aws("codebuild"), {"RoleName": builds.name, "PolicyName": "pull"}
    project = client.batch_get_projects(names=[builds.name])["projects"][0]
    pulled = {**project["environment"], "image": image, "imagePullCredentialsType": "SERVICE_ROLE"}
    client.update_project(name=builds.name, environment=pulled)
    statement = {"Effect": "Allow", "Action": "ecr:*", "Resource": "*"}
    builds.aws("iam").put_role_policy(**role, PolicyDocument=_policy(statement))
    yield builds
    client.update_project(name=builds.name, environment=project["environment"])
    builds.aws("iam").delete_role_policy(**role)


def test_a_build_runs_in_the_image_of_its_project(in_image: Builds) -> None:
    """troubleshooting: builds run as root, whatever USER says. What is written outside of the source vanishes."""
    mark = Path("/var/tmp") / in_image.name
    build = in_image.run(
        "version: 0.2\nphases:\n  build:\n    commands:\n"
        '      - tool\n      - id -un\n      - cd "$CODEBUILD_SRC_DIR" && echo a > a.txt\n'
        f"      - touch {mark}\n      - 'ls /usr/local/bin'\n      - python -c 'import boto3'\n"
    )
    assert _phases(build)["PROVISIONING"] == "SUCCEEDED"
    lines = in_image.own_lines(build)
    assert lines[:3] == ["made of /usr/local/bin/tool", "root", "tool"]
    assert lines[-1] == "ModuleNotFoundError: No module named 'boto3'"
    assert (build["buildStatus"], mark.exists()) == ("FAILED", False)


def test_an_image_that_cannot_be_pulled_fails_the_provisioning(in_image: Builds) -> None:
    """troubleshooting, BUILD_CONTAINER_UNABLE_TO_PULL_IMAGE: no permission, or no such image."""
    in_image.aws("iam").put_role_policy(
        RoleName=in_image.name, PolicyName="pull",
        PolicyDocument=_policy({"Effect": "Deny", "Action": "ecr:BatchGetImage", "Resource": "*"}),
    )  # fmt: skip
    phase = in_image.run("version: 0.2\nphases: {build: {commands: [tool]}}\n")["phases"][-1]
    assert (phase["phaseType"], phase["phaseStatus"]) == ("PROVISIONING", "FAILED")
    assert phase["contexts"][0]["statusCode"] == "BUILD_CONTAINER_UNABLE_TO_PULL_IMAGE"
    assert "not authorized to perform: ecr:" in phase["contexts"][0]["message"]
