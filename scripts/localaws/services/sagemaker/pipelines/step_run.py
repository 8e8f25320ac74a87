"""One step of an execution: its call of the API as the pipeline's role, the end of its job, its retries, its result.

https://docs.aws.amazon.com/sagemaker/latest/dg/build-and-manage-access.html
"""

import logging
import secrets
import string
from collections.abc import Mapping
from datetime import datetime
from typing import Any, Protocol, cast

from botocore.exceptions import ClientError, ParamValidationError
from moto.core.exceptions import ServiceException

from scripts.localaws.core import clock, context
from scripts.localaws.crud.serialization import Record
from scripts.localaws.crud.store import Store
from scripts.localaws.services.sagemaker.jobs.job import JOBS
from scripts.localaws.services.sagemaker.jobs.session import SERVICE
from scripts.localaws.services.sagemaker.pipelines import cache, retries
from scripts.localaws.services.sagemaker.pipelines.conditions import holds
from scripts.localaws.services.sagemaker.pipelines.definition import Step
from scripts.localaws.services.sagemaker.pipelines.references import ReferenceFailed
from scripts.localaws.services.sagemaker.pipelines.step_types import STEP_TYPES, StepType, method
from scripts.localaws.services.sts import models

log = logging.getLogger("localaws")
_LETTERS = string.ascii_letters + string.digits
_EXPERIMENT_STEPS = ("Processing", "Training", "Transform")


class StepFailed(Exception):  # noqa: N818 - an outcome of the step, no fault of this server
    """The step fails; the message is its FailureReason, `code` the error's code or the job's reason."""

    def __init__(self, reason: str, code: str = "") -> None:
        super().__init__(reason)
        self.code = code


class ExecutionContext(Protocol):
    """The members of an execution that its steps use."""

    store: Store
    stopping: clock.Event
    experiment: Mapping[str, str]

    @property
    def arn(self) -> str: ...
    @property
    def id(self) -> str: ...
    @property
    def role_arn(self) -> str: ...
    def resolve(self, run: "StepRun", value: Any) -> Any: ...
    def results(self, step: str) -> list[cache.Result]: ...


