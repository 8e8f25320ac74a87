"""Tuning and batch transform as processes.

https://docs.aws.amazon.com/sagemaker/latest/dg/automatic-model-tuning-how-it-works.html
https://docs.aws.amazon.com/sagemaker/latest/dg/batch-transform.html
"""

import io
import tarfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from scripts.localaws.services.sagemaker.jobs import batches
from tests.localaws.conftest import Aws, refused
from tests.localaws.containers import RESOURCES, Workshop, ended

pytestmark = [pytest.mark.local_only, pytest.mark.slow]
SERVER = """\
import http.server, pathlib
WORD = pathlib.Path("/opt/ml/model/word").read_text()
class Handler(http.server.BaseHTTPRequestHandler):
    def do_GET(self):
        self.answer(200, b"")
    def do_POST(self):
        body = self.rfile.read(int(self.headers["Content-Length"]))
        if b"bad" in body:
            return self.answer(400, b"bad record")
        self.answer(200, b"".join(line.strip() + WORD.encode() + b"\\n" for line in body.splitlines()))
    def answer(self, status, body):
        self.send_response(status)
        self.send_header("Content-Type", "text/csv")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)
http.server.HTTPServer(("", 8080), Handler).serve_forever()
"""
DOCKERFILE = 'FROM python:3.11-slim\nCOPY serve.py /opt/serve.py\nENTRYPOINT ["python", "/opt/serve.py"]\n'
TRAIN = """\
import json
values = json.load(open("/opt/ml/input/config/hyperparameters.json"))
assert values["_tuning_objective_metric"] == "score" and values["model"] == "m"
print("score=" + values["rate"])
"""


@pytest.fixture(scope="module")
def workshop(aws: Aws, member: Callable[[str], str], tmp_path_factory: pytest.TempPathFactory) -> Workshop:
    workshop = Workshop(aws, member("models-spoke")).build()
    workshop.push(tmp_path_factory.mktemp("image"), "1")
    return workshop


@pytest.fixture(scope="module")
def model(workshop: Workshop, tmp_path_factory: pytest.TempPathFactory) -> str:
    """A model of two containers: the first adds `+a` to each line, the second `+b`."""
    folder = tmp_path_factory.mktemp("server")
    (folder / "serve.py").write_text(SERVER)
    image = workshop.push(folder, "serve", DOCKERFILE)
    containers = [{"Image": image, "ModelDataUrl": _archive(workshop, word)} for word in ("+a", "+b")]
    workshop("sagemaker").create_model(ModelName="adds", Containers=containers, ExecutionRoleArn=workshop.role)
    return "adds"


def _archive(workshop: Workshop, word: str) -> str:
    buffer = io.BytesIO()
    with tarfile.open(fileobj=buffer, mode="w:gz") as tar:
        entry = tarfile.TarInfo("word")
        entry.size = len(word)
        tar.addfile(entry, io.BytesIO(word.encode()))
    workshop("s3").put_object(Bucket=workshop.bucket, Key=f"models/{word}.tar.gz", Body=buffer.getvalue())
    return f"s3://{workshop.bucket}/models/{word}.tar.gz"


def _transform(workshop: Workshop, name: str, model: str, text: str, **source: Any) -> dict[str, Any]:
    uri = workshop.put(f"{name}/in/rows.csv", text).rpartition("/")[0]
    data = {"DataSource": {"S3DataSource": {"S3DataType": "S3Prefix", "S3Uri": uri}}, "ContentType": "text/csv"}
    workshop("sagemaker").create_transform_job(
        TransformJobName=name,
        ModelName=model,
        TransformInput={**data, **source},
        TransformOutput={"S3OutputPath": f"s3://{workshop.bucket}/{name}/out", "AssembleWith": "Line"},
        TransformResources={"InstanceType": "ml.m5.large", "InstanceCount": 1},
    )
    return ended(workshop("sagemaker").describe_transform_job, "TransformJob", name)


def test_a_transform_sends_the_records_through_every_container(workshop: Workshop, model: str) -> None:
    job = _transform(workshop, "through", model, "1\n2\n", SplitType="Line")
    assert job["TransformJobStatus"] == "Completed", job["FailureReason"]
    assert workshop.get("through/out/rows.csv.out") == b"1+a+b\n2+a+b\n"
    streams = workshop("logs").describe_log_streams(logGroupName="/aws/sagemaker/TransformJobs")["logStreams"]
    assert streams[0]["logStreamName"].startswith("through/")


def test_a_record_that_the_model_refuses_fails_the_transform(workshop: Workshop, model: str) -> None:
    job = _transform(workshop, "refuses", model, "1\nbad\n", SplitType="Line")
    assert "/invocations answered 400: bad record" in job["FailureReason"]
    assert workshop("s3").list_objects_v2(Bucket=workshop.bucket, Prefix="refuses/out")["KeyCount"] == 0


def test_a_server_that_ends_fails_the_transform(workshop: Workshop) -> None:
    image = f"{workshop.image}"  # `python serve`: there is no such file
    workshop("sagemaker").create_model(
        ModelName="ends", PrimaryContainer={"Image": image}, ExecutionRoleArn=workshop.role
    )
    job = _transform(workshop, "ends", "ends", "1")
    assert "the server ended with exit code 2" in job["FailureReason"]


