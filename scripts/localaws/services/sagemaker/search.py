"""Search: the records of a resource that fulfil every filter.

https://docs.aws.amazon.com/sagemaker/latest/APIReference/API_Search.html
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any

from scripts.localaws.crud.operations import OperationHandler, with_tags
from scripts.localaws.crud.serialization import Record, reply
from scripts.localaws.crud.store import Store
from scripts.localaws.services.sagemaker.components import validation_error
from scripts.localaws.services.sagemaker.experiments import with_parents

_OPERATORS: Mapping[str, Callable[[Sequence[str], str], bool]] = {
    "Equals": lambda values, text: text in values,
    "NotEquals": lambda values, text: text not in values,
    "Contains": lambda values, text: any(text in value for value in values),
    "In": lambda values, text: any(value in text.split(",") for value in values),
    "Exists": lambda values, _: bool(values),
    "NotExists": lambda values, _: not values,
}
_NAMES = {"ExperimentTrial": "Trial", "ExperimentTrialComponent": "TrialComponent"}
_SORT_FIELDS = {"CreationTime": "@created", "LastModifiedTime": "@updated"}


def _search(store: Store, params: Record, output: Any) -> Record:
    """The last modified record first, unless the request says otherwise."""
    name = _NAMES.get(params["Resource"], str(params["Resource"]))
    expression, sort = params.get("SearchExpression") or {}, params.get("SortBy", "LastModifiedTime")
    filters = expression.get("Filters") or ()
    unsupported = {
        f"the resource {name}": name not in store.resources,
        "a search other than of all Filters": bool(expression.keys() - {"Filters", "Operator"})
        or expression.get("Operator", "And") != "And",
        f"the order {sort}": sort not in _SORT_FIELDS,
        "these operators": any(each.get("Operator", "Equals") not in _OPERATORS for each in filters),
    }
    if reasons := [reason for reason, is_unsupported in unsupported.items() if is_unsupported]:
        raise validation_error(f"the embedded AWS does not search by {', '.join(reasons)}; see SUPPORTED.md")
    spec = store.resources[name]
    candidates = [with_parents(store, record) if name == "TrialComponent" else record for record in store.find(spec)]
    records = [record for record in candidates if all(_fulfils(record, each) for each in filters)]
    records.sort(key=lambda record: record[_SORT_FIELDS[sort]], reverse=params.get("SortOrder") != "Ascending")
    start, shape = int(params.get("NextToken") or 0), output.members["Results"].member.members[name]
    end = start + params.get("MaxResults", store.service.page_size)
    token = {"NextToken": str(end)} if end < len(records) else {}
    results = [{name: reply(shape, spec, with_tags(store, record))} for record in records[start:end]]
    return {"Results": results, **token}


def _fulfils(record: Record, condition: Mapping[str, str]) -> bool:
    values = [str(value) for value in _values(record, condition["Name"].split("."))]
    return _OPERATORS[condition.get("Operator", "Equals")](values, condition.get("Value", ""))


def _values(value: Any, path: Sequence[str]) -> Iterator[Any]:
    """The values at the path; of a list those of each item."""
    if isinstance(value, list):
        for item in value:
            yield from _values(item, path)
    elif not path:
        yield value
    elif isinstance(value, Mapping) and path[0] in value:
        yield from _values(value[path[0]], path[1:])


HANDLERS: dict[tuple[str, str], OperationHandler] = {("sagemaker", "Search"): _search}
