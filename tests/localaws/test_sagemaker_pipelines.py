"""Executions of pipelines: order, references, conditions, property files, retries, cache, stop, retry, registration.

https://docs.aws.amazon.com/sagemaker/latest/dg/build-and-manage-pipeline.html
"""

import json
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from tests.localaws.conftest import Aws, refused
from tests.localaws.containers import ALL, DOCKERFILE, Workshop
from tests.localaws.pipeline_steps import create, ended, execute, fail, get, processing, steps
from tests.localaws.pipelines import until

pytestmark = pytest.mark.local_only


@pytest.fixture(scope="module")
def workshop(aws: Aws, member: Callable[[str], str], tmp_path_factory: pytest.TempPathFactory) -> Workshop:
    workshop = Workshop(aws, member("pipelines-spoke")).build()
    workshop.push(tmp_path_factory.mktemp("image"), "1")
    return workshop


def _package(container: dict[str, Any], report: dict[str, Any]) -> dict[str, Any]:
    """The arguments of the registration."""
    return {
        "ModelPackageGroupName": "chain",
        "ModelApprovalStatus": "PendingManualApproval",
        "InferenceSpecification": {
            "Containers": [container],
            "SupportedContentTypes": ["text/csv"],
            "SupportedResponseMIMETypes": ["text/csv"],
        },
        "CustomerMetadataProperties": {
            "text": {"Std:JsonGet": {**report, "Path": "text"}},
            "run": get("Execution.PipelineExecutionArn"),
        },
    }


@pytest.fixture(scope="module")
def chain(workshop: Workshop) -> str:
    """A training pipeline: processing, training, condition on a JSON document; then model and registration."""
    write = (
        "import json; json.dump({'metrics': {'f1': 0.9}, 'text': 'nine'}, open('/opt/ml/processing/out/e.json', 'w'))"
    )
    file = {"PropertyFileName": "Report", "OutputName": "out", "FilePath": "e.json"}
    evaluate = processing(workshop, "Evaluate", write, "chain/evaluation", PropertyFiles=[file])
    train = workshop.training("Train", "open('/opt/ml/model/m', 'w').write(open('/opt/ml/input/data/e/e.json').read())")
    del train["TrainingJobName"]
    train["InputDataConfig"].append(
        workshop.channel("e", get("Steps.Evaluate.ProcessingOutputConfig.Outputs['out'].S3Output.S3Uri"))  # type: ignore[arg-type]
    )
    report = {"PropertyFile": get("Steps.Evaluate.PropertyFiles.Report")}
    condition = {
        "Type": "GreaterThanOrEqualTo",
        "LeftValue": {"Std:JsonGet": {**report, "Path": "metrics.f1"}},
        "RightValue": get("Parameters.Bound"),
    }
    artifacts = get("Steps.Train.ModelArtifacts.S3ModelArtifacts")
    container = {"Image": workshop.image, "ModelDataUrl": artifacts}
    package = _package(container, report)
    model = {"PrimaryContainer": container, "ExecutionRoleArn": workshop.role}
    decide = {
        "Name": "Decide",
        "Type": "Condition",
        "Arguments": {
            "Conditions": [condition],
            "IfSteps": [
                {"Name": "Register", "Type": "RegisterModel", "Arguments": package},
                {"Name": "Model", "Type": "Model", "Arguments": model},
            ],
            "ElseSteps": [fail({"Std:Join": {"On": " ", "Values": ["below", get("Parameters.Bound")]}})],
        },
    }
    bound = {"Name": "Bound", "Type": "Float", "DefaultValue": 0.8}
    training = {"Name": "Train", "Type": "Training", "Arguments": train}
    return create(workshop, decide, training, evaluate, Parameters=[bound])


