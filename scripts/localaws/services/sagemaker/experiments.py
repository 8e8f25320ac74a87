"""Experiments, trials and trial components: those that a caller makes, and those that the service makes for jobs.

https://docs.aws.amazon.com/sagemaker/latest/dg/pipelines-experiments.html
https://docs.aws.amazon.com/sagemaker/latest/APIReference/API_AssociateTrialComponent.html
"""

from collections.abc import Callable, Mapping
from typing import Any

from scripts.localaws.core.errors import AwsError
from scripts.localaws.crud.operations import OperationHandler, list_
from scripts.localaws.crud.operations import create as create_record
from scripts.localaws.crud.registry import SERVICES
from scripts.localaws.crud.serialization import Record
from scripts.localaws.crud.store import LOCK, Store, store_of

_TRIALS = "@trials"  # of a trial component's record: the names of its trials


def create(store: Store, experiment: str, trial: str) -> None:
    """Make an experiment and a trial that do not exist yet, without rights of anybody."""
    with LOCK:
        for resource, values in (("Experiment", {}), ("Trial", {"TrialName": trial})):
            spec, record = store.resources[resource], {"ExperimentName": experiment, **values}
            if not store.find(spec, **{spec.key[-1]: record[spec.key[-1]]}):
                store.create(spec, record)


def track(store: Store, job: Mapping[str, Any], resource: str, name: str) -> Record | None:
    """The trial component of a job that has an ExperimentConfig; it belongs to the trial that this names."""
    config = job.get("ExperimentConfig") or {}
    if not config:
        return None
    kind = resource.removesuffix("Job").lower()
    values = {
        "TrialComponentName": f"{name}-aws-{kind}-job",
        "DisplayName": config.get("TrialComponentDisplayName", name),
        "Source": {"SourceArn": job["@arn"], "SourceType": f"SageMaker{resource}"},
        "TrialComponentSource": {"SourceArn": job["@arn"], "SourceType": f"SageMaker{resource}"},
        "Parameters": {key: {"StringValue": value} for key, value in (job.get("HyperParameters") or {}).items()},
        "Status": {"PrimaryStatus": "InProgress"},
    }
    with LOCK:
        record = store.create(store.resources["TrialComponent"], values)
        record[_TRIALS] = {config["TrialName"]} if config.get("TrialName") else set()
        record["SourceArn"] = job["@arn"]
    return record


def complete(record: Record, job: Mapping[str, Any], status: str, reason: str) -> None:
    """Set the last status and the metrics of a job's trial component."""
    names = {"Completed": "Completed", "Failed": "Failed", "Stopped": "Stopped"}
    with LOCK:
        record["Status"] = {"PrimaryStatus": names[status], **({"Message": reason[:1024]} if reason else {})}
        record["Metrics"] = [
            {"MetricName": each["MetricName"], "Last": each["Value"], "TimeStamp": each["Timestamp"], "Count": 1}
            for each in job.get("FinalMetricDataList") or ()
        ]


def _associate(store: Store, params: Record, _: Any) -> Record:
    return _association(store, params, set.add)


def _disassociate(store: Store, params: Record, _: Any) -> Record:
    return _association(store, params, set.discard)


def _association(store: Store, params: Record, change: Callable[[set[str], str], None]) -> Record:
    component, trial = (store.get(store.resources[name], params) for name in ("TrialComponent", "Trial"))
    change(component.setdefault(_TRIALS, set()), trial["TrialName"])
    return {"TrialComponentArn": component["@arn"], "TrialArn": trial["@arn"]}


def _create_trial(store: Store, params: Record, output: Any) -> Record:
    """A trial belongs to an experiment that exists."""
    store.get(store.resources["Experiment"], params)
    return create_record(store, store.resources["Trial"], params, output)


def _list_components(store: Store, params: Record, output: Any) -> Record:
    """All, or those of a trial or of an experiment."""
    chosen = {name: params.pop(name) for name in ("ExperimentName", "TrialName") if name in params}
    spec = store.resources["TrialComponent"]
    if chosen:
        trials = {record["TrialName"] for record in store.find(store.resources["Trial"], **chosen)}
        components = [record for record in store.find(spec) if trials & record.get(_TRIALS, set())]
        params["TrialComponentNames"] = [record["TrialComponentName"] for record in components]
    return {"TrialComponentSummaries": []} if chosen and not components else list_(store, spec, params, output)


def _list_trials(store: Store, params: Record, output: Any) -> Record:
    """By experiment or by component."""
    if component := params.pop("TrialComponentName", None):
        record = store.get(store.resources["TrialComponent"], {"TrialComponentName": component})
        params["TrialNames"] = sorted(record.get(_TRIALS, set()))
    return list_(store, store.resources["Trial"], params, output)


def _delete_component(store: Store, params: Record, _: Any) -> Record:
    """A component must leave its trials first."""
    record = store.get(store.resources["TrialComponent"], params)
    if record.get(_TRIALS):
        message = f"Trial component {record['TrialComponentName']} is associated with trials; disassociate it first."
        raise AwsError("ValidationException", message)
    store.delete(store.resources["TrialComponent"], params)
    return {"TrialComponentArn": record["@arn"]}


def with_parents(store: Store, component: Record) -> Record:
    """A trial component with the trials and experiments that it belongs to."""
    trials = [each for each in store.find(store.resources["Trial"]) if each["TrialName"] in component.get(_TRIALS, ())]
    parents = [{name: trial[name] for name in ("ExperimentName", "TrialName")} for trial in trials]
    return {**component, "Parents": parents}


def _put_metrics(store: Store, params: Record, _: Any) -> Record:
    """Add values to a trial component; DescribeTrialComponent summarizes them.

    https://docs.aws.amazon.com/sagemaker/latest/APIReference/API_metrics_BatchPutMetrics.html
    """
    owner = store_of(SERVICES["sagemaker"], store.account, store.region)
    components = owner.find(owner.resources["TrialComponent"], TrialComponentName=params["TrialComponentName"])
    if not components:
        return {"Errors": [{"Code": "VALIDATION_ERROR", "MetricIndex": at} for at in range(len(params["MetricData"]))]}
    metrics = {each["MetricName"]: each for each in components[0].get("Metrics", ())}
    for point in params["MetricData"]:
        name, value = point["MetricName"], point["Value"]
        old = metrics.get(name, {"Min": value, "Max": value, "Avg": value, "Count": 0})
        count = old["Count"] + 1
        extremes = {"Min": min(old.get("Min", value), value), "Max": max(old.get("Max", value), value)}
        average = old.get("Avg", value) + (value - old.get("Avg", value)) / count
        latest = {"MetricName": name, "TimeStamp": point["Timestamp"], "Last": value}
        metrics[name] = {**latest, **extremes, "Avg": average, "Count": count}
    components[0]["Metrics"] = list(metrics.values())
    return {}


HANDLERS: dict[tuple[str, str], OperationHandler] = {
    ("sagemaker", "CreateTrial"): _create_trial,
    ("sagemaker", "ListTrials"): _list_trials,
    ("sagemaker", "AssociateTrialComponent"): _associate,
    ("sagemaker", "DisassociateTrialComponent"): _disassociate,
    ("sagemaker", "ListTrialComponents"): _list_components,
    ("sagemaker", "DeleteTrialComponent"): _delete_component,
    ("sagemaker-metrics", "BatchPutMetrics"): _put_metrics,
}
