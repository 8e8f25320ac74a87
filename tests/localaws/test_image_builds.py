"""Builds of images: docker in a privileged build, with the buildspec of the image factory."""

import hashlib
import io
import json
import uuid
import zipfile
from typing import Any

import pytest

from tests.localaws.conftest import REGION, ROOT, Aws
from tests.localaws.pipelines import policy, trust, until

pytestmark = [pytest.mark.local_only, pytest.mark.slow]
FACTORY = ROOT / "terraform" / "modules" / "image_factory" / "buildspec.yml"
ACCOUNT = "123456789012"
REGISTRY = f"{ACCOUNT}.dkr.ecr.{REGION}.amazonaws.com"
DOCKERFILE = """
ARG REGISTRY
ARG PREFIX
FROM ${REGISTRY}/${PREFIX}/base:python-3.11.13-slim-bookworm
COPY hello.py /opt/hello.py
ENTRYPOINT ["python", "/opt/hello.py"]
"""


@pytest.fixture(scope="module")
def factory(aws: Aws) -> str:
    """The name of a privileged project of the factory, of its bucket and of its repositories' prefix."""
    name, s3 = f"image-{uuid.uuid4().hex[:8]}", aws("s3")
    role = aws("iam").create_role(RoleName=name, AssumeRolePolicyDocument=trust("codebuild"))["Role"]["Arn"]
    actions = ["s3:*", "logs:*", "ecr:*", "ssm:PutParameter", "codeartifact:*", "sts:GetServiceBearerToken"]
    document = policy({"Effect": "Allow", "Action": actions, "Resource": "*"})
    aws("iam").put_role_policy(RoleName=name, PolicyName="all", PolicyDocument=document)
    s3.create_bucket(Bucket=name, CreateBucketConfiguration={"LocationConstraint": REGION})
    s3.put_object(Bucket=name, Key="images/hello/Dockerfile", Body=DOCKERFILE.encode())
    s3.put_object(Bucket=name, Key="images/hello/hello.py", Body=b"print('hello')\n")
    for repository in ("base", "hello"):
        aws("ecr").create_repository(
            repositoryName=f"{name}/{repository}", imageScanningConfiguration={"scanOnPush": True}
        )
    aws("codeartifact").create_domain(domain=name)
    aws("codeartifact").create_repository(domain=name, repository="approved")
    variables = {"CONTRACT": f"/{name}/image", "INDEX_DOMAIN": name, "INDEX_OWNER": ACCOUNT, "PUBLISH_REGIONS": REGION,
                 "INDEX_REPOSITORY": "approved", "REPOSITORY_URL": f"{REGISTRY}/{name}/hello"}  # fmt: skip
    aws("codebuild").create_project(
        name=name, serviceRole=role, artifacts={"type": "NO_ARTIFACTS"},
        source={"type": "S3", "location": f"{name}/images/hello/", "buildspec": FACTORY.read_text("utf-8")},
        environment={"type": "LINUX_CONTAINER", "computeType": "BUILD_GENERAL1_SMALL", "privilegedMode": True,
                     "image": "aws/codebuild/amazonlinux-x86_64-standard:5.0",
                     "environmentVariables": [{"name": key, "value": value} for key, value in variables.items()]},
    )  # fmt: skip
    aws("logs").create_log_group(logGroupName=f"/aws/codebuild/{name}")
    return name


def _run(aws: Aws, project: str) -> tuple[str, list[str]]:
    """The status of a build, and the lines that its commands wrote."""
    client = aws("codebuild")
    id = client.start_build(projectName=project)["build"]["id"]
    until(lambda: client.batch_get_builds(ids=[id])["builds"][0]["buildComplete"], 120)
    build = client.batch_get_builds(ids=[id])["builds"][0]
    logs = aws("logs").get_log_events(logGroupName=f"/aws/codebuild/{project}", logStreamName=id[-36:])["events"]
    lines = [event["message"] for event in logs if not event["message"].startswith("[Container]")]
    return build["buildStatus"], lines


def _push_base_image(aws: Aws, repository: str) -> None:
    """Push the base image, as an operator does with docker pull, tag and push."""
    ecr = aws("ecr")
    config = json.dumps(
        {"architecture": "amd64", "os": "linux", "config": {"Env": ["PATH=/usr/local/bin:/usr/bin:/bin"]}}
    )
    digest = f"sha256:{hashlib.sha256(config.encode()).hexdigest()}"
    upload = ecr.initiate_layer_upload(repositoryName=repository)["uploadId"]
    ecr.upload_layer_part(repositoryName=repository, uploadId=upload, partFirstByte=0, partLastByte=len(config) - 1,
                          layerPartBlob=config.encode())  # fmt: skip
    ecr.complete_layer_upload(repositoryName=repository, uploadId=upload, layerDigests=[digest])
    media = "application/vnd.oci.image"
    manifest = {"schemaVersion": 2, "mediaType": f"{media}.manifest.v1+json", "layers": [],
                "config": {"mediaType": f"{media}.config.v1+json", "digest": digest, "size": len(config)}}  # fmt: skip
    ecr.put_image(
        repositoryName=repository, imageManifest=json.dumps(manifest), imageTag="python-3.11.13-slim-bookworm"
    )


def test_a_changed_image_ends_as_a_digest_in_its_contract(aws: Aws, factory: str) -> None:
    """The base must be in the registry; what is pushed has the base's configuration and the file."""
    status, lines = _run(aws, factory)
    assert status == "FAILED"
    assert any("base:python-3.11.13-slim-bookworm" in line for line in lines), lines
    _push_base_image(aws, f"{factory}/base")
    status, lines = _run(aws, factory)
    assert status == "SUCCEEDED", lines
    contract = aws("ssm").get_parameter(Name=f"/{factory}/image")["Parameter"]["Value"]
    digest = contract.partition("@")[2]
    assert contract == f"{REGISTRY}/{factory}/hello@{digest}"
    image = aws("ecr").batch_get_image(repositoryName=f"{factory}/hello", imageIds=[{"imageDigest": digest}])["images"]
    manifest: dict[str, Any] = json.loads(image[0]["imageManifest"])
    assert f"sha256:{hashlib.sha256(image[0]['imageManifest'].encode()).hexdigest()}" == digest
    assert len(manifest["layers"]) == 1


def test_docker_needs_a_privileged_build(aws: Aws, factory: str) -> None:
    """CodeBuild user guide, sample-docker: privileged mode."""
    archive = io.BytesIO()
    with zipfile.ZipFile(archive, "w") as file:
        file.writestr("Dockerfile", "FROM python:3.11\n")
    aws("s3").put_object(Bucket=factory, Key="plain.zip", Body=archive.getvalue())
    project = aws("codebuild").batch_get_projects(names=[factory])["projects"][0]
    environment = {**project["environment"], "privilegedMode": False}
    source = {"type": "S3", "location": f"{factory}/plain.zip",
              "buildspec": "version: 0.2\nphases: {build: {commands: [docker build --tag a .]}}\n"}  # fmt: skip
    aws("codebuild").create_project(name=f"{factory}-plain", source=source, environment=environment,
                                    serviceRole=project["serviceRole"], artifacts={"type": "NO_ARTIFACTS"})  # fmt: skip
    aws("logs").create_log_group(logGroupName=f"/aws/codebuild/{factory}-plain")
    status, lines = _run(aws, f"{factory}-plain")
    assert (status, "Cannot connect to the Docker daemon" in lines[-1]) == ("FAILED", True)
