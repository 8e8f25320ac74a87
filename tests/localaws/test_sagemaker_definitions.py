"""Definitions that AWS refuses, and what the service itself makes and sends: experiments, events, network.

https://docs.aws.amazon.com/sagemaker/latest/dg/pipelines-experiments.html
"""

import json
from collections.abc import Callable
from typing import Any

import pytest

from tests.localaws.conftest import Aws, refused
from tests.localaws.containers import ALL, RESOURCES, Workshop, policy, received
from tests.localaws.pipeline_steps import Document, create, execute, fail, get, processing

pytestmark = pytest.mark.local_only


@pytest.fixture(scope="module")
def workshop(aws: Aws, member: Callable[[str], str], tmp_path_factory: pytest.TempPathFactory) -> Workshop:
    workshop = Workshop(aws, member("definitions-spoke")).build()
    workshop.push(tmp_path_factory.mktemp("image"), "1")
    return workshop


@pytest.mark.parametrize(
    ("change", "problem"),
    [
        ({"Steps": [{"Name": "a b", "Type": "Fail", "Arguments": {"ErrorMessage": "x"}}]}, "Steps.0"),
        ({"Steps": [{"Name": "L", "Type": "Lambda", "Arguments": {}}]}, "'Lambda' is not one of"),
        ({"Steps": [fail("x"), fail("y")]}, "Step names must be unique. Duplicate: Refuse"),
        ({"Steps": [fail(get("Parameters.P"))]}, "refers to the parameter P, which is not declared"),
        ({"Steps": [fail(get("Steps.S.Name"))]}, "depends on an unknown step: S"),
        ({"Steps": [{**fail("x", "A"), "DependsOn": ["B"]}, {**fail("x", "B"), "DependsOn": ["A"]}]}, "in a circle"),
        ({"Steps": [fail("x", "A"), {**fail("x", "B"), "DependsOn": ["A"]}]}, "depends on the Fail step A"),
        ({"Parameters": [{"Name": "P", "Type": "Integer", "DefaultValue": "1"}]}, "Parameters.0"),
        ({"Version": "1"}, "'2020-12-01' was expected"),
    ],
)
def test_a_definition_that_aws_refuses_is_refused(workshop: Workshop, change: Document, problem: str) -> None:
    definition = {"Version": "2020-12-01", "Steps": [], **change}
    code, _, message = refused(
        workshop("sagemaker").create_pipeline,
        PipelineName="refused",
        PipelineDefinition=json.dumps(definition),
        RoleArn=workshop.role,
    )
    assert code == "ValidationException"
    assert message.startswith("Unable to parse pipeline definition. ")
    assert problem in message


@pytest.mark.parametrize(
    ("parameters", "problem"),
    [
        ([{"Name": "Other", "Value": "1"}, {"Name": "Count", "Value": "1"}], "['Other'] are not declared"),
        ([{"Name": "Count", "Value": "many"}], "[Count] is no Integer: 'many'"),
        ([], "[Count] has neither a value nor a default"),
    ],
)
def test_an_execution_needs_the_declared_parameters(workshop: Workshop, parameters: list[Any], problem: str) -> None:
    name = create(workshop, fail("x"), Parameters=[{"Name": "Count", "Type": "Integer"}])
    start = workshop("sagemaker").start_pipeline_execution
    code, _, message = refused(start, PipelineName=name, PipelineParameters=parameters)
    assert code == "ValidationException"
    assert problem in message


def test_the_service_makes_experiment_trial_and_components(workshop: Workshop) -> None:
    """https://docs.aws.amazon.com/sagemaker/latest/dg/pipelines-experiments.html"""
    denied = {"Effect": "Deny", "Action": ["sagemaker:CreateExperiment", "sagemaker:CreateTrial*"], "Resource": "*"}
    role, sagemaker = workshop.make_role("no-trials", ALL, denied), workshop("sagemaker")
    train = workshop.training("Train", "print('loss=2')", HyperParameters={"depth": "3"})
    del train["TrainingJobName"]
    train["AlgorithmSpecification"]["MetricDefinitions"] = [{"Name": "loss", "Regex": "loss=(.*)"}]
    execution, by_name = execute(workshop, {"Name": "Train", "Type": "Training", "Arguments": train}, role=role)
    config = execution["PipelineExperimentConfig"]
    assert config["TrialName"] == execution["PipelineExecutionArn"].rpartition("/")[2]
    trials = sagemaker.list_trials(ExperimentName=config["ExperimentName"])["TrialSummaries"]
    assert [trial["TrialName"] for trial in trials] == [config["TrialName"]]
    (component,) = sagemaker.list_trial_components(TrialName=config["TrialName"])["TrialComponentSummaries"]
    described = sagemaker.describe_trial_component(TrialComponentName=component["TrialComponentName"])
    assert described["Source"]["SourceArn"] == by_name["Train"]["Metadata"]["TrainingJob"]["Arn"]
    assert described["Parameters"] == {"depth": {"StringValue": "3"}}
    assert [(metric["MetricName"], metric["Last"]) for metric in described["Metrics"]] == [("loss", 2.0)]
    assert described["Status"]["PrimaryStatus"] == "Completed"
    sagemaker.create_trial(TrialName="other", ExperimentName=config["ExperimentName"])
    pair = {"TrialComponentName": component["TrialComponentName"], "TrialName": "other"}
    sagemaker.associate_trial_component(**pair)
    assert len(sagemaker.list_trial_components(TrialName="other")["TrialComponentSummaries"]) == 1
    assert len(sagemaker.list_trials(TrialComponentName=pair["TrialComponentName"])["TrialSummaries"]) == 2
    sagemaker.disassociate_trial_component(**pair)
    assert sagemaker.list_trial_components(TrialName="other")["TrialComponentSummaries"] == []


