"""What one account holds in one region: records by noun and key, with AWS's refusals. In memory."""

import threading
from collections import defaultdict
from datetime import UTC, datetime
from typing import Any

from moto.core.exceptions import ServiceException

from scripts.localaws.sagemaker.kinds import KINDS, Kind

Record = dict[str, Any]
Key = tuple[Any, ...]
LOCK = threading.RLock()


class Store:
    """Records of one account and region."""

    def __init__(self, account: str, region: str) -> None:
        self.account, self.region = account, region
        self.records: dict[str, dict[Key, Record]] = defaultdict(dict)
        self.tags: dict[str, dict[str, str]] = {}

    def all(self, noun: str, **where: Any) -> list[Record]:
        """Records that have these values, oldest first."""
        return [it for it in self.records[noun].values() if all(it.get(key) == value for key, value in where.items())]

    def add(self, kind: Kind, values: Record) -> Record:
        """A new record; ResourceInUse when its name is taken."""
        if kind.parent:
            self.get(KINDS[kind.parent], values)
        key, now = _key(kind, values), datetime.now(UTC)
        old = self.records[kind.noun].get(key)
        if old and old.get("Status") != "Deleted":
            raise ServiceException("ResourceInUse", f"{kind.noun} {self._shown(kind, values)} already exists.")
        arn = f"arn:aws:sagemaker:{self.region}:{self.account}:{kind.arn.format(**values)}"
        record = {**values, f"{kind.noun}Arn": arn, "CreationTime": now, "LastModifiedTime": now, **dict(kind.ready)}
        self.tags[arn] = {tag["Key"]: tag["Value"] for tag in record.pop("Tags", [])}
        self.records[kind.noun][key] = record
        return record

    def get(self, kind: Kind, values: Record) -> Record:
        """One record; ResourceNotFound when there is none."""
        record = self.records[kind.noun].get(_key(kind, values))
        if record is None:
            raise ServiceException("ResourceNotFound", f"{kind.noun} {self._shown(kind, values)} does not exist.")
        return record

    def change(self, kind: Kind, values: Record) -> Record:
        """Settings that are named are replaced one by one; others stay."""
        record = self.get(kind, values)
        for name, value in values.items():
            both = isinstance(value, dict) and isinstance(record.get(name), dict)
            record[name] = {**record[name], **value} if both else value
        record["LastModifiedTime"] = datetime.now(UTC)
        return record

    def remove(self, kind: Kind, values: Record) -> Record:
        """Forget a record and its tags."""
        record = self.get(kind, values)
        del self.records[kind.noun][_key(kind, values)]
        self.tags.pop(record[f"{kind.noun}Arn"], None)
        return record

    def tagged(self, arn: str) -> dict[str, str]:
        """The tags of a thing, to read or to change."""
        if arn not in self.tags:
            raise ServiceException("ResourceNotFound", f"{arn} does not exist.")
        return self.tags[arn]

    @staticmethod
    def _shown(kind: Kind, values: Record) -> str:
        return f"[{', '.join(str(values[name]) for name in kind.key if values.get(name))}]"


def _key(kind: Kind, values: Record) -> Key:
    return tuple(values.get(name) for name in kind.key)


_STORES: dict[tuple[str, str], Store] = {}


def store(account: str, region: str) -> Store:
    """The account's store in the region."""
    return _STORES.setdefault((account, region), Store(account, region))
