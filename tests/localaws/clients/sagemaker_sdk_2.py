"""A data scientist's program with the SageMaker Python SDK 2: a pipeline up to a registered model, and experiments.

The bucket and the role come from the environment: this SDK would ask STS for them at an address that it builds itself.
"""

import json
import os
from contextlib import suppress
from pathlib import Path

import boto3
from botocore.exceptions import WaiterError
from sagemaker import Session, TrainingInput
from sagemaker.estimator import Estimator
from sagemaker.experiments import Run, list_runs, load_run
from sagemaker.model import Model
from sagemaker.processing import ProcessingInput, ProcessingOutput, ScriptProcessor
from sagemaker.workflow.condition_step import ConditionStep
from sagemaker.workflow.conditions import ConditionGreaterThanOrEqualTo
from sagemaker.workflow.fail_step import FailStep
from sagemaker.workflow.functions import Join, JsonGet
from sagemaker.workflow.model_step import ModelStep
from sagemaker.workflow.parameters import ParameterInteger
from sagemaker.workflow.pipeline import Pipeline
from sagemaker.workflow.pipeline_context import PipelineSession
from sagemaker.workflow.properties import PropertyFile
from sagemaker.workflow.steps import ProcessingStep, TrainingStep

BUCKET, ROLE, IMAGE = (os.environ[name] for name in ("BUCKET", "ROLE", "IMAGE"))
INSTANCE, NAME = "ml.m5.large", "churn-with-sdk-2"
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


def estimator(session: Session) -> Estimator:
    """A training job of the program that is in the channel `code`."""
    return Estimator(
        IMAGE,
        ROLE,
        1,
        INSTANCE,
        volume_size=1,
        output_path=f"s3://{BUCKET}/models",
        sagemaker_session=session,
        hyperparameters={"depth": 3},
        metric_definitions=[{"Name": "auc", "Regex": "auc=(.*?);"}],
        container_entry_point=["python", "/opt/ml/input/data/code/train.py"],
    )


def pipeline(session: PipelineSession, code: str) -> Pipeline:
    """Processing, training, and a registration if the report has enough rows."""
    processor = ScriptProcessor(
        image_uri=IMAGE, command=["python"], role=ROLE, instance_count=1, instance_type=INSTANCE,
        volume_size_in_gb=1, sagemaker_session=session,
    )  # fmt: skip
    rows = session.upload_string_as_file_body("kind,value\na,1\nb,2\n", BUCKET, "data/rows.csv")
    report = PropertyFile("Report", output_name="report", path="report.json")
    prepare = ProcessingStep(
        "Prepare",
        step_args=processor.run(
            code="prepare.py",
            inputs=[ProcessingInput(rows, "/opt/ml/processing/input")],
            outputs=[
                ProcessingOutput(output_name=name, source=f"/opt/ml/processing/{name}") for name in ("train", "report")
            ],
        ),
        property_files=[report],
    )
    train_data = prepare.properties.ProcessingOutputConfig.Outputs["train"].S3Output.S3Uri
    train = TrainingStep(
        "Train",
        step_args=estimator(session).fit({"train": TrainingInput(train_data), "code": TrainingInput(code)}),
    )
    artifacts = train.properties.ModelArtifacts.S3ModelArtifacts
    model = Model(IMAGE, model_data=artifacts, role=ROLE, sagemaker_session=session)
    arguments = model.register(
        content_types=["text/csv"], response_types=["text/csv"], model_package_group_name=NAME,
        approval_status="PendingManualApproval", customer_metadata_properties={"by": "sdk 2"},
    )  # fmt: skip
    rows_needed = ParameterInteger("Rows", default_value=2)
    enough = ConditionGreaterThanOrEqualTo(JsonGet("Prepare", report, "rows"), rows_needed)
    few = FailStep("Few", Join(on=" ", values=["fewer rows than", rows_needed]))
    register = ModelStep("Register", step_args=arguments)
    decide = ConditionStep("Decide", conditions=[enough], if_steps=[register], else_steps=[few])
    return Pipeline(NAME, [rows_needed], steps=[prepare, train, decide], sagemaker_session=session)


def run_pipeline(boto_session: boto3.Session, code: str) -> dict:
    """Create and update the pipeline, run it twice: to a model, and to the refusal of a bound."""
    session = PipelineSession(boto_session, default_bucket=BUCKET)
    churn = pipeline(session, code)
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
        "package": steps["Register-RegisterModel"]["Metadata"]["RegisterModel"]["Arn"],
        "refused": [refused.describe()["PipelineExecutionStatus"], *reasons],
        "executions": len(churn.list_executions()["PipelineExecutionSummaries"]),
    }


def run_experiment(boto_session: boto3.Session, code: str) -> dict:
    """A run with parameters and metrics, loaded again, and a training job within it."""
    session = Session(boto_session, default_bucket=BUCKET)
    with Run("churn", "first", sagemaker_session=session) as run:
        run.log_parameters({"depth": 3, "kind": "tree"})
        for step in range(12):
            run.log_metric("loss", 12 - step, step=step)
        run.log_file(__file__, name="program", is_output=False)
        job = estimator(session)
        job.fit({"train": f"s3://{BUCKET}/data", "code": code}, experiment_config=run.experiment_config)
    with load_run("first", "churn", session) as again:
        again.log_parameter("again", 1)
    component = boto_session.client("sagemaker").describe_trial_component(TrialComponentName="churn-first")
    return {
        "runs": [each.run_name for each in list_runs("churn", sagemaker_session=session)],
        "parameters": sorted(component["Parameters"]),
        "metrics": [[each["MetricName"], each["Min"], each["Max"], each["Count"]] for each in component["Metrics"]],
        "status": component["Status"]["PrimaryStatus"],
        "model": job.model_data,
    }


def main() -> None:
    """Run both and print what came of them as JSON in the last line."""
    Path("prepare.py").write_text(PREPARE, encoding="utf-8")
    boto_session = boto3.Session()
    Session(boto_session, default_bucket=BUCKET).upload_string_as_file_body(TRAIN, BUCKET, "code/train.py")
    code = f"s3://{BUCKET}/code"
    print(json.dumps({"pipeline": run_pipeline(boto_session, code), "experiment": run_experiment(boto_session, code)}))


if __name__ == "__main__":
    main()