def test_a_step_reads_what_an_earlier_one_wrote_and_a_condition_its_property_file(
    workshop: Workshop, chain: str
) -> None:
    sagemaker = workshop("sagemaker")
    arn = sagemaker.start_pipeline_execution(PipelineName=chain)["PipelineExecutionArn"]
    execution, by_name = ended(workshop, arn)
    assert execution["PipelineExecutionStatus"] == "Succeeded", by_name
    assert set(by_name) == {"Evaluate", "Train", "Decide", "Register", "Model"}
    assert by_name["Evaluate"]["EndTime"] <= by_name["Train"]["StartTime"]
    assert by_name["Decide"]["Metadata"] == {"Condition": {"Outcome": "True"}}
    described = sagemaker.describe_model_package(
        ModelPackageName=by_name["Register"]["Metadata"]["RegisterModel"]["Arn"]
    )
    assert described["CustomerMetadataProperties"] == {"text": "nine", "run": arn}
    assert described["MetadataProperties"] == {"GeneratedBy": arn}
    job = by_name["Train"]["Metadata"]["TrainingJob"]["Arn"]
    assert job.rpartition("/")[2].startswith(f"pipelines-{arn.rpartition('/')[2]}-Train-")
    tags = {tag["Key"]: tag["Value"] for tag in sagemaker.list_tags(ResourceArn=job)["Tags"]}
    assert tags["sagemaker:pipeline-execution-arn"] == arn


def test_a_condition_that_does_not_hold_leads_to_the_fail_step(workshop: Workshop, chain: str) -> None:
    """An execution that ended in a Fail step cannot be retried."""
    sagemaker, bound = workshop("sagemaker"), [{"Name": "Bound", "Value": "0.95"}]
    started = sagemaker.start_pipeline_execution(PipelineName=chain, PipelineParameters=bound)
    key = {"PipelineExecutionArn": started["PipelineExecutionArn"]}
    execution, by_name = ended(workshop, key["PipelineExecutionArn"])
    assert (execution["PipelineExecutionStatus"], by_name["Refuse"]["FailureReason"]) == ("Failed", "below 0.95")
    assert execution["FailureReason"] == "Step failure: One or multiple steps failed."
    assert "Register" not in by_name
    assert refused(sagemaker.retry_pipeline_execution, **key)[0] == "ValidationException"
    assert sagemaker.list_pipeline_parameters_for_execution(**key)["PipelineParameters"] == bound


def test_a_step_that_fails_ends_the_execution_and_a_retry_executes_it_again(workshop: Workshop) -> None:
    """API_RetryPipelineExecution: the steps that succeeded are not executed again."""
    first = processing(workshop, "First", "print(1)")
    uri = f"s3://{workshop.bucket}/again"
    source = {"S3Uri": uri, "LocalPath": "/opt/ml/processing/a", "S3DataType": "S3Prefix", "S3InputMode": "File"}
    inputs = [{"InputName": "a", "S3Input": source}]
    second = processing(workshop, "Second", "", arguments={"ProcessingInputs": inputs}, DependsOn=["First"])
    second["Arguments"]["AppSpecification"]["ContainerArguments"] = ["-c", "1"]
    third = processing(workshop, "Third", "", DependsOn=["Second"])
    execution, by_name = execute(workshop, first, second, third)
    arn = execution["PipelineExecutionArn"]
    assert set(by_name) == {"First", "Second"}
    assert "No S3 objects found" in by_name["Second"]["FailureReason"]
    workshop.put("again/x", "x")
    workshop("sagemaker").retry_pipeline_execution(PipelineExecutionArn=arn)
    execution, again = ended(workshop, arn)
    assert (execution["PipelineExecutionStatus"], set(again)) == ("Succeeded", {"First", "Second", "Third"})
    assert again["First"]["Metadata"] == by_name["First"]["Metadata"]
    assert refused(workshop("sagemaker").retry_pipeline_execution, PipelineExecutionArn=arn)[0] == "ConflictException"


def test_a_call_that_the_role_may_not_make_fails_the_step_in_aws_s_words(workshop: Workshop) -> None:
    """Each step is a call of the role's session sagemaker-pipeline-EXECUTION-STEP."""
    denied = {"Effect": "Deny", "Action": "sagemaker:CreateProcessingJob", "Resource": "*"}
    role = workshop.make_role("no-jobs", ALL, denied)
    execution, by_name = execute(workshop, processing(workshop, "Denied", ""), role=role)
    id = execution["PipelineExecutionArn"].rpartition("/")[2]
    reason = by_name["Denied"]["FailureReason"]
    session = f"assumed-role/no-jobs/sagemaker-pipeline-{id}-Denied"
    assert reason.startswith("ClientError: Failed to invoke sagemaker:CreateProcessingJob. Error Details: User: ")
    assert f"{session} is not authorized to perform: sagemaker:CreateProcessingJob" in reason
    assert reason.endswith("StepId Denied. No retry policy configured.")


