"""Processing and training jobs as processes: the container's contract, data, logs, metrics, limits, stop.

https://docs.aws.amazon.com/sagemaker/latest/dg/build-your-own-processing-container.html
https://docs.aws.amazon.com/sagemaker/latest/dg/your-algorithms-training-algo-running-container.html
"""

import io
import json
import os
import tarfile
import tempfile
import time
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from typing import Any

import psutil
import pytest

from tests.localaws.conftest import Aws, refused, started
from tests.localaws.containers import ALL, Workshop, ended, received

pytestmark = pytest.mark.local_only


@pytest.fixture(scope="module")
def workshop(aws: Aws, member: Callable[[str], str], tmp_path_factory: pytest.TempPathFactory) -> Workshop:
    workshop = Workshop(aws, member("jobs-spoke")).build()
    workshop.push(tmp_path_factory.mktemp("image"), "1")
    return workshop


def _io(workshop: Workshop, name: str) -> dict[str, Any]:
    """One input and one output of a processing job."""
    uri = workshop.put(f"{name}/in/a.txt", "data").rpartition("/")[0]
    base = {"S3Uri": uri, "LocalPath": "/opt/ml/processing/input/x", "S3DataType": "S3Prefix", "S3InputMode": "File"}
    target = {"S3Uri": f"s3://{workshop.bucket}/{name}/out", "LocalPath": "/opt/ml/processing/output/y"}
    outputs = [{"OutputName": "y", "S3Output": {**target, "S3UploadMode": "EndOfJob"}}]
    return {
        "ProcessingInputs": [{"InputName": "x", "S3Input": base}],
        "ProcessingOutputConfig": {"Outputs": outputs},
    }


def test_a_processing_job_reads_its_input_and_writes_its_output(workshop: Workshop) -> None:
    program = (
        "import os, json; o = '/opt/ml/'; t = open(o + 'processing/input/x/a.txt').read(); "
        "j = json.load(open(o + 'config/processingjobconfig.json'))['ProcessingJobName']; "
        "open(o + 'processing/output/y/b.txt', 'w').write(t + j + os.environ['WORD'])"
    )
    job = workshop.process("reads", program, Environment={"WORD": "!"}, **_io(workshop, "reads"))
    assert job["ProcessingJobStatus"] == "Completed", job["FailureReason"]
    assert workshop.get("reads/out/b.txt") == b"datareads!"
    assert job["ProcessingStartTime"] <= job["ProcessingEndTime"]


def test_a_processing_job_fails_with_its_exit_code_and_its_message_and_uploads_nothing(workshop: Workshop) -> None:
    program = (
        "import sys; open('/opt/ml/output/message', 'w').write('no rows'); "
        "open('/opt/ml/processing/output/y/b.txt', 'w').write(''); print('why'); sys.exit(3)"
    )
    job = workshop.process("fails", program, **_io(workshop, "fails"))
    assert (job["ProcessingJobStatus"], job["ExitMessage"]) == ("Failed", "no rows")
    assert job["FailureReason"] == "AlgorithmError: , exit code: 3"
    assert workshop("s3").list_objects_v2(Bucket=workshop.bucket, Prefix="fails/out")["KeyCount"] == 0
    logs = workshop("logs")
    (stream,) = logs.describe_log_streams(logGroupName="/aws/sagemaker/ProcessingJobs", logStreamNamePrefix="fails/")[
        "logStreams"
    ]
    events = logs.get_log_events(
        logGroupName="/aws/sagemaker/ProcessingJobs", logStreamName=stream["logStreamName"], startFromHead=True
    )["events"]
    assert [event["message"] for event in events] == ["why"]


def test_what_a_container_writes_outside_of_opt_ml_vanishes(workshop: Workshop) -> None:
    """The container is root in a file system of its own and sees no process but its own."""
    program = (
        "import os, tempfile; open('/usr/local/bin/mark-17', 'w'); open(tempfile.gettempdir() + '/mark-17', 'w'); "
        "open('/opt/ml/output/message', 'w').write(f'{os.getuid()} {os.getpid()} {os.path.exists(\"/home/mark\")}')"
    )
    assert workshop.process("writes", program)["ExitMessage"] == "0 1 False"
    assert not Path("/usr/local/bin/mark-17").exists()
    assert not Path(tempfile.gettempdir(), "mark-17").exists()
    assert not Path("/opt/ml").exists()