class StepRun:
    """A step that was started, with the members of PipelineExecutionStep."""

    def __init__(self, execution: ExecutionContext, step: Step) -> None:
        self.execution, self.step = execution, step
        self.status, self.reason = "Starting", ""
        self.start, self.end = clock.now(), cast(datetime | None, None)
        self.metadata: Record = {}
        self.properties: Any = {}
        self.cache_hit = ""  # ARN of the execution whose result is used
        self.attempts = 0

    def summary(self) -> Record:
        """The step as ListPipelineExecutionSteps returns it."""
        document = self.step.document
        optional = {
            "StepDisplayName": document.get("DisplayName"),
            "StepDescription": document.get("Description"),
            "EndTime": self.end,
            "FailureReason": self.reason,
            "CacheHitResult": {"SourcePipelineExecutionArn": self.cache_hit} if self.cache_hit else None,
            "Metadata": self.metadata,
        }
        members = {name: value for name, value in optional.items() if value}
        named = {"StepName": self.step.name, "StartTime": self.start, "StepStatus": self.status}
        return {**named, **members, "AttemptCount": self.attempts}

    def client(self, service: str) -> Any:
        """A client that acts as the pipeline's role, outside of a VPC. Raises StepFailed."""
        session = f"sagemaker-pipeline-{self.execution.id}-{self.step.name}"[:64]
        role, account = self.execution.role_arn, self.execution.store.account
        try:
            key = models.assume_for_service(role, SERVICE, session, account)
        except ServiceException as error:
            raise StepFailed(f"ClientError: Could not assume role {role}: {error.message}") from None
        return context.client(service, self.execution.store.region, key)

    def run(self) -> str:
        """Execute the step; its last status."""
        try:
            arguments = self.step.document["Arguments"]
            if self.step.type == "Condition":
                return self._decide(self.execution.resolve(self, arguments["Conditions"]))
            if self.step.type == "Fail":
                self.reason = str(self.execution.resolve(self, arguments["ErrorMessage"]))
                self.metadata = {"Fail": {"ErrorMessage": self.reason}}
                return "Failed"
            return self._call(STEP_TYPES[self.step.type], self.execution.resolve(self, arguments))
        except (StepFailed, ReferenceFailed) as error:
            self.reason = str(error)
            return "Stopped" if self.execution.stopping.is_set() else "Failed"

    def stop(self) -> None:
        """Let the step's job end, with the role's rights."""
        step_type = STEP_TYPES.get(self.step.type)
        arn = self.metadata.get(step_type.metadata, {}).get("Arn", "") if step_type else ""
        if self.status == "Executing" and step_type and step_type.stop and arn:
            try:
                getattr(self.client("sagemaker"), method(step_type.stop))(**{step_type.name: arn.rpartition("/")[2]})
            except (ClientError, StepFailed) as error:
                log.warning("%s cannot be stopped: %s", arn, error)

    def _decide(self, conditions: list[Mapping[str, Any]]) -> str:
        outcome = all(map(holds, conditions))
        self.metadata = {"Condition": {"Outcome": str(outcome)}}
        self.properties = {"Outcome": outcome}
        return "Succeeded"

    def _call(self, step_type: StepType, arguments: Record) -> str:
        """Use a cached result, or call the API until it succeeds or no policy lets it be tried again."""
        results, key = self.execution.results(self.step.name), cache.cache_key(step_type, arguments)
        config = self.step.document.get("CacheConfig") or {}
        if result := cache.find(results, key, config) if step_type.cache else None:
            self.cache_hit, self.properties, self.metadata = result.execution, result.properties, dict(result.metadata)
            return "Succeeded"
        begin = clock.now().timestamp()
        while True:
            self.attempts += 1
            try:
                self._attempt(step_type, arguments)
                break
            except StepFailed as error:
                policies = self.step.document.get("RetryPolicies", ())
                kind = retries.exception_type(error.code)
                seconds = retries.delay(policies, kind, self.attempts, clock.now().timestamp() - begin)
                if seconds is None or self.execution.stopping.wait(seconds):
                    raise
        moment = clock.now()
        results.append(cache.Result(key, self.execution.arn, self.properties, self.metadata, moment))
        return "Succeeded"

    def _attempt(self, step_type: StepType, arguments: Record) -> None:
        """Call the API, wait for the end of the job, read the properties. Raises StepFailed."""
        tags = [
            {"Key": "sagemaker:pipeline-execution-arn", "Value": self.execution.arn},
            {"Key": "sagemaker:pipeline-step-name", "Value": self.step.name},
        ]
        request = {**arguments, "Tags": [*arguments.get("Tags", ()), *tags]}
        if step_type.name:
            request[step_type.name] = self._resource_name()
        if self.step.type == "RegisterModel":
            request = self._registration(request)
        if self.step.type in _EXPERIMENT_STEPS and self.execution.experiment:
            request["ExperimentConfig"] = {**self.execution.experiment, "TrialComponentDisplayName": self.step.name}
        arn = self._invoke(step_type.operation, request)[step_type.key]
        self.metadata = {step_type.metadata: {"Arn": arn}}
        if step_type.status:
            if self.execution.stopping.is_set():
                self.stop()
            JOBS[arn].completion.wait()
        member = step_type.name or "ModelPackageName"
        name = request[step_type.name] if step_type.name else arn
        properties = self._invoke(step_type.describe, {member: name})
        if step_type.status and properties[step_type.status] != "Completed":
            reason = properties.get("FailureReason") or f"ClientError: {arn} was stopped"
            raise StepFailed(reason, reason)
        self.properties = {**properties, **self._tuning_properties(name)}

    def _tuning_properties(self, name: str) -> Record:
        """The training jobs of a tuning job, the best first."""
        if self.step.type != "Tuning":
            return {}
        order = {"SortBy": "FinalObjectiveMetricValue", "SortOrder": "Descending"}
        request = {"HyperParameterTuningJobName": name, **order}
        answer = self._invoke("ListTrainingJobsForHyperParameterTuningJob", request)
        return {"TrainingJobSummaries": answer["TrainingJobSummaries"]}

    def _registration(self, request: Record) -> Record:
        """Create the group if there is none, as the service does in every execution."""
        group = {"ModelPackageGroupName": request["ModelPackageGroupName"], "Tags": request["Tags"]}
        try:
            self._invoke("CreateModelPackageGroup", group)
        except StepFailed as error:
            if error.code != "ValidationException":  # it exists
                raise
        return {**request, "MetadataProperties": {"GeneratedBy": self.execution.arn}}

    def _invoke(self, operation: str, request: Record) -> Record:
        """Call the API as the role. Raises StepFailed in AWS's words."""
        try:
            answer: Record = getattr(self.client("sagemaker"), method(operation))(**request)
        except (ClientError, ParamValidationError) as error:
            detail = error.response["Error"] if isinstance(error, ClientError) else {"Message": str(error)}
            code = detail.get("Code", "")
            kind = retries.exception_type(code)
            ending = f" for the exception type {kind.replace('.', '_').upper()}" if kind else ""
            raise StepFailed(
                f"ClientError: Failed to invoke sagemaker:{operation}. Error Details: {detail['Message']} Retry not "
                f"appropriate on execution of step with PipelineExecutionArn {self.execution.arn} and StepId "
                f"{self.step.name}. No retry policy configured{ending}.",
                code,
            ) from None
        answer.pop("ResponseMetadata", None)
        return answer

    def _resource_name(self) -> str:
        """pipelines-EXECUTION-STEP-SUFFIX of at most 63 characters; of a tuning job at most 32, without `pipelines`."""
        suffix = "".join(secrets.choice(_LETTERS) for _ in range(10))
        step = self.step.name.replace("_", "-").strip("-")
        if self.step.type == "Tuning":
            return f"{self.execution.id}-{step[:8].strip('-')}-{suffix}"
        return f"pipelines-{self.execution.id}-{step[:29].strip('-')}-{suffix}"