def test_a_property_file_is_read_as_the_pipeline_s_role_from_outside_of_the_network(workshop: Workshop) -> None:
    """https://docs.aws.amazon.com/sagemaker/latest/dg/build-and-manage-access.html"""
    denied = {"Effect": "Deny", "Action": "s3:GetObject", "Resource": f"arn:aws:s3:::{workshop.bucket}/closed/*"}
    role = workshop.make_role("no-report", ALL, denied)
    file = {"PropertyFileName": "Report", "OutputName": "out", "FilePath": "e.json"}
    write = "open('/opt/ml/processing/out/e.json', 'w').write('{}')"
    evaluate = processing(workshop, "Evaluate", write, "closed", PropertyFiles=[file])
    left = {"Std:JsonGet": {"PropertyFile": get("Steps.Evaluate.PropertyFiles.Report"), "Path": "x"}}
    condition = {"Type": "Equals", "LeftValue": left, "RightValue": 1}
    decide = {"Name": "Decide", "Type": "Condition", "Arguments": {"Conditions": [condition]}}
    _, by_name = execute(workshop, evaluate, decide, role=role)
    assert "Unable to read the property file" in by_name["Decide"]["FailureReason"]
    _, by_name = execute(workshop, evaluate, decide)
    assert by_name["Decide"]["FailureReason"] == "ClientError: Unable to resolve x: there is no x."


def test_a_policy_retries_an_internal_error_and_nothing_else(workshop: Workshop, tmp_path: Path) -> None:
    """https://docs.aws.amazon.com/sagemaker/latest/dg/pipelines-retry-policy.html"""
    pip = f"{DOCKERFILE}COPY r /opt/r\nRUN pip install -r /opt/r\n"
    image = workshop.push(tmp_path, "broken", pip, r="./there-is-no-such.whl\n")
    kinds = ["SageMaker.JOB_INTERNAL_ERROR"]
    retry = {"RetryPolicies": [{"ExceptionType": kinds, "IntervalSeconds": 300, "BackoffRate": 1.0, "MaxAttempts": 1}]}
    broken = processing(workshop, "Broken", "", arguments={"AppSpecification": {"ImageUri": image}}, **retry)
    wrong = processing(workshop, "Wrong", "raise SystemExit(1)", **retry)
    name = create(workshop, broken, wrong)
    arn = workshop("sagemaker").start_pipeline_execution(PipelineName=name)["PipelineExecutionArn"]
    until(lambda: workshop("sagemaker").list_processing_jobs(NameContains="Broken")["ProcessingJobSummaries"])
    until(lambda: _status_of_newest(workshop, "Broken") == "Failed")
    assert steps(workshop, arn)["Broken"]["AttemptCount"] == 1
    while steps(workshop, arn)["Broken"]["AttemptCount"] == 1:
        workshop.aws.advance(100)
    _, by_name = ended(workshop, arn)
    assert "the image's packages cannot be installed" in by_name["Broken"]["FailureReason"]
    assert (by_name["Broken"]["AttemptCount"], by_name["Wrong"]["AttemptCount"]) == (2, 1)


def _status_of_newest(workshop: Workshop, name: str) -> str:
    jobs = workshop("sagemaker").list_processing_jobs(NameContains=name)["ProcessingJobSummaries"]
    return str(jobs[0]["ProcessingJobStatus"])


