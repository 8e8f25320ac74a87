"""Hyperparameter tuning: training jobs with values sample in the ranges, and the best of them.

The search is random, and the same for jobs of the same name.
https://docs.aws.amazon.com/sagemaker/latest/dg/automatic-model-tuning-how-it-works.html
"""

import math
import random
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from scripts.localaws.crud.operations import create
from scripts.localaws.crud.serialization import Record, trim
from scripts.localaws.crud.store import LOCK, Store
from scripts.localaws.services.sagemaker.components import validation_error
from scripts.localaws.services.sagemaker.jobs.job import JOBS, Job, start
from scripts.localaws.services.sagemaker.jobs.session import JobFailed
from scripts.localaws.services.sagemaker.jobs.training import TrainingJob, check_training, with_artifacts

_SECONDS = 0.2  # between two looks at running jobs
_COUNTERS = {"Completed": "Completed", "Failed": "NonRetryableError", "Stopped": "Stopped"}


class TuningJob(Job):
    """Training jobs, as many at once as the limits allow."""

    resource, times = "HyperParameterTuningJob", "HyperParameterTuning"
    event, log_group = "SageMaker HyperParameter Tuning Job State Change", ""

    def __init__(self, store: Store, record: Record) -> None:
        super().__init__(store, record)
        self.jobs: list[TrainingJob] = []
        self._random = random.Random(self.name)  # noqa: S311 - a search, no secret

    @property
    def configuration(self) -> Record:
        """HyperParameterTuningJobConfig."""
        return dict(self.record["HyperParameterTuningJobConfig"])

    def execute(self, folder: Path) -> None:  # noqa: ARG002 - the files are those of the training jobs
        """Start training jobs until the limit, and choose the best."""
        limits = self.configuration["ResourceLimits"]
        while not self.stopping.is_set() and len(self.jobs) < limits["MaxNumberOfTrainingJobs"]:
            running = [job for job in self.jobs if not job.completion.is_set()]
            if len(running) >= limits["MaxParallelTrainingJobs"]:
                running[0].completion.wait(_SECONDS)
                continue
            self._start_training()
        for job in self.jobs:
            job.completion.wait()
        self._count()
        if not self.stopping.is_set() and not self.ranking():
            raise JobFailed(
                f"ClientError: No objective metrics found after running {len(self.jobs)} training jobs. Please ensure "
                "that the algorithm is emitting the objective metric as defined by the regular expression provided."
            )

    def stop(self) -> None:
        """Stop the training jobs, too."""
        super().stop()
        for job in self.jobs:
            if not job.completion.is_set():
                job.stop()

    def _start_training(self) -> None:
        definition = dict(self.record["TrainingJobDefinition"])
        sample = draw(self._random, self.configuration.get("ParameterRanges") or {})
        static = definition.pop("StaticHyperParameters", None) or {}
        objective = {"_tuning_objective_metric": self.configuration["HyperParameterTuningJobObjective"]["MetricName"]}
        name = f"{self.name}-{len(self.jobs) + 1:03}-{self._random.getrandbits(32):08x}"
        params = {**definition, "TrainingJobName": name, "HyperParameters": {**static, **sample, **objective}}
        with LOCK:
            values = {**with_artifacts(params), "TuningJobArn": self.record["@arn"]}
            record = self.store.create(self.store.resources["TrainingJob"], values)
            record["TunedHyperParameters"] = sample
        job = start(self.store, record, TrainingJob)
        assert isinstance(job, TrainingJob)
        self.jobs.append(job)
        self._count()

    def _count(self) -> None:
        counts = {"Completed": 0, "InProgress": 0, "RetryableError": 0, "NonRetryableError": 0, "Stopped": 0}
        for job in self.jobs:
            counts[_COUNTERS.get(job.status, "InProgress")] += 1
        successes = len(self.ranking())
        pending = counts["InProgress"]
        objectives = {"Succeeded": successes, "Pending": pending, "Failed": len(self.jobs) - successes - pending}
        with LOCK:
            self.record.update(TrainingJobStatusCounters=counts, ObjectiveStatusCounters=objectives)
            if best := self.ranking():
                self.record["BestTrainingJob"] = self.summary(best[0])

    def ranking(self) -> list[TrainingJob]:
        """The completed jobs with an objective, the best first."""
        objective = self.configuration["HyperParameterTuningJobObjective"]
        values = [(self._objective(job), job) for job in self.jobs if job.status == "Completed"]
        ranked = [(value, job) for value, job in values if value is not None]
        ranked.sort(key=lambda pair: pair[0], reverse=objective["Type"] == "Maximize")
        return [job for _, job in ranked]

    def _objective(self, job: TrainingJob) -> float | None:
        name = self.configuration["HyperParameterTuningJobObjective"]["MetricName"]
        metrics = job.record.get("FinalMetricDataList") or ()
        return next((metric["Value"] for metric in metrics if metric["MetricName"] == name), None)

    def summary(self, job: TrainingJob) -> Record:
        """HyperParameterTrainingJobSummary of a job."""
        record, value = job.record, self._objective(job)
        objective = self.configuration["HyperParameterTuningJobObjective"]
        status = "Succeeded" if value is not None else "Failed" if job.completion.is_set() else "Pending"
        final = {"Type": objective["Type"], "MetricName": objective["MetricName"], "Value": value}
        return {
            **{name: record[name] for name in record if name in _SUMMARY},
            "TrainingJobArn": record["@arn"],
            "CreationTime": record["@created"],
            **({"FinalHyperParameterTuningJobObjectiveMetric": final} if value is not None else {}),
            "ObjectiveStatus": status,
        }