def test_an_isolated_container_has_neither_network_nor_credentials_and_another_has_the_role(
    workshop: Workshop,
) -> None:
    program = (
        "import os, socket; u = os.environ.get('AWS_ENDPOINT_URL', '').rpartition(':')[2]; s = socket.socket(); "
        "e = s.connect_ex(('1.1.1.1', 9)) if not u else s.connect_ex(('127.0.0.1', int(u))); "
        "open('/opt/ml/output/message', 'w').write(f'{e} {bool(os.environ.get(\"AWS_ACCESS_KEY_ID\"))}')"
    )
    isolated = workshop.process("isolated", program, NetworkConfig={"EnableNetworkIsolation": True})
    assert isolated["ExitMessage"] == "101 False"  # the network is unreachable
    assert workshop.process("open", program)["ExitMessage"] == "0 True"


def test_a_container_may_not_use_more_memory_than_its_instance_has(workshop: Workshop) -> None:
    cluster = {"InstanceType": "ml.t3.medium", "InstanceCount": 1, "VolumeSizeInGB": 1}
    resources = {"ProcessingResources": {"ClusterConfig": cluster}}
    assert workshop.process("small", "import mmap; mmap.mmap(-1, 5 * 2**30)", **resources)["FailureReason"] != ""
    assert workshop.process("large", "import mmap; mmap.mmap(-1, 5 * 2**30)")["ProcessingJobStatus"] == "Completed"


def test_a_job_without_its_data_says_which(workshop: Workshop) -> None:
    request = _io(workshop, "lost")
    request["ProcessingInputs"][0]["S3Input"]["S3Uri"] = f"s3://{workshop.bucket}/nowhere"
    job = workshop.process("lost", "", **request)
    assert job["FailureReason"].startswith(f'ClientError: No S3 objects found under S3 URL "s3://{workshop.bucket}/now')
    role = workshop.make_role("no-data", ALL, {"Effect": "Deny", "Action": "s3:GetObject", "Resource": "*"})
    job = workshop.process("denied", "", **_io(workshop, "denied"), RoleArn=role)
    assert "is not authorized to perform: s3:GetObject on resource: " in job["FailureReason"]


@pytest.mark.parametrize(
    ("kind", "image", "reason"),
    [
        ("elsewhere", "docker.io/library/python:3", "is no image of Amazon ECR"),
        ("absent", "{image}@sha256:" + "0" * 64, "Requested image not found"),
    ],
)
def test_an_image_that_is_not_in_the_registry_fails_the_job(
    workshop: Workshop, kind: str, image: str, reason: str
) -> None:
    uri = image.format(image=workshop.image.rpartition(":")[0])
    job = workshop.process(f"image-{kind}", "", AppSpecification={"ImageUri": uri})
    assert job["FailureReason"].startswith("ClientError: Cannot pull algorithm container.")
    assert reason in job["FailureReason"]


def test_an_image_that_the_role_may_not_pull_fails_the_job(workshop: Workshop) -> None:
    role = workshop.make_role("no-pull", ALL, {"Effect": "Deny", "Action": "ecr:BatchGetImage", "Resource": "*"})
    job = workshop.process("no-pull", "", RoleArn=role)
    assert "not authorized to perform: ecr:BatchGetImage" in job["FailureReason"]


def test_an_image_that_does_not_run_as_root_fails_the_job(workshop: Workshop, tmp_path: Path) -> None:
    """https://docs.aws.amazon.com/sagemaker/latest/dg/build-your-own-processing-container.html"""
    dockerfile = "FROM python:3.11-slim\nRUN useradd --uid 1000 worker\nUSER worker\n"
    job = workshop.process("worker", "", AppSpecification={"ImageUri": workshop.push(tmp_path, "2", dockerfile)})
    assert "USER worker; SageMaker expects root" in job["FailureReason"]


def test_a_role_that_sagemaker_cannot_assume_refuses_the_job(workshop: Workshop) -> None:
    role = workshop.make_role("stranger", ALL, service="lambda.amazonaws.com")
    code, _, message = refused(workshop.start, name="stranger", program="", RoleArn=role)
    assert (code, message.split(".")[0]) == ("ValidationException", f"Could not assume role {role}")
    assert refused(workshop("sagemaker").describe_processing_job, ProcessingJobName="stranger")[0] != ""


