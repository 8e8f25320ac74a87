"""Experiments, trials and trial components: those that a caller makes, and those that the service makes for jobs.

https://docs.aws.amazon.com/sagemaker/latest/dg/pipelines-experiments.html
https://docs.aws.amazon.com/sagemaker/latest/APIReference/API_AssociateTrialComponent.html
"""

from collections.abc import Callable, Mapping
from statistics import fmean
from typing import Any

from scripts.localaws.core.errors import AwsError
from scripts.localaws.crud.operations import OperationHandler, list_, with_tags
from scripts.localaws.crud.operations import create as create_record
from scripts.localaws.crud.registry import SERVICES
from scripts.localaws.crud.serialization import Record, reply
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


def _search(store: Store, params: Record, output: Any) -> Record:
    """Trial components by name and by trial, as the SageMaker SDK searches them; everything else is refused.

    https://docs.aws.amazon.com/sagemaker/latest/APIReference/API_Search.html
    """
    filters = (params.get("SearchExpression") or {}).get("Filters") or ()
    values = {each["Name"]: each.get("Value", "") for each in filters if each.get("Operator", "Equals") == "Equals"}
    is_simple = len(values) == len(filters) and values.keys() <= {"TrialComponentName", "Parents.TrialName"}
    if params["Resource"] != "ExperimentTrialComponent" or not is_simple or not filters:
        message = "the embedded AWS searches trial components by name and trial alone; see SUPPORTED.md"
        raise AwsError("ValidationException", message)
    trial, spec = values.pop("Parents.TrialName", None), store.resources["TrialComponent"]
    records = [each for each in store.find(spec, **values) if trial in (None, *each.get(_TRIALS, ()))]
    shape = output.members["Results"].member.members["TrialComponent"]
    return {"Results": [{"TrialComponent": reply(shape, spec, with_tags(store, record))} for record in records]}


def _put_metrics(store: Store, params: Record, _: Any) -> Record:
    """Add values to a trial component; DescribeTrialComponent summarizes them.

    https://docs.aws.amazon.com/sagemaker/latest/APIReference/API_metrics_BatchPutMetrics.html
    """
    owner = store_of(SERVICES["sagemaker"], store.account, store.region)
    components = owner.find(owner.resources["TrialComponent"], TrialComponentName=params["TrialComponentName"])
    if not components:
        return {"Errors": [{"Code": "VALIDATION_ERROR", "MetricIndex": at} for at in range(len(params["MetricData"]))]}
    points = components[0].setdefault("@points", {})
    for point in params["MetricData"]:
        points.setdefault(point["MetricName"], []).append(point)
    components[0]["Metrics"] = [_summary(each) for each in points.values()]
    return {}


def _summary(points: list[Record]) -> Record:
    values, last = [point["Value"] for point in points], points[-1]
    latest = {"MetricName": last["MetricName"], "TimeStamp": last["Timestamp"], "Last": last["Value"]}
    return {**latest, "Min": min(values), "Max": max(values), "Avg": fmean(values), "Count": len(values)}


HANDLERS: dict[tuple[str, str], OperationHandler] = {
    ("sagemaker", "CreateTrial"): _create_trial,
    ("sagemaker", "ListTrials"): _list_trials,
    ("sagemaker", "AssociateTrialComponent"): lambda store, params, _: _association(store, params, set.add),
    ("sagemaker", "DisassociateTrialComponent"): lambda store, params, _: _association(store, params, set.discard),
    ("sagemaker", "ListTrialComponents"): _list_components,
    ("sagemaker", "DeleteTrialComponent"): _delete_component,
    ("sagemaker", "Search"): _search,
    ("sagemaker-metrics", "BatchPutMetrics"): _put_metrics,
}