def test_executions_steps_and_packages_send_events(workshop: Workshop) -> None:
    """https://docs.aws.amazon.com/sagemaker/latest/dg/automating-sagemaker-with-eventbridge.html"""
    sagemaker, sqs, queue = workshop("sagemaker"), workshop("sqs"), ""
    queue = sqs.create_queue(QueueName="pipelines")["QueueUrl"]
    arn = sqs.get_queue_attributes(QueueUrl=queue, AttributeNames=["QueueArn"])["Attributes"]["QueueArn"]
    prefix = [{"prefix": "SageMaker Model"}]
    workshop("events").put_rule(Name="p", EventPattern=json.dumps({"source": ["aws.sagemaker"], "detail-type": prefix}))
    workshop("events").put_targets(Rule="p", Targets=[{"Id": "q", "Arn": arn}])
    execution, _ = execute(workshop, fail("x"))
    sagemaker.create_model_package_group(ModelPackageGroupName="events")
    package = sagemaker.create_model_package(ModelPackageGroupName="events")["ModelPackageArn"]
    sagemaker.update_model_package(ModelPackageArn=package, ModelApprovalStatus="Approved")
    events = received(sqs, queue, 6)
    details = [(event["detail-type"].removeprefix("SageMaker Model "), event["detail"]) for event in events]
    statuses = [detail["currentPipelineExecutionStatus"] for kind, detail in details if "Execution Status" in kind]
    assert sorted(statuses) == ["Executing", "Failed"]
    (step,) = [detail for _, detail in details if detail.get("currentStepStatus") == "Failed"]
    assert (step["stepName"], step["stepType"], step["failureReason"]) == ("Refuse", "Fail", "x")
    assert step["metadata"] == {"fail": {"errorMessage": "x"}}
    assert step["pipelineExecutionArn"] == execution["PipelineExecutionArn"]
    approvals = [detail["ModelApprovalStatus"] for kind, detail in details if kind == "Package State Change"]
    assert sorted(approvals) == ["Approved", "PendingManualApproval"]


def test_the_bucket_policy_s_network_holds_a_job_and_not_the_pipeline(workshop: Workshop) -> None:
    """A Deny outside of a VPC endpoint: a job in the VPC passes, JsonGet, which reads from outside, does not."""
    ec2 = workshop("ec2")
    vpc = ec2.create_vpc(CidrBlock="10.9.0.0/16")["Vpc"]["VpcId"]
    subnet = ec2.create_subnet(VpcId=vpc, CidrBlock="10.9.1.0/24")["Subnet"]["SubnetId"]
    group = ec2.create_security_group(GroupName="jobs", Description="jobs", VpcId=vpc)["GroupId"]
    endpoint = ec2.create_vpc_endpoint(VpcId=vpc, ServiceName="com.amazonaws.eu-west-2.s3")["VpcEndpoint"]
    statement = {
        "Effect": "Deny",
        "Principal": "*",
        "Action": "s3:GetObject",
        "Resource": f"arn:aws:s3:::{workshop.bucket}/inside/*",
        "Condition": {"StringNotEquals": {"aws:SourceVpce": endpoint["VpcEndpointId"]}},
    }
    workshop("s3").put_bucket_policy(Bucket=workshop.bucket, Policy=policy(statement))
    source = {"S3Uri": workshop.put("inside/in/e.json", '{"x": 1}'), "LocalPath": "/opt/ml/processing/in"}
    inputs = [{"InputName": "in", "S3Input": {**source, "S3DataType": "S3Prefix", "S3InputMode": "File"}}]
    program = "import shutil; shutil.copy('/opt/ml/processing/in/e.json', '/opt/ml/processing/out/e.json')"
    network = {"VpcConfig": {"Subnets": [subnet], "SecurityGroupIds": [group]}}
    file = {"PropertyFileName": "Report", "OutputName": "out", "FilePath": "e.json"}
    copy = processing(workshop, "Copy", program, "inside/out", PropertyFiles=[file])
    copy["Arguments"] |= {"NetworkConfig": network, "ProcessingResources": {"ClusterConfig": RESOURCES}}
    copy["Arguments"]["ProcessingInputs"] += inputs
    left = {"Std:JsonGet": {"PropertyFile": get("Steps.Copy.PropertyFiles.Report"), "Path": "x"}}
    condition = {"Type": "Equals", "LeftValue": left, "RightValue": 1}
    decide = {"Name": "Decide", "Type": "Condition", "Arguments": {"Conditions": [condition]}}
    _, by_name = execute(workshop, copy, decide)
    assert by_name["Copy"]["StepStatus"] == "Succeeded", by_name
    assert "Unable to read the property file" in by_name["Decide"]["FailureReason"]
