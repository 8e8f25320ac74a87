"""A data scientist's program with the SageMaker Python SDK 3: a pipeline up to a registered model, and experiments.

The bucket and the role come from the environment: this SDK, too, asks STS for them at an address that it builds itself.
"""

import json
import os
from contextlib import suppress
from pathlib import Path

import boto3
from botocore.exceptions import WaiterError
from sagemaker.core.experiments.run import Run, list_runs, load_run
from sagemaker.core.helper.session_helper import Session
from sagemaker.core.processing import ScriptProcessor
from sagemaker.core.shapes import (
    OutputDataConfig,
    ProcessingInput,
    ProcessingOutput,
    ProcessingS3Input,
    ProcessingS3Output,
)
from sagemaker.core.workflow.conditions import ConditionGreaterThanOrEqualTo
from sagemaker.core.workflow.functions import Join, JsonGet
from sagemaker.core.workflow.parameters import ParameterInteger
from sagemaker.core.workflow.pipeline_context import PipelineSession
from sagemaker.core.workflow.properties import PropertyFile
from sagemaker.mlops.workflow.condition_step import ConditionStep
from sagemaker.mlops.workflow.fail_step import FailStep
from sagemaker.mlops.workflow.model_step import ModelStep
from sagemaker.mlops.workflow.pipeline import Pipeline
from sagemaker.mlops.workflow.steps import ProcessingStep, TrainingStep
from sagemaker.serve import ModelBuilder
from sagemaker.train import ModelTrainer
from sagemaker.train.configs import Compute, InputData, SourceCode

BUCKET, ROLE, IMAGE = (os.environ[name] for name in ("BUCKET", "ROLE", "IMAGE"))
INSTANCE, NAME = "ml.m5.large", "churn-with-sdk-3"
PREPARE = """
import json, pathlib
rows = pathlib.Path("/opt/ml/processing/input/rows.csv").read_text().splitlines()
pathlib.Path("/opt/ml/processing/train/rows.csv").write_text("\\n".join(rows[1:]))
pathlib.Path("/opt/ml/processing/report/report.json").write_text(json.dumps({"rows": len(rows) - 1}))
"""
TRAIN = """
import json, pathlib
values = json.loads(pathlib.Path("/opt/ml/input/config/hyperparameters.json").read_text())
rows = pathlib.Path("/opt/ml/input/data/train/rows.csv").read_text().splitlines()
print("auc=0.9;")
pathlib.Path("/opt/ml/model/model.json").write_text(json.dumps({"rows": len(rows), **values}))
"""


def trainer(session: Session) -> ModelTrainer:
    """A training job of the program in this folder, which the SDK's own driver starts."""
    return ModelTrainer(
        training_image=IMAGE,
        role=ROLE,
        sagemaker_session=session,
        source_code=SourceCode(source_dir="code", entry_script="train.py"),
        compute=Compute(instance_type=INSTANCE, instance_count=1, volume_size_in_gb=1),
        output_data_config=OutputDataConfig(s3_output_path=f"s3://{BUCKET}/models"),
        hyperparameters={"depth": 3},
        base_job_name="trainer",
    )


def output(name: str) -> ProcessingOutput:
    """An output of the processing job, uploaded to a place below the bucket."""
    s3 = ProcessingS3Output(
        s3_uri=f"s3://{BUCKET}/sdk-3/{name}", local_path=f"/opt/ml/processing/{name}", s3_upload_mode="EndOfJob"
    )
    return ProcessingOutput(output_name=name, s3_output=s3)