_SUMMARY = (
    "TrainingJobName", "TrainingJobStatus", "TrainingStartTime", "TrainingEndTime", "TunedHyperParameters",
    "FailureReason",
)  # fmt: skip


def draw(generator: random.Random, ranges: Mapping[str, Any]) -> dict[str, str]:
    """A value in each of the ranges, as text."""
    values = {}
    for item in ranges.get("ContinuousParameterRanges") or ():
        values[item["Name"]] = f"{_number(generator, item):.12g}"
    for item in ranges.get("IntegerParameterRanges") or ():
        values[item["Name"]] = str(round(_number(generator, item)))
    for item in ranges.get("CategoricalParameterRanges") or ():
        values[item["Name"]] = generator.choice(item["Values"])
    return values


def _number(generator: random.Random, item: Mapping[str, str]) -> float:
    low, high, scaling = float(item["MinValue"]), float(item["MaxValue"]), item.get("ScalingType", "Auto")
    if scaling == "Logarithmic":
        return math.exp(generator.uniform(math.log(low), math.log(high)))
    if scaling == "ReverseLogarithmic":
        return 1 - math.exp(generator.uniform(math.log(1 - high), math.log(1 - low)))
    return generator.uniform(low, high)


def create_tuning_job(store: Store, params: Record, output: Any) -> Record:
    """Store the job and start it."""
    configuration, definition = params["HyperParameterTuningJobConfig"], params.get("TrainingJobDefinition")
    supported = configuration["Strategy"] in ("Bayesian", "Random")
    if not definition or not supported or params.get("WarmStartConfig") or params.get("Autotune"):
        message = "the embedded AWS tunes one TrainingJobDefinition by a random search (Bayesian, Random), with no warm"
        raise validation_error(f"{message} start and no autotune; see SUPPORTED.md")
    if "HyperParameterTuningJobObjective" not in configuration:
        raise validation_error("HyperParameterTuningJobObjective must not be null")
    check_training(definition)
    _check_ranges(configuration.get("ParameterRanges") or {})
    response = create(store, store.resources["HyperParameterTuningJob"], params, output)
    start(store, store.get(store.resources["HyperParameterTuningJob"], params), TuningJob)
    return response


def _check_ranges(ranges: Mapping[str, Any]) -> None:
    """https://docs.aws.amazon.com/sagemaker/latest/APIReference/API_ContinuousParameterRange.html."""
    for kind in ("ContinuousParameterRanges", "IntegerParameterRanges"):
        for item in ranges.get(kind) or ():
            low, high, scaling = float(item["MinValue"]), float(item["MaxValue"]), item.get("ScalingType", "Auto")
            is_wrong = low > high or (scaling == "Logarithmic" and low <= 0)
            if is_wrong or (scaling == "ReverseLogarithmic" and not 0 <= low <= high < 1):
                raise validation_error(f"The range of {item['Name']} is not valid for scaling type {scaling}.")


def list_training_jobs(store: Store, params: Record, output: Any) -> Record:
    """ListTrainingJobsForHyperParameterTuningJob: by objective or by time, the newest or the best first."""
    tuning = JOBS[store.get(store.resources["HyperParameterTuningJob"], params)["@arn"]]
    assert isinstance(tuning, TuningJob)
    jobs = [job for job in tuning.jobs if params.get("StatusEquals") in (None, job.status)]
    if params.get("SortBy") == "FinalObjectiveMetricValue":
        jobs = [job for job in tuning.ranking() if job in jobs]
    elif params.get("SortOrder") != "Ascending":
        jobs.reverse()
    shape = output.members["TrainingJobSummaries"].member
    return {"TrainingJobSummaries": [trim(shape, tuning.summary(job)) for job in jobs]}
