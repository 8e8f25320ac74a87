"""A project's pipeline, executed by the embedded AWS in the hub's images, up to a registered model."""

import io
import subprocess
import tarfile
from pathlib import Path

import pytest

from generators import project_templates
from scripts.localaws.services.ecr import images
from scripts.project import environment, quality
from tests.localaws.conftest import REGION, Aws, started
from tests.localaws.containers import MANAGEMENT, Workshop
from tests.localaws.pipeline_steps import ended
from tests.projects.build_variables import ENVIRONMENT

ROOT = Path(__file__).resolve().parents[2]
IMAGES = ("processing", "training", "inference")
STEPS = {"CheckData", "Prepare", "Evaluate", "CheckBias", "Baseline", "Decide", "Model", "Score"}
pytestmark = pytest.mark.projects


@pytest.fixture(scope="module")
def workshop(tmp_path_factory):
    """An account with the hub's images, a network, a key and one bucket for everything."""
    with started(tmp_path_factory.mktemp("aws")) as server:
        yield Workshop(Aws(server.endpoint), MANAGEMENT).build()


@pytest.fixture(scope="module")
def variables(workshop, tmp_path_factory):
    """The variables of the training pipeline's builds, with images that are built of the hub's Dockerfiles."""
    folder = tmp_path_factory.mktemp("base")
    registry = workshop.image.partition("/")[0]
    ecr, base = workshop("ecr"), {"REGISTRY": registry, "PREFIX": "mlops", "PACKAGE_INDEX": "https://index.example/"}
    ecr.create_repository(repositoryName="mlops/base")
    (folder / "Dockerfile").write_text("FROM python:3.11-slim\n")
    images.push(ecr, "mlops/base", "python-3.11.13-slim-bookworm", images.build(folder, {}, ecr))
    addresses = {}
    for name in IMAGES:
        ecr.create_repository(repositoryName=f"mlops/{name}")
        digest = images.push(ecr, f"mlops/{name}", "1", images.build(ROOT / "terraform/images" / name, base, ecr))
        addresses[f"{name.upper()}_IMAGE"] = f"{registry}/mlops/{name}@{digest}"
    ec2 = workshop("ec2")
    vpc = ec2.create_vpc(CidrBlock="10.9.0.0/16")["Vpc"]["VpcId"]
    group = ec2.create_security_group(GroupName="jobs", Description="jobs", VpcId=vpc)["GroupId"]
    buckets = {f"{kind}_BUCKET": workshop.bucket for kind in ("MODEL", "DATA", "ARTIFACT")}
    return {
        **ENVIRONMENT,
        **addresses,
        **buckets,
        "ROLE_ARN": workshop.role,
        "SUBNET_IDS": ec2.create_subnet(VpcId=vpc, CidrBlock="10.9.1.0/24")["Subnet"]["SubnetId"],
        "SECURITY_GROUP_IDS": group,
        "DATA_KEY_ARN": workshop("kms").create_key()["KeyMetadata"]["Arn"],
    }


def _run(program, folder, workshop, variables):
    programs = environment.ensure(ROOT, print)
    keys = {"AWS_ACCESS_KEY_ID": "local", "AWS_SECRET_ACCESS_KEY": "local", "AWS_ENDPOINT_URL": workshop.aws.endpoint}
    own = {**environment.variables(programs), **variables, **keys}
    own = {name: value for name, value in own.items() if not name.lower().endswith("_proxy")}
    command = [str(programs / "python"), *program]
    completed = subprocess.run(command, cwd=folder, env=own, capture_output=True, text=True, check=False)
    assert completed.returncode == 0, completed.stdout + completed.stderr
    return completed.stdout


@pytest.mark.parametrize("model_type", project_templates.MODEL_TYPES)
def test_a_project_s_pipeline_registers_a_model(workshop, variables, tmp_path, model_type):
    quality.write(project_templates.render(ROOT, model_type, {"project": "credit-default"}), tmp_path, replace=False)
    sagemaker, own = workshop("sagemaker"), _own_variables(workshop, variables, tmp_path, model_type)
    _run(["-m", "pipelines.upsert"], tmp_path, workshop, own)
    output = _run(["-m", "pipelines.run"], tmp_path, workshop, own)
    assert output.splitlines()[-1].endswith(": Succeeded")
    executions = sagemaker.list_pipeline_executions(PipelineName=model_type)["PipelineExecutionSummaries"]
    arn = executions[0]["PipelineExecutionArn"]
    _, steps = ended(workshop, arn)
    assert set(steps) >= STEPS
    packages = sagemaker.list_model_packages(ModelPackageGroupName=model_type)["ModelPackageSummaryList"]
    assert len(packages) == (2 if model_type == "model-chain" else 1)
    package = sagemaker.describe_model_package(ModelPackageName=packages[0]["ModelPackageArn"])
    assert package["ModelApprovalStatus"] == "PendingManualApproval"
    assert package["CustomerMetadataProperties"]["run"] == arn
    container = package["InferenceSpecification"]["Containers"][0]
    archive = workshop.get(container["ModelDataUrl"].partition(f"{workshop.bucket}/")[2])
    with tarfile.open(fileobj=io.BytesIO(archive)) as tar:
        assert "./inference.py" in tar.getnames()
    job = steps["Score"]["Metadata"]["TransformJob"]["Arn"].rpartition("/")[2]
    output = sagemaker.describe_transform_job(TransformJobName=job)["TransformOutput"]["S3OutputPath"]
    scores = workshop.get(f"{output.partition(f'{workshop.bucket}/')[2]}/batch.csv.out")
    assert scores.count(b"\n") > 10


def _own_variables(workshop, variables, folder, model_type):
    """The variables of one project, which has a data bucket of its own and, with a Dockerfile, an image of its own."""
    bucket = f"{workshop.bucket}-{model_type}"
    workshop("s3").create_bucket(Bucket=bucket, CreateBucketConfiguration={"LocationConstraint": REGION})
    own = {**variables, "PIPELINE_NAME": model_type, "MODEL_PACKAGE_GROUP": model_type, "DATA_BUCKET": bucket}
    if not (folder / "Dockerfile").exists():
        return own
    ecr, repository = workshop("ecr"), f"mlops/{model_type}"
    ecr.create_repository(repositoryName=repository)
    arguments = {"BASE": variables["TRAINING_IMAGE"], "PACKAGE_INDEX": "https://index.example/"}
    image = images.build(folder, arguments, ecr)
    address = f"{workshop.image.partition('/')[0]}/{repository}@{images.push(ecr, repository, '1', image)}"
    return {**own, "TRAINING_IMAGE": address, "INFERENCE_IMAGE": address}
