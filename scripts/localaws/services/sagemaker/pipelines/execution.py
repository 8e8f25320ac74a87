"""An execution of a pipeline: starts each step once those before it have succeeded, as many at once as allowed.

https://docs.aws.amazon.com/sagemaker/latest/dg/build-and-manage-pipeline.html
"""

import json
import threading
from collections.abc import Mapping
from typing import Any

from botocore.exceptions import ClientError

from scripts.localaws.core import clock
from scripts.localaws.crud.serialization import Record
from scripts.localaws.crud.store import LOCK, Store
from scripts.localaws.services.sagemaker import events, experiments
from scripts.localaws.services.sagemaker.pipelines.cache import Result
from scripts.localaws.services.sagemaker.pipelines.definition import Definition, Step
from scripts.localaws.services.sagemaker.pipelines.references import ReferenceFailed, Resolver
from scripts.localaws.services.sagemaker.pipelines.step_run import StepRun

EXECUTIONS: dict[str, "Execution"] = {}  # ARN -> execution
_EVENT = "SageMaker Model Building Pipeline Execution Status Change"
_STEP_EVENT = "SageMaker Model Building Pipeline Execution Step Status Change"
_ENDED = ("Succeeded", "Failed", "Stopped")
_DEFAULT_EXPERIMENT = {
    "ExperimentName": {"Get": "Execution.PipelineName"},
    "TrialName": {"Get": "Execution.PipelineExecutionId"},
}


