"""Which AWS is meant and as whom to call it: the embedded one by default, a real account only with TARGET=aws."""

from __future__ import annotations

import json
import os
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import boto3
from botocore.config import Config

from generators.catalog import platform
from generators.catalog.aws.errors import translated
from generators.catalog.model import CatalogError

ADMINISTRATOR = "OrganizationAccountAccessRole"  # AWS Organizations makes it in every account that it creates
_START = "start it with `make local`"
_RETRIES = {"mode": "standard", "total_max_attempts": 10}
_LOOPBACK = ("127.0.0.1", "localhost", "::1")
Keys = Mapping[str, str]


@dataclass(frozen=True)
class Aws:
    """One target; `endpoint` is empty for real AWS. Clients are made once per service, region, account and role."""

    target: str
    endpoint: str
    platform: platform.Platform
    _clients: dict[tuple[str, str, str, str], Any] = field(default_factory=dict, repr=False, compare=False)
    _keys: dict[tuple[str, str], Keys] = field(default_factory=dict, repr=False, compare=False)

    @property
    def hub_account(self) -> str:
        """The hub of this target, from platform.yaml."""
        return self.platform.targets[self.target].hub

    @property
    def management_account(self) -> str:
        """The management account of this target, from platform.yaml."""
        return self.platform.targets[self.target].management

    def client(self, service: str, region: str, account: str, role: str = "") -> Any:
        """A boto3 client in `account`: as `role` there, else as its administrator (local) or the caller (aws)."""
        key = (service, region, account, role)
        if key not in self._clients:
            self._clients[key] = self._connect(service, region, self.keys(account, role))
        return self._clients[key]

    def keys(self, account: str, role: str = "") -> Keys:
        """boto3's credential arguments for `account` and `role`; empty means the caller's own."""
        if (account, role) not in self._keys:
            with translated(f"account {account}"):
                found = self._local_keys(account, role) if self.endpoint_is_local else self._own_keys(account, role)
            self._keys[account, role] = found
        return self._keys[account, role]

    @property
    def endpoint_is_local(self) -> bool:
        """Whether this is the embedded AWS."""
        return self.target == "local"

    def _local_keys(self, account: str, role: str) -> Keys:
        keys: Keys = {"aws_access_key_id": "local", "aws_secret_access_key": "local"}
        hops = [] if account == self.management_account else [ADMINISTRATOR]
        for name in [*hops, *([role] if role else [])]:
            keys = self._assume(keys, account, name)
        return keys

    def _own_keys(self, account: str, role: str) -> Keys:
        who = self._connect("sts", self.platform.regions[0], {}).get_caller_identity()
        if role and f":assumed-role/{role}/" not in who["Arn"]:
            return self._assume({}, account, role)
        if who["Account"] != account:
            raise CatalogError(
                f"credentials: they are of account {who['Account']}, not of {account}; "
                f"sign in to {account}, or correct its id in {platform.FILE}"
            )
        return {}

    def _assume(self, keys: Keys, account: str, role: str) -> Keys:
        sts = self._connect("sts", self.platform.regions[0], keys)
        arn = f"arn:aws:iam::{account}:role/{role}"
        given = sts.assume_role(RoleArn=arn, RoleSessionName="catalog")["Credentials"]
        return {
            "aws_access_key_id": given["AccessKeyId"],
            "aws_secret_access_key": given["SecretAccessKey"],
            "aws_session_token": given["SessionToken"],
        }

    def _connect(self, service: str, region: str, keys: Keys) -> Any:
        style = {"addressing_style": "path"} if self.endpoint else None
        config = Config(retries=_RETRIES if not self.endpoint_is_local else {"total_max_attempts": 3}, s3=style)  # type: ignore[arg-type]
        session: Any = boto3.session.Session(region_name=region, **keys)  # type: ignore[arg-type]
        return session.client(service, endpoint_url=self.endpoint or None, config=config)


def connect(root: Path) -> Aws:
    """The target that the environment names; CatalogError when it cannot be used."""
    name = os.environ.get("TARGET") or "local"
    facts = platform.read(root)
    if name not in facts.targets:
        raise CatalogError(f"TARGET={name}: there is no such target; choose from {', '.join(sorted(facts.targets))}")
    return Aws(name, _local_endpoint(root) if name == "local" else os.environ.get("AWS_ENDPOINT_URL", ""), facts)


def _local_endpoint(root: Path) -> str:
    """AWS_ENDPOINT_URL, else what the running embedded AWS wrote down; never anything but loopback."""
    found = os.environ.get("AWS_ENDPOINT_URL") or _written(root)
    if urlsplit(found).hostname not in _LOOPBACK:
        raise CatalogError(
            f"AWS_ENDPOINT_URL={found}: the embedded AWS is on loopback only; unset it, or set TARGET=aws"
        )
    return found


def _written(root: Path) -> str:
    for folder in (root, *root.parents):
        file = folder / ".local" / "aws.json"
        if file.is_file():
            return _alive(json.loads(file.read_text(encoding="utf-8")))
    raise CatalogError(f"embedded AWS: it is not running; {_START}")


def _alive(facts: Mapping[str, Any]) -> str:
    try:
        os.kill(int(facts["pid"]), 0)
    except ProcessLookupError:
        raise CatalogError(
            f"embedded AWS: it has died (process {facts['pid']}), and its accounts with it; {_START}"
        ) from None
    return str(facts["endpoint"])
