"""Definitions of SageMaker pipelines for tests, and their executions at the end."""

import itertools
import json
import time
from typing import Any

from tests.localaws.containers import Workshop

_NUMBERS = itertools.count(1)
Document = dict[str, Any]


def processing(workshop: Workshop, name: str, program: str, output: str = "", **more: Any) -> Document:
    """A Processing step of a program, with an output folder `out` that is uploaded to the prefix `output`."""
    request = workshop.processing(name, program)
    del request["ProcessingJobName"]
    if output:
        target = {"S3Uri": f"s3://{workshop.bucket}/{output}", "LocalPath": "/opt/ml/processing/out"}
        outputs = [{"OutputName": "out", "S3Output": {**target, "S3UploadMode": "EndOfJob"}}]
        request["ProcessingOutputConfig"] = {"Outputs": outputs}
    request.update(more.pop("arguments", {}))
    return {"Name": name, "Type": "Processing", "Arguments": request, **more}


def fail(message: Any, name: str = "Refuse") -> Document:
    return {"Name": name, "Type": "Fail", "Arguments": {"ErrorMessage": message}}


def get(path: str) -> Document:
    return {"Get": path}


def create(workshop: Workshop, *steps: Document, role: str = "", **more: Any) -> str:
    """The name of a new pipeline of these steps."""
    name = f"pipeline-{next(_NUMBERS)}"
    definition = {"Version": "2020-12-01", "Steps": list(steps), **more}
    workshop("sagemaker").create_pipeline(
        PipelineName=name, PipelineDefinition=json.dumps(definition), RoleArn=role or workshop.role
    )
    return name


def ended(workshop: Workshop, arn: str) -> tuple[Document, dict[str, Document]]:
    """The execution at its end, and its steps by name."""
    sagemaker, deadline = workshop("sagemaker"), time.monotonic() + 60
    while time.monotonic() < deadline:
        execution = sagemaker.describe_pipeline_execution(PipelineExecutionArn=arn)
        if execution["PipelineExecutionStatus"] in ("Succeeded", "Failed", "Stopped"):
            return execution, steps(workshop, arn)
        time.sleep(0.02)
    raise AssertionError(f"{arn} has not ended: {steps(workshop, arn)}")


def steps(workshop: Workshop, arn: str) -> dict[str, Document]:
    answer = workshop("sagemaker").list_pipeline_execution_steps(
        PipelineExecutionArn=arn, SortOrder="Ascending", MaxResults=50
    )
    return {step["StepName"]: step for step in answer["PipelineExecutionSteps"]}


def execute(workshop: Workshop, *definition: Document, **more: Any) -> tuple[Document, dict[str, Document]]:
    name = create(workshop, *definition, **more)
    return ended(workshop, workshop("sagemaker").start_pipeline_execution(PipelineName=name)["PipelineExecutionArn"])