class Execution:
    """One execution with its own copy of the definition, and the runs of its steps by name."""

    def __init__(
        self, store: Store, record: Record, definition: Definition, parameters: Mapping[str, Any], pipeline: Record
    ) -> None:
        self.store, self.record, self.definition, self.parameters = store, record, definition, parameters
        self.pipeline, self.runs = pipeline, dict[str, StepRun]()
        self.stopping, self._change = clock.Event(), threading.Condition()
        self.experiment: Mapping[str, str] = {}
        EXECUTIONS[self.arn] = self

    @property
    def arn(self) -> str:
        """The execution's ARN."""
        return str(self.record["@arn"])

    @property
    def id(self) -> str:
        """Twelve lower-case letters and digits."""
        return self.arn.rpartition("/")[2]

    @property
    def role_arn(self) -> str:
        """The role that executes the steps."""
        return str(self.record["RoleArn"])

    def start(self) -> None:
        """Execute the steps in a thread of their own."""
        self.stopping.clear()
        self._set_status("Executing")
        threading.Thread(target=self._run, daemon=True, name=self.id).start()

    def stop(self) -> None:
        """Start no more steps, and let the jobs of running ones end."""
        self.stopping.set()
        self._set_status("Stopping")
        for run in list(self.runs.values()):  # in threads: each calls this server, which may hold this one's lock
            threading.Thread(target=run.stop, daemon=True).start()

    def retry(self) -> None:
        """Execute the steps that have not succeeded."""
        self.runs = {name: run for name, run in self.runs.items() if run.status == "Succeeded"}
        self.record.pop("FailureReason", None)
        self.start()

    def resolve(self, run: StepRun, value: Any) -> Any:
        """The value with every reference replaced. Raises ReferenceFailed or StepFailed."""
        properties = {name: each.properties for name, each in self.runs.items()}

        def read_file(step: str, file: str) -> Any:
            return self._read_file(run, step, file)

        return Resolver(self.parameters, self._variables(), properties, read_file)(value)

    def results(self, step: str) -> list[Result]:
        """The cached results of a step of this pipeline, oldest first."""
        results: dict[str, list[Result]] = self.pipeline.setdefault("@results", {})
        return results.setdefault(step, [])

    def _variables(self) -> dict[str, str]:
        start = self.record["@created"].strftime("%Y-%m-%dT%H:%M:%S.%fZ")
        return {
            "PipelineName": self.record["PipelineName"],
            "PipelineArn": self.pipeline["@arn"],
            "PipelineExecutionId": self.id,
            "PipelineExecutionArn": self.arn,
            "StartDateTime": start,
            "CurrentDateTime": clock.now().strftime("%Y-%m-%dT%H:%M:%S.%fZ"),
        }

    def _read_file(self, run: StepRun, step: str, file: str) -> Any:
        """The JSON document of a property file, read as the pipeline's role from outside of a VPC."""
        document = self.definition.steps[step].document
        entry = next(each for each in document["PropertyFiles"] if each["PropertyFileName"] == file)
        outputs = self.runs[step].properties["ProcessingOutputConfig"]["Outputs"]
        uri = next(each["S3Output"]["S3Uri"] for each in outputs if each["OutputName"] == entry["OutputName"])
        bucket, _, prefix = uri.removeprefix("s3://").rstrip("/").partition("/")
        key = "/".join(part for part in (prefix, entry["FilePath"].lstrip("/")) if part)
        try:
            return json.loads(run.client("s3").get_object(Bucket=bucket, Key=key)["Body"].read())
        except ClientError as error:
            reason = error.response["Error"]["Message"]
        except ValueError as error:
            reason = str(error)
        raise ReferenceFailed(f"ClientError: Unable to read the property file s3://{bucket}/{key}: {reason}")

    def _run(self) -> None:
        """Start steps as they become ready, until none runs and none is ready."""
        try:
            self.experiment = self._experiment()
        except ReferenceFailed as error:
            self.record["FailureReason"] = str(error)
            self._set_status("Failed")
            return
        with self._change:
            while True:
                running = [run for run in self.runs.values() if run.status not in _ENDED]
                limit = (self.record.get("ParallelismConfiguration") or {}).get("MaxParallelExecutionSteps")
                ready = [] if self._is_halted() else self._ready()
                for step in ready[: max(limit - len(running), 0)] if limit else ready:
                    self._start_step(step)
                    running.append(self.runs[step.name])
                if not running:
                    break
                self._change.wait()
        self._finish()

    def _is_halted(self) -> bool:
        return self.stopping.is_set() or any(run.status == "Failed" for run in self.runs.values())

    def _ready(self) -> list[Step]:
        """The steps that have not been started, whose predecessors have succeeded and whose condition holds."""
        succeeded = {name for name, run in self.runs.items() if run.status == "Succeeded"}
        return [
            step
            for step in self.definition.steps.values()
            if step.name not in self.runs and step.dependencies <= succeeded and self._is_chosen(step)
        ]

    def _is_chosen(self, step: Step) -> bool:
        return step.branch is None or self.runs[step.branch[0]].properties.get("Outcome") is step.branch[1]

    def _start_step(self, step: Step) -> None:
        run = self.runs[step.name] = StepRun(self, step)
        self._set_step_status(run, "Executing")
        threading.Thread(target=self._run_step, args=(run,), daemon=True, name=f"{self.id}-{step.name}").start()

    def _run_step(self, run: StepRun) -> None:
        status = "Failed"
        try:
            status = run.run()
        finally:  # whatever is raised is a fault of ours; threading writes its traceback to the log
            with self._change:
                run.end = clock.now()
                self._set_step_status(run, status)
                self._change.notify_all()

    def _finish(self) -> None:
        statuses = {run.status for run in self.runs.values()}
        if "Failed" in statuses:
            self.record["FailureReason"] = "Step failure: One or multiple steps failed."
            self.record["PipelineExecutionFailureReason"] = self.record["FailureReason"]
            self._set_status("Failed")
        else:
            self._set_status("Stopped" if self.stopping.is_set() else "Succeeded")

    def _experiment(self) -> Mapping[str, str]:
        """The experiment and trial of the execution, which the service makes; {} when the definition wants none."""
        document = self.definition.document
        config = document.get("PipelineExperimentConfig", _DEFAULT_EXPERIMENT)
        names: Mapping[str, str] = Resolver(self.parameters, self._variables(), {}, lambda *_: None)(config)
        experiments.create(self.store, names["ExperimentName"], names["TrialName"])
        with LOCK:
            self.record["PipelineExperimentConfig"] = dict(names)
        return names

    def _set_status(self, status: str) -> None:
        now = clock.now()
        with LOCK:
            previous = self.record["PipelineExecutionStatus"]
            self.record.update(PipelineExecutionStatus=status, LastModifiedTime=now, **{"@updated": now})
        detail = {
            "pipelineExecutionDisplayName": self.record["PipelineExecutionDisplayName"],
            "pipelineExecutionDescription": self.record.get("PipelineExecutionDescription"),
            "currentPipelineExecutionStatus": status,
            "previousPipelineExecutionStatus": previous if previous != status else None,
            "executionStartTime": self.record["@created"],
            "executionEndTime": now if status in _ENDED else None,
        }
        self._send(_EVENT, detail)

    def _set_step_status(self, run: StepRun, status: str) -> None:
        previous, run.status = run.status, status
        metadata = {f"{name[0].lower()}{name[1:]}": _lower(value) for name, value in run.metadata.items()}
        detail = {
            "metadata": metadata,
            "stepStartTime": run.start,
            "stepEndTime": run.end,
            "stepName": run.step.name,
            "stepType": run.step.type,
            "previousStepStatus": previous,
            "currentStepStatus": status,
            "failureReason": run.reason or None,
            "cacheHitResult": {"sourcePipelineExecutionArn": run.cache_hit} if run.cache_hit else None,
        }
        self._send(_STEP_EVENT, detail)

    def _send(self, detail_type: str, detail: Mapping[str, Any]) -> None:
        arns = {"pipelineArn": self.pipeline["@arn"], "pipelineExecutionArn": self.arn}
        members = {name: value for name, value in detail.items() if value is not None}
        events.send(self.store, detail_type, [*arns.values()], events.with_times({**members, **arns}, events.iso))


def _lower(values: Mapping[str, Any]) -> dict[str, Any]:
    return {f"{name[0].lower()}{name[1:]}": value for name, value in values.items()}
