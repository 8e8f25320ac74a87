"""What one account holds in one region of one service: records by noun and key, with its refusals. In memory."""

import copy
import json
import secrets
import threading
import uuid
from collections import defaultdict
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

from moto.core.utils import get_service_model

from scripts.localaws.core.errors import AwsError
from scripts.localaws.crud.resource_spec import ResourceSpec, ServiceSpec
from scripts.localaws.crud.serialization import Record, is_tags, tags_of

LOCK = threading.RLock()


class Store:
    """Records of one account and region. A record keeps "@arn", "@made" and "@changed" besides its values."""

    def __init__(self, api: ServiceSpec, account: str, region: str) -> None:
        self.api, self.account, self.region = api, account, region
        self.nouns = {noun.name: noun for noun in api.nouns}
        self.records: dict[str, dict[str, Record]] = defaultdict(dict)
        self.tags: dict[str, dict[str, str]] = {}

    def all(self, noun: ResourceSpec, **where: Any) -> list[Record]:
        """The noun's records that have these values, oldest first."""
        known = self.records[noun.name].values()
        return [it for it in known if all(it.get(name) == value for name, value in where.items())]

    def add(self, noun: ResourceSpec, values: Record) -> Record:
        """A new record; refused when its name is taken or its parent is missing."""
        if noun.parent:
            self.get(self.nouns[noun.parent], values)
        record = self._born(noun, values)
        key = _key(noun, record)
        if key in self.records[noun.name]:
            raise self.refusal(self.api.taken, f"{noun.name} {_shown(noun, record)} already exists.")
        self.records[noun.name][key] = record
        return self._tagged(record, values)

    def get(self, noun: ResourceSpec, values: Mapping[str, Any]) -> Record:
        """The record that the values name, by its key, its ARN or its id; refused when there is none."""
        known = self.records[noun.name]
        found = known.get(_key(noun, values))
        if found is None and noun.always:
            return self._born(noun, dict(values))
        texts = {value for value in values.values() if isinstance(value, str)}
        found = found or next((it for it in known.values() if texts & _names(noun, it)), None)
        if found is None:
            code = noun.absent or self.api.absent
            raise self.refusal(code, f"{noun.name} {_shown(noun, values)} does not exist.")
        return found

    def change(self, noun: ResourceSpec, values: Record) -> Record:
        """Settings that are named replace the old ones; a setting that was never made begins now."""
        record = self.get(noun, values)
        for name, value in _settings(values).items():
            both = self.api.merges and isinstance(value, dict) and isinstance(record.get(name), dict)
            record[name] = {**record[name], **value} if both else value
        record["@changed"] = datetime.now(UTC)
        self.records[noun.name].setdefault(_key(noun, record), record)
        return self._tagged(record, values)

    def remove(self, noun: ResourceSpec, values: Mapping[str, Any]) -> Record:
        """Forget a record, its tags and what hangs on it."""
        record = self.get(noun, values)
        for child in (it for it in self.api.nouns if it.parent == noun.name):
            for hanging in self.all(child, **{part: record.get(part) for part in noun.key}):
                if child.blocks:
                    raise self.refusal(self.api.taken, f"{noun.name} {_shown(noun, record)} still has a {child.name}.")
                self.remove(child, hanging)
        self.records[noun.name].pop(_key(noun, record), None)
        self.tags.pop(record["@arn"], None)
        return self._born(noun, {}) if noun.always else record

    def _born(self, noun: ResourceSpec, values: Record) -> Record:
        now = datetime.now(UTC)
        words: Record = {"account": self.account, "region": self.region, "hex": secrets.token_hex(8), **values}
        words |= {f"{name}|rest": text.partition("/")[2] for name, text in values.items() if isinstance(text, str)}
        words |= {"uuid": str(uuid.uuid4()), "now": now.isoformat(timespec="seconds")}
        own: Record = {}
        for name, value in noun.born.items():  # in order: a later one may use an earlier one
            words["arn"] = self._arn(noun.arn.format_map(_Known(words)))
            own[name] = _filled(value, words) if values.get(name) is None else values[name]
            words[name] = own[name]
        arn = self._arn(noun.arn.format_map(_Known(words)))
        return {**own, **_settings(values), "@arn": arn, "@made": now, "@changed": now}

    def _arn(self, rest: str) -> str:
        if rest.startswith("arn:") or not rest:
            return rest
        return f"arn:aws:{self.api.scope}:{self.region if self.api.home else ''}:{self.account}:{rest}"

    def _tagged(self, record: Record, values: Record) -> Record:
        tags = next((tags_of(sent) for name, sent in values.items() if is_tags(name)), {})
        if record["@arn"]:
            self.tags.setdefault(record["@arn"], {}).update(tags)
        return record

    def refusal(self, code: str, message: str) -> AwsError:
        """With the status that the model gives the code."""
        shape = get_service_model(self.api.model).shape_for(code)
        return AwsError(code, message, shape.metadata.get("error", {}).get("httpStatusCode", 400))


class _Known(dict[str, Any]):
    def __missing__(self, name: str) -> str:
        return ""


def _filled(value: Any, words: Record) -> Any:
    return value.format_map(_Known(words)) if isinstance(value, str) and "{" in value else copy.deepcopy(value)


def _settings(values: Record) -> Record:
    return {name: value for name, value in values.items() if not is_tags(name) and not name.startswith("@")}


def _key(noun: ResourceSpec, values: Mapping[str, Any]) -> str:
    return json.dumps([values.get(part) for part in noun.key], sort_keys=True, default=str)


def _names(noun: ResourceSpec, record: Record) -> set[str]:
    """By which a request may name a record instead of its key."""
    named = [record["@arn"], *(record.get(id) for id in ("Id", "id", f"{noun.name}Id"))]
    return {name for name in named if isinstance(name, str) and name}


def _shown(noun: ResourceSpec, values: Mapping[str, Any]) -> str:
    return f"[{', '.join(str(values[part]) for part in noun.key if values.get(part))}]"


_STORES: dict[tuple[str, str, str], Store] = {}


def store(api: ServiceSpec, account: str, region: str) -> Store:
    """The account's store in the region; a service without regions has one."""
    where = (api.scope, account, region if api.home else "")
    return _STORES.setdefault(where, Store(api, *where[1:]))