def test_a_training_job_trains_with_hyperparameters_channels_and_metrics(workshop: Workshop) -> None:
    program = (
        "import json, os; i = '/opt/ml/input/'; h = json.load(open(i + 'config/hyperparameters.json')); "
        "d = open(i + 'data/train/a.csv').read(); print('accuracy=0.5;'); print('accuracy=0.75;'); "
        "open('/opt/ml/model/m', 'w').write(h['depth'] + d + os.environ['TRAINING_JOB_NAME']); "
        "open('/opt/ml/output/data/o', 'w')"
    )
    uri = workshop.put("train/a.csv", "1,2").rpartition("/")[0]
    request = workshop.training("trains", program, HyperParameters={"depth": "3"})
    request["InputDataConfig"].append(workshop.channel("train", uri))
    request["AlgorithmSpecification"]["MetricDefinitions"] = [{"Name": "accuracy", "Regex": "accuracy=(.*?);"}]
    workshop("sagemaker").create_training_job(**request)
    job = ended(workshop("sagemaker").describe_training_job, "TrainingJob", "trains")
    assert job["TrainingJobStatus"] == "Completed", job["FailureReason"]
    assert [(metric["MetricName"], metric["Value"]) for metric in job["FinalMetricDataList"]] == [("accuracy", 0.75)]
    archive = workshop.get(job["ModelArtifacts"]["S3ModelArtifacts"].partition(f"{workshop.bucket}/")[2])
    with tarfile.open(fileobj=io.BytesIO(archive)) as tar:
        assert tar.extractfile("./m").read() == b"31,2trains"  # type: ignore[union-attr]
    assert workshop.get("models/trains/output/output.tar.gz")
    statuses = [transition["Status"] for transition in job["SecondaryStatusTransitions"]]
    assert statuses == ["Starting", "Downloading", "Training", "Uploading", "Completed"]
    statistics = workshop("cloudwatch").get_metric_statistics(
        Namespace="/aws/sagemaker/TrainingJobs",
        MetricName="accuracy",
        Dimensions=[{"Name": "TrainingJobName", "Value": "trains"}],
        StartTime=job["CreationTime"] - timedelta(minutes=5),
        EndTime=job["TrainingEndTime"] + timedelta(minutes=5),
        Period=3600,
        Statistics=["Maximum"],
    )
    assert [point["Maximum"] for point in statistics["Datapoints"]] == [0.75]


def test_what_a_job_uploads_is_encrypted_under_its_key(workshop: Workshop) -> None:
    key = workshop("kms").create_key()["KeyMetadata"]["Arn"]
    target = {"S3OutputPath": f"s3://{workshop.bucket}/models", "KmsKeyId": key}
    job = workshop.train("sealed", "open('/opt/ml/model/m', 'w')", OutputDataConfig=target)
    assert job["TrainingJobStatus"] == "Completed", job["FailureReason"]
    head = workshop("s3").head_object(Bucket=workshop.bucket, Key="models/sealed/output/model.tar.gz")
    assert (head["ServerSideEncryption"], head["SSEKMSKeyId"]) == ("aws:kms", key)


def test_a_training_job_fails_with_the_words_of_its_failure_file(workshop: Workshop) -> None:
    program = "import sys; open('/opt/ml/output/failure', 'w').write('one class only'); sys.exit(1)"
    assert workshop.train("fails", program)["FailureReason"] == "AlgorithmError: one class only, exit code: 1"


def test_a_training_job_that_runs_too_long_is_stopped_and_keeps_what_it_saved(workshop: Workshop) -> None:
    """API_StoppingCondition: SIGTERM first, so that the algorithm saves its model."""
    program = (
        "import signal, sys, time\n"
        "def save(*_):\n    open('/opt/ml/model/m', 'w'); sys.exit(0)\n"
        "signal.signal(signal.SIGTERM, save)\nwhile True: time.sleep(1)\n"
    )
    job = workshop.train("long", program, StoppingCondition={"MaxRuntimeInSeconds": 2})
    assert (job["TrainingJobStatus"], job["SecondaryStatus"]) == ("Stopped", "MaxRuntimeExceeded")
    assert workshop.get("models/long/output/model.tar.gz")


