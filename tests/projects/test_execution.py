"""A project's pipeline, executed by the embedded AWS in the hub's images, up to a registered model."""

import io
import subprocess
import tarfile
from pathlib import Path

import pytest

from generators import project_templates
from scripts.localaws.services.ecr import images
from scripts.project import environment, quality
from tests.localaws.conftest import Aws, started
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
def variables(workshop):
    """The variables of the training pipeline's builds."""
    registry = workshop.image.partition("/")[0]
    ecr, base = workshop("ecr"), {"REGISTRY": registry, "PREFIX": "mlops", "PACKAGE_INDEX": "https://index.example/"}
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


@pytest.mark.parametrize("model_type", ["tabular-classification"])
def test_a_project_s_pipeline_registers_a_model(workshop, variables, tmp_path, model_type):
    workshop("sagemaker").create_model_package_group(ModelPackageGroupName=variables["MODEL_PACKAGE_GROUP"])
    quality.write(project_templates.render(ROOT, model_type, {"project": "credit-default"}), tmp_path, replace=False)
    _run(["-m", "pipelines.upsert"], tmp_path, workshop, variables)
    output = _run(["-m", "pipelines.run"], tmp_path, workshop, variables)
    assert output.splitlines()[-1].endswith(": Succeeded")
    sagemaker = workshop("sagemaker")
    (summary,) = sagemaker.list_pipeline_executions(PipelineName=variables["PIPELINE_NAME"])[
        "PipelineExecutionSummaries"
    ]
    arn = summary["PipelineExecutionArn"]
    _, steps = ended(workshop, arn)
    assert set(steps) >= STEPS
    (package,) = sagemaker.list_model_packages(ModelPackageGroupName=variables["MODEL_PACKAGE_GROUP"])[
        "ModelPackageSummaryList"
    ]
    described = sagemaker.describe_model_package(ModelPackageName=package["ModelPackageArn"])
    assert described["ModelApprovalStatus"] == "PendingManualApproval"
    assert described["CustomerMetadataProperties"]["run"] == arn
    assert float(described["CustomerMetadataProperties"]["metric_auc"]) > 0.8
    (container,) = described["InferenceSpecification"]["Containers"]
    archive = workshop.get(container["ModelDataUrl"].partition(f"{workshop.bucket}/")[2])
    with tarfile.open(fileobj=io.BytesIO(archive)) as tar:
        assert "./inference.py" in tar.getnames()
    job = steps["Score"]["Metadata"]["TransformJob"]["Arn"].rpartition("/")[2]
    output = sagemaker.describe_transform_job(TransformJobName=job)["TransformOutput"]["S3OutputPath"]
    scores = workshop.get(f"{output.partition(f'{workshop.bucket}/')[2]}/batch.csv.out")
    assert scores.count(b"\n") > 10