@pytest.mark.parametrize(
    ("split_type", "strategy", "payloads"),
    [
        ("None", "MultiRecord", [b"12\n34\n56\n"]),
        ("Line", "MultiRecord", [b"12\n34\n", b"56\n"]),
        ("Line", "SingleRecord", [b"12\n", b"34\n", b"56\n"]),
    ],
)
def test_a_file_is_split_into_payloads(split_type: str, strategy: str, payloads: list[bytes]) -> None:
    assert list(batches.split(b"12\n34\n56\n", split_type, strategy, 8)) == payloads


def _tuning(workshop: Workshop, name: str, program: str) -> dict[str, Any]:
    definition = workshop.training("x", program)
    del definition["TrainingJobName"]
    definition["AlgorithmSpecification"] = {"TrainingImage": workshop.image, "TrainingInputMode": "File"}
    definition["AlgorithmSpecification"]["MetricDefinitions"] = [{"Name": "score", "Regex": "score=(.*)"}]
    rates = [{"Name": "rate", "MinValue": "0.1", "MaxValue": "10", "ScalingType": "Logarithmic"}]
    workshop("sagemaker").create_hyper_parameter_tuning_job(
        HyperParameterTuningJobName=name,
        HyperParameterTuningJobConfig={
            "Strategy": "Bayesian",
            "HyperParameterTuningJobObjective": {"Type": "Maximize", "MetricName": "score"},
            "ResourceLimits": {"MaxNumberOfTrainingJobs": 3, "MaxParallelTrainingJobs": 2},
            "ParameterRanges": {"ContinuousParameterRanges": rates},
        },
        TrainingJobDefinition={**definition, "StaticHyperParameters": {"model": "m"}},
    )
    describe = workshop("sagemaker").describe_hyper_parameter_tuning_job
    return ended(describe, "HyperParameterTuningJob", name)


@pytest.fixture(scope="module")
def trainer(workshop: Workshop, tmp_path_factory: pytest.TempPathFactory) -> Workshop:
    """The workshop with an image that has a program of its own: a tuning job names none."""
    dockerfile = 'FROM python:3.11-slim\nCOPY train /opt/train\nWORKDIR /opt\nENTRYPOINT ["python"]\n'
    workshop.push(tmp_path_factory.mktemp("train"), "1", dockerfile, train=TRAIN)
    return workshop


def test_tuning_chooses_the_training_job_with_the_best_objective(trainer: Workshop) -> None:
    job = _tuning(trainer, "chooses", "")
    assert job["HyperParameterTuningJobStatus"] == "Completed", job["FailureReason"]
    assert job["TrainingJobStatusCounters"]["Completed"] == 3
    summaries = trainer("sagemaker").list_training_jobs_for_hyper_parameter_tuning_job(
        HyperParameterTuningJobName="chooses", SortBy="FinalObjectiveMetricValue", SortOrder="Descending"
    )["TrainingJobSummaries"]
    values = [summary["FinalHyperParameterTuningJobObjectiveMetric"]["Value"] for summary in summaries]
    assert values == sorted(values, reverse=True)
    assert all(0.1 <= value <= 10 for value in values)
    assert len(set(values)) == 3
    assert job["BestTrainingJob"]["TrainingJobName"] == summaries[0]["TrainingJobName"]
    training = trainer("sagemaker").describe_training_job(TrainingJobName=summaries[0]["TrainingJobName"])
    assert training["TuningJobArn"] == job["HyperParameterTuningJobArn"]
    assert float(training["HyperParameters"]["rate"]) == pytest.approx(values[0])


def test_tuning_without_an_objective_fails(workshop: Workshop, tmp_path: Path) -> None:
    silent = 'FROM python:3.11-slim\nENTRYPOINT ["python", "-c", "0"]\n'
    workshop.push(tmp_path, "1", silent)
    job = _tuning(workshop, "silent", "")
    assert job["FailureReason"].startswith("ClientError: No objective metrics found after running 3 training jobs.")


def test_a_logarithmic_range_begins_above_zero(workshop: Workshop) -> None:
    """API_ContinuousParameterRange."""
    ranges = {"ContinuousParameterRanges": [{"Name": "rate", "MinValue": "0", "MaxValue": "1"}]}
    ranges["ContinuousParameterRanges"][0]["ScalingType"] = "Logarithmic"
    definition = workshop.training("x", "")
    definition.pop("TrainingJobName")
    definition["AlgorithmSpecification"].pop("ContainerEntrypoint")
    limits = {"MaxNumberOfTrainingJobs": 1, "MaxParallelTrainingJobs": 1}
    config = {"Strategy": "Random", "ResourceLimits": limits, "ParameterRanges": ranges}
    config["HyperParameterTuningJobObjective"] = {"Type": "Minimize", "MetricName": "x"}
    code, _, _ = refused(
        workshop("sagemaker").create_hyper_parameter_tuning_job,
        HyperParameterTuningJobName="zero",
        HyperParameterTuningJobConfig=config,
        TrainingJobDefinition={**definition, "ResourceConfig": RESOURCES},
    )
    assert code == "ValidationException"
