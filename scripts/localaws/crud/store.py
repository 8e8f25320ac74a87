"""The records of one account and region of one service, by resource and key, and their errors. In memory."""

import copy
import json
import secrets
import threading
import uuid
from collections import defaultdict
from collections.abc import Mapping
from typing import Any

from moto.core.utils import get_service_model

from scripts.localaws.core import clock
from scripts.localaws.core.errors import AwsError
from scripts.localaws.crud.resource_spec import ResourceSpec, ServiceSpec
from scripts.localaws.crud.serialization import Record, is_tags, tags_of

LOCK = threading.RLock()


class Store:
    """Records of one account and region. A record has "@arn", "@created" and "@updated" besides its values."""

    def __init__(self, service: ServiceSpec, account: str, region: str) -> None:
        self.service, self.account, self.region = service, account, region
        self.resources = {spec.name: spec for spec in service.resources}
        self.records: dict[str, dict[str, Record]] = defaultdict(dict)
        self.tags: dict[str, dict[str, str]] = {}

    def find(self, spec: ResourceSpec, **values: Any) -> list[Record]:
        """The resource's records that have these values, oldest first."""
        records = self.records[spec.name].values()
        return [record for record in records if all(record.get(name) == value for name, value in values.items())]

    def create(self, spec: ResourceSpec, values: Record) -> Record:
        """Add a record. Raises AwsError when its key exists or its parent is missing."""
        if spec.parent:
            self.get(self.resources[spec.parent], values)
        record = self._new_record(spec, values)
        key = _key(spec, record)
        if key in self.records[spec.name]:
            raise self.error(self.service.conflict_code, _message(spec.conflict_message, spec, record))
        self.records[spec.name][key] = record
        return self._with_stored_tags(record, values)

    def get(self, spec: ResourceSpec, values: Mapping[str, Any]) -> Record:
        """The record with this key, ARN or id. Raises AwsError when there is none."""
        records = self.records[spec.name]
        record = records.get(_key(spec, values))
        if record is None and spec.is_setting:
            return self._new_record(spec, dict(values))
        texts = {value for value in values.values() if isinstance(value, str)}
        record = record or next((each for each in records.values() if texts & _identifiers(spec, each)), None)
        if record is None:
            code = spec.not_found_code or self.service.not_found_code
            raise self.error(code, _message(spec.not_found_message, spec, values))
        return record

    def update(self, spec: ResourceSpec, values: Record) -> Record:
        """Replace the values that are given; the first update of a setting stores it."""
        record = self.get(spec, values)
        for name, value in _settings(values).items():
            merge = self.service.merges_updates and isinstance(value, dict) and isinstance(record.get(name), dict)
            record[name] = {**record[name], **value} if merge else value
        record["@updated"] = clock.now()
        self.records[spec.name].setdefault(_key(spec, record), record)
        return self._with_stored_tags(record, values)

    def delete(self, spec: ResourceSpec, values: Mapping[str, Any]) -> Record:
        """Delete a record with its tags and children."""
        record = self.get(spec, values)
        for child_spec in (each for each in self.service.resources if each.parent == spec.name):
            for child in self.find(child_spec, **{part: record.get(part) for part in spec.key}):
                if child_spec.blocks_parent:
                    message = f"{spec.name} {_label(spec, record)} still has a {child_spec.name}."
                    raise self.error(self.service.conflict_code, message)
                self.delete(child_spec, child)
        self.records[spec.name].pop(_key(spec, record), None)
        self.tags.pop(record["@arn"], None)
        return self._new_record(spec, {}) if spec.is_setting else record

    def _new_record(self, spec: ResourceSpec, values: Record) -> Record:
        now = clock.now()
        variables: Record = {"account": self.account, "region": self.region, "hex": secrets.token_hex(8), **values}
        variables |= {f"{name}|rest": text.partition("/")[2] for name, text in values.items() if isinstance(text, str)}
        variables |= {"uuid": str(uuid.uuid4()), "now": now.isoformat(timespec="seconds")}
        defaults: Record = {}
        for name, value in spec.defaults.items():  # in order: a later one may use an earlier one
            variables["arn"] = self._arn(spec.arn.format_map(_Variables(variables)))
            defaults[name] = _filled(value, variables) if values.get(name) is None else values[name]
            variables[name] = defaults[name]
        arn = self._arn(spec.arn.format_map(_Variables(variables)))
        return {**defaults, **_settings(values), "@arn": arn, "@created": now, "@updated": now}

    def _arn(self, name: str) -> str:
        if name.startswith("arn:") or not name:
            return name
        region = self.region if self.service.is_regional else ""
        return f"arn:aws:{self.service.scope}:{region}:{self.account}:{name}"

    def _with_stored_tags(self, record: Record, values: Record) -> Record:
        tags = next((tags_of(value) for name, value in values.items() if is_tags(name)), {})
        if record["@arn"]:
            self.tags.setdefault(record["@arn"], {}).update(tags)
        return record

    def error(self, code: str, message: str) -> AwsError:
        """An error with the status that the model gives the code."""
        shape = get_service_model(self.service.model).shape_for(code)
        return AwsError(code, message, shape.metadata.get("error", {}).get("httpStatusCode", 400))


class _Variables(dict[str, Any]):
    """Template variables; a missing one is empty."""

    def __missing__(self, name: str) -> str:
        return ""


def _filled(value: Any, variables: Record) -> Any:
    if isinstance(value, str) and "{" in value:
        return value.format_map(_Variables(variables))
    return copy.deepcopy(value)


def _settings(values: Record) -> Record:
    return {name: value for name, value in values.items() if not is_tags(name) and not name.startswith("@")}


def _key(spec: ResourceSpec, values: Mapping[str, Any]) -> str:
    return json.dumps([values.get(part) for part in spec.key], sort_keys=True, default=str)


def _identifiers(spec: ResourceSpec, record: Record) -> set[str]:
    """ARN and ids that a request may use instead of the key."""
    values = [record["@arn"], *(record.get(id) for id in ("Id", "id", f"{spec.name}Id"))]
    return {value for value in values if isinstance(value, str) and value}


def _message(template: str, spec: ResourceSpec, values: Mapping[str, Any]) -> str:
    variables = {"resource": spec.name, "label": _label(spec, values), "arn": values.get("@arn", ""), **values}
    return template.format_map(_Variables(variables))


def _label(spec: ResourceSpec, values: Mapping[str, Any]) -> str:
    return f"[{', '.join(str(values[part]) for part in spec.key if values.get(part))}]"


_STORES: dict[tuple[str, str, str], Store] = {}


def store_of(service: ServiceSpec, account: str, region: str) -> Store:
    """The account's store in the region; a service without regions has one."""
    key = (service.scope, account, region if service.is_regional else "")
    return _STORES.setdefault(key, Store(service, *key[1:]))