def pipeline(session: PipelineSession) -> Pipeline:
    """Processing, training, and a registration if the report has enough rows."""
    processor = ScriptProcessor(
        image_uri=IMAGE, command=["python"], role=ROLE, instance_count=1, instance_type=INSTANCE,
        volume_size_in_gb=1, sagemaker_session=session,
    )  # fmt: skip
    rows = session.upload_string_as_file_body("kind,value\na,1\nb,2\n", BUCKET, "data/rows.csv")
    source = ProcessingS3Input(
        s3_uri=rows, local_path="/opt/ml/processing/input", s3_data_type="S3Prefix", s3_input_mode="File"
    )
    report = PropertyFile("Report", output_name="report", path="report.json")
    prepare = ProcessingStep(
        "Prepare",
        step_args=processor.run(
            code="prepare.py",
            inputs=[ProcessingInput(input_name="rows", s3_input=source)],
            outputs=[output("train"), output("report")],
        ),
        property_files=[report],
    )
    train_data = prepare.properties.ProcessingOutputConfig.Outputs["train"].S3Output.S3Uri
    train = TrainingStep(
        "Train", step_args=trainer(session).train([InputData(channel_name="train", data_source=train_data)])
    )
    artifacts = train.properties.ModelArtifacts.S3ModelArtifacts
    model = ModelBuilder(image_uri=IMAGE, s3_model_data_url=artifacts, role_arn=ROLE, sagemaker_session=session)
    arguments = model.register(
        content_types=["text/csv"], response_types=["text/csv"], model_package_group_name=NAME,
        approval_status="PendingManualApproval", customer_metadata_properties={"by": "sdk 3"},
    )  # fmt: skip
    rows_needed = ParameterInteger("Rows", default_value=2)
    enough = ConditionGreaterThanOrEqualTo(JsonGet("Prepare", report, "rows"), rows_needed)
    few = FailStep("Few", Join(on=" ", values=["fewer rows than", rows_needed]))
    register = ModelStep("Register", step_args=arguments)
    decide = ConditionStep("Decide", conditions=[enough], if_steps=[register], else_steps=[few])
    return Pipeline(NAME, [rows_needed], steps=[prepare, train, decide], sagemaker_session=session)


def run_pipeline(boto_session: boto3.Session) -> dict:
    """Create and update the pipeline, run it twice: to a model, and to the refusal of a bound."""
    session = PipelineSession(boto_session, default_bucket=BUCKET)
    churn = pipeline(session)
    tags = [{"Key": "team", "Value": "risk"}]
    arns = [churn.upsert(ROLE, tags=tags)["PipelineArn"] for _ in range(2)]
    good = churn.start()
    good.wait(delay=1, max_attempts=120)
    steps = {step["StepName"]: step for step in good.list_steps()}
    refused = churn.start(parameters={"Rows": 3})
    with suppress(WaiterError):  # as the SDK reports a failed execution
        refused.wait(delay=1, max_attempts=120)
    reasons = [step.get("FailureReason") for step in refused.list_steps() if step["StepName"] == "Few"]
    return {
        "arns": arns,
        "status": good.describe()["PipelineExecutionStatus"],
        "package": steps["Register"]["Metadata"]["RegisterModel"]["Arn"],
        "refused": [refused.describe()["PipelineExecutionStatus"], *reasons],
        "executions": len(churn.list_executions()["PipelineExecutionSummaries"]),
    }


def run_experiment(boto_session: boto3.Session) -> dict:
    """A run with parameters and metrics, loaded again, and a training job within it."""
    session = Session(boto_session, default_bucket=BUCKET)
    with Run("churn-3", "first", sagemaker_session=session) as run:
        run.log_parameters({"depth": 3, "kind": "tree"})
        for step in range(12):
            run.log_metric("loss", 12 - step, step=step)
        run.log_file(__file__, name="program", is_output=False)
    with load_run("first", "churn-3", session) as again:
        again.log_parameter("again", 1)
    component = boto_session.client("sagemaker").describe_trial_component(TrialComponentName="churn-3-first")
    return {
        "runs": [each.run_name for each in list_runs("churn-3", sagemaker_session=session)],
        "parameters": sorted(component["Parameters"]),
        "metrics": [[each["MetricName"], each["Min"], each["Max"], each["Count"]] for each in component["Metrics"]],
        "status": component["Status"]["PrimaryStatus"],
    }


def main() -> None:
    """Run both and print what came of them as JSON in the last line."""
    Path("prepare.py").write_text(PREPARE, encoding="utf-8")
    boto_session = boto3.Session()
    Path("code").mkdir(exist_ok=True)
    Path("code/train.py").write_text(TRAIN, encoding="utf-8")
    print(json.dumps({"pipeline": run_pipeline(boto_session), "experiment": run_experiment(boto_session)}))


if __name__ == "__main__":
    main()
