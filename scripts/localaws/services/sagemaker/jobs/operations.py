"""The operations on jobs.

https://docs.aws.amazon.com/sagemaker/latest/APIReference/API_ListTrainingJobs.html
"""

from typing import Any

from scripts.localaws.crud.operations import OperationHandler, list_
from scripts.localaws.crud.serialization import Record
from scripts.localaws.crud.store import Store
from scripts.localaws.services.sagemaker.jobs.job import JOBS
from scripts.localaws.services.sagemaker.jobs.processing import create_processing_job
from scripts.localaws.services.sagemaker.jobs.training import create_training_job
from scripts.localaws.services.sagemaker.jobs.transform import create_transform_job
from scripts.localaws.services.sagemaker.jobs.tuning import create_tuning_job, list_training_jobs

_KINDS = ("ProcessingJob", "TrainingJob", "TransformJob", "HyperParameterTuningJob")


def _list(kind: str) -> OperationHandler:
    def list_jobs(store: Store, params: Record, output: Any) -> Record:
        """The newest first, as AWS lists them; a filter on the status has the name that the record has."""
        renamed = {f"{kind}Status" if name == "StatusEquals" else name: value for name, value in params.items()}
        order = {"SortBy": "CreationTime", "SortOrder": "Descending"}
        return list_(store, store.resources[kind], {**order, **renamed}, output)

    return list_jobs


def _stop(kind: str) -> OperationHandler:
    def stop(store: Store, params: Record, _: Any) -> Record:
        JOBS[store.get(store.resources[kind], params)["@arn"]].stop()
        return {}

    return stop


HANDLERS: dict[tuple[str, str], OperationHandler] = {
    ("sagemaker", "CreateProcessingJob"): create_processing_job,
    ("sagemaker", "CreateTrainingJob"): create_training_job,
    ("sagemaker", "CreateTransformJob"): create_transform_job,
    ("sagemaker", "CreateHyperParameterTuningJob"): create_tuning_job,
    ("sagemaker", "ListTrainingJobsForHyperParameterTuningJob"): list_training_jobs,
    **{("sagemaker", f"List{kind}s"): _list(kind) for kind in _KINDS},
    **{("sagemaker", f"Stop{kind}"): _stop(kind) for kind in _KINDS},
}