def test_a_cached_step_uses_the_result_of_an_earlier_execution(workshop: Workshop) -> None:
    """https://docs.aws.amazon.com/sagemaker/latest/dg/pipelines-caching.html"""
    config = {"CacheConfig": {"Enabled": True, "ExpireAfter": "PT1H"}}
    word = {"Name": "Word", "Type": "String", "DefaultValue": "a"}
    step = processing(workshop, "Cached", "", arguments={"Environment": {"WORD": get("Parameters.Word")}}, **config)
    name, start = create(workshop, step, Parameters=[word]), workshop("sagemaker").start_pipeline_execution
    first = start(PipelineName=name)["PipelineExecutionArn"]
    _, before = ended(workshop, first)
    _, after = ended(workshop, start(PipelineName=name)["PipelineExecutionArn"])
    assert after["Cached"]["CacheHitResult"] == {"SourcePipelineExecutionArn": first}
    assert after["Cached"]["Metadata"] == before["Cached"]["Metadata"]
    other = start(PipelineName=name, PipelineParameters=[{"Name": "Word", "Value": "b"}])["PipelineExecutionArn"]
    assert "CacheHitResult" not in ended(workshop, other)[1]["Cached"]


def test_no_more_steps_run_at_once_than_the_limit_allows(workshop: Workshop) -> None:
    sagemaker, program = workshop("sagemaker"), "import time; time.sleep(0.5)"
    name = create(workshop, *(processing(workshop, f"S{number}", program) for number in range(2)))
    limit = {"MaxParallelExecutionSteps": 1}
    for configuration, is_apart in ((limit, True), ({"MaxParallelExecutionSteps": 2}, False)):
        started = sagemaker.start_pipeline_execution(PipelineName=name, ParallelismConfiguration=configuration)
        _, by_name = ended(workshop, started["PipelineExecutionArn"])
        spans = sorted((step["StartTime"], step["EndTime"]) for step in by_name.values())
        assert (spans[0][1] <= spans[1][0]) is is_apart


def test_a_stopped_execution_stops_its_jobs(workshop: Workshop) -> None:
    sagemaker = workshop("sagemaker")
    long = processing(workshop, "Long", "import time; time.sleep(1000)")
    name = create(workshop, long, processing(workshop, "Later", "", DependsOn=["Long"]))
    arn = sagemaker.start_pipeline_execution(PipelineName=name)["PipelineExecutionArn"]
    deadline = time.monotonic() + 60
    while (
        "ProcessingJob" not in steps(workshop, arn).get("Long", {}).get("Metadata", {}) and time.monotonic() < deadline
    ):
        time.sleep(0.02)
    sagemaker.stop_pipeline_execution(PipelineExecutionArn=arn)
    execution, by_name = ended(workshop, arn)
    assert (execution["PipelineExecutionStatus"], by_name["Long"]["StepStatus"]) == ("Stopped", "Stopped")
    job = by_name["Long"]["Metadata"]["ProcessingJob"]["Arn"].rpartition("/")[2]
    assert sagemaker.describe_processing_job(ProcessingJobName=job)["ProcessingJobStatus"] == "Stopped"
    assert "Later" not in by_name
    assert refused(sagemaker.stop_pipeline_execution, PipelineExecutionArn=arn)[0] == "ConflictException"


def test_an_execution_is_started_once_for_a_token_and_keeps_its_definition(workshop: Workshop) -> None:
    sagemaker, name = workshop("sagemaker"), create(workshop, fail("first"))
    token = {"ClientRequestToken": "t" * 32}
    first = sagemaker.start_pipeline_execution(PipelineName=name, **token)["PipelineExecutionArn"]
    assert sagemaker.start_pipeline_execution(PipelineName=name, **token)["PipelineExecutionArn"] == first
    ended(workshop, first)
    definition = {"Version": "2020-12-01", "Steps": [fail("second")]}
    workshop.put("definition.json", json.dumps(definition))
    location = {"Bucket": workshop.bucket, "ObjectKey": "definition.json"}
    sagemaker.update_pipeline(PipelineName=name, PipelineDefinitionS3Location=location)
    document = sagemaker.describe_pipeline_definition_for_execution(PipelineExecutionArn=first)["PipelineDefinition"]
    assert "first" in document
    second = sagemaker.start_pipeline_execution(PipelineName=name)["PipelineExecutionArn"]
    assert ended(workshop, second)[1]["Refuse"]["FailureReason"] == "second"
    summaries = sagemaker.list_pipeline_executions(PipelineName=name)["PipelineExecutionSummaries"]
    assert [summary["PipelineExecutionArn"] for summary in summaries] == [second, first]