def test_a_stopped_job_ends_with_its_processes(workshop: Workshop) -> None:
    """API_StopProcessingJob; a job that has ended cannot be stopped."""
    sagemaker = workshop("sagemaker")
    workshop.start("stops", "import subprocess; subprocess.run(['sleep', '1017'])")
    deadline = time.monotonic() + 60
    while not _sleeps("1017") and time.monotonic() < deadline:
        time.sleep(0.05)
    sagemaker.stop_processing_job(ProcessingJobName="stops")
    assert ended(sagemaker.describe_processing_job, "ProcessingJob", "stops")["ProcessingJobStatus"] == "Stopped"
    assert not _sleeps("1017")
    assert refused(sagemaker.stop_processing_job, ProcessingJobName="stops")[0] == "ValidationException"


def _sleeps(seconds: str) -> bool:
    """Whether a process of this machine sleeps so long."""
    return any(process.info["cmdline"] == ["sleep", seconds] for process in psutil.process_iter(["cmdline"]))


def test_jobs_are_listed_by_status(workshop: Workshop) -> None:
    workshop.train("listed", "")
    summaries = workshop("sagemaker").list_training_jobs(StatusEquals="Completed", NameContains="listed")
    assert [job["TrainingJobName"] for job in summaries["TrainingJobSummaries"]] == ["listed"]
    code, _, message = refused(workshop("sagemaker").create_training_job, **workshop.training("listed", ""))
    assert (code, "must be unique" in message) == ("ResourceInUse", True)


def test_a_job_sends_events(workshop: Workshop) -> None:
    """https://docs.aws.amazon.com/sagemaker/latest/dg/automating-sagemaker-with-eventbridge.html#eventbridge-training"""
    queue = workshop("sqs").create_queue(QueueName="jobs")["QueueUrl"]
    arn = workshop("sqs").get_queue_attributes(QueueUrl=queue, AttributeNames=["QueueArn"])["Attributes"]["QueueArn"]
    pattern = {"source": ["aws.sagemaker"], "detail": {"TrainingJobName": ["sends"], "TrainingJobStatus": ["Failed"]}}
    workshop("events").put_rule(Name="jobs", EventPattern=json.dumps(pattern))
    workshop("events").put_targets(Rule="jobs", Targets=[{"Id": "q", "Arn": arn}])
    job = workshop.train("sends", "raise SystemExit(2)", Tags=[{"Key": "a", "Value": "b"}])
    (event,) = received(workshop("sqs"), queue, 1)
    assert (event["detail-type"], event["resources"]) == (
        "SageMaker Training Job State Change",
        [job["TrainingJobArn"]],
    )
    assert (event["detail"]["FailureReason"], event["detail"]["Tags"]) == (job["FailureReason"], {"a": "b"})


def test_a_role_without_a_right_that_every_job_needs_fails_the_job(workshop: Workshop) -> None:
    """https://docs.aws.amazon.com/sagemaker/latest/dg/sagemaker-roles.html"""
    role = workshop.make_role("no-metrics", ALL, {"Effect": "Deny", "Action": "cloudwatch:*", "Resource": "*"})
    reason = workshop.process("no-metrics", "", RoleArn=role)["FailureReason"]
    assert reason.startswith("ClientError: User: ")
    assert "is not authorized to perform: cloudwatch:PutMetricData" in reason


def test_a_machine_without_namespaces_runs_no_container(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The program `unshare` of this test answers as it does where the kernel forbids user namespaces."""
    program = tmp_path / "unshare"
    program.write_text("#!/bin/sh\necho 'unshare: unshare failed: Operation not permitted'; exit 1\n")
    program.chmod(0o755)
    monkeypatch.setenv("PATH", f"{tmp_path}:{os.environ['PATH']}")
    with started(tmp_path) as server:
        aws = Aws(server.endpoint)
        workshop = Workshop(aws, aws("sts").get_caller_identity()["Account"]).build()
        workshop.push(tmp_path, "1")
        job = workshop.process("forbidden", "print(1)")
    assert job["ProcessingJobStatus"] == "Failed"
    assert "unshare failed: Operation not permitted; allow unprivileged user namespaces" in job["FailureReason"]
