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
import botocore.session
from botocore.config import Config

from generators.aws.errors import translate_errors
from generators.config import platform
from generators.errors import UserError

ADMINISTRATOR = "OrganizationAccountAccessRole"  # AWS Organizations makes it in every account that it creates
_START = "start it with `make local`"
_RETRIES = {"mode": "standard", "total_max_attempts": 10}
_LOCAL_RETRIES = {"mode": "standard", "total_max_attempts": 3}  # a dead process does not come back by waiting
_NO_PROFILE = {"profile": (None, None, None, None)}  # a profile of the person's is none of the embedded AWS
_LOOPBACK = ("127.0.0.1", "localhost", "::1")
Keys = Mapping[str, str]


@dataclass(frozen=True)
class Aws:
    """One target; `endpoint` is empty for real AWS. Clients are made once per service, region, account and role."""

    target: str
    endpoint: str
    platform: platform.Platform
    _clients: dict[tuple[str, str, str, str, str, str], Any] = field(default_factory=dict, repr=False, compare=False)
    _keys: dict[tuple[str, str, str, str], Keys] = field(default_factory=dict, repr=False, compare=False)

    @property
    def hub_account(self) -> str:
        """The hub of this target, from platform.yaml."""
        return self.platform.targets[self.target].hub

    @property
    def management_account(self) -> str:
        """The management account of this target, from platform.yaml."""
        return self.platform.targets[self.target].management

    def client(self, service: str, region: str, account: str, role: str = "", by: str = "", owner: str = "") -> Any:
        """A boto3 client in `account`: as `role` there, else as its administrator (local) or the caller (aws).

        `by` names the account whose identity takes the role on; without it, it is the account's own. `owner` is the
        person's name as the session's tag says it; the role's trust lets nobody take another's.
        """
        key = (service, region, account, role, by, owner)
        if key not in self._clients:
            self._clients[key] = self._connect(service, region, self.keys(account, role, by, owner))
        return self._clients[key]

    def keys(self, account: str, role: str = "", by: str = "", owner: str = "") -> Keys:
        """boto3's credential arguments for `account` and `role`; empty means the caller's own."""
        if (account, role, by, owner) not in self._keys:
            find = self._local_keys if self.endpoint_is_local else self._own_keys
            with translate_errors(f"account {account}"):
                self._keys[account, role, by, owner] = find(account, role, by or account, owner)
        return self._keys[account, role, by, owner]

    @property
    def endpoint_is_local(self) -> bool:
        """Whether this is the embedded AWS."""
        return self.target == "local"

    def caller_account(self) -> str:
        """The account whose credentials the caller has; the embedded AWS takes everyone for the management account."""
        if self.endpoint_is_local:
            return self.management_account
        with translate_errors("credentials"):
            return str(self._connect("sts", self.platform.regions[0], {}).get_caller_identity()["Account"])

    def _local_keys(self, account: str, role: str, by: str, owner: str) -> Keys:
        keys: Keys = {"aws_access_key_id": "local", "aws_secret_access_key": "local"}
        if by != self.management_account:
            keys = self._assume(keys, by, ADMINISTRATOR)
        return self._assume(keys, account, role, owner) if role else keys

    def _own_keys(self, account: str, role: str, by: str, owner: str) -> Keys:
        who = self._connect("sts", self.platform.regions[0], {}).get_caller_identity()
        if role and f":{account}:assumed-role/{role}/" in who["Arn"]:
            return {}
        if who["Account"] != by:
            raise UserError(
                f"credentials: they are of account {who['Account']}, not of {by}; "
                f"sign in to {by}, or correct its id in {platform.FILE}"
            )
        return self._assume({}, account, role, owner) if role else {}

    def _assume(self, keys: Keys, account: str, role: str, owner: str = "") -> Keys:
        sts = self._connect("sts", self.platform.regions[0], keys)
        arn = f"arn:aws:iam::{account}:role/{role}"
        tags = {"Tags": [{"Key": "owner", "Value": owner}]} if owner else {}
        given = sts.assume_role(RoleArn=arn, RoleSessionName=owner or "catalog", **tags)["Credentials"]
        return {
            "aws_access_key_id": given["AccessKeyId"],
            "aws_secret_access_key": given["SecretAccessKey"],
            "aws_session_token": given["SessionToken"],
        }

    def _connect(self, service: str, region: str, keys: Keys) -> Any:
        config = Config(
            retries=_LOCAL_RETRIES if self.endpoint_is_local else _RETRIES,  # type: ignore[arg-type]
            s3={"addressing_style": "path"} if self.endpoint else None,
        )
        core = botocore.session.Session(_NO_PROFILE if self.endpoint_is_local else None)
        session: Any = boto3.session.Session(region_name=region, botocore_session=core, **keys)
        return session.client(service, endpoint_url=self.endpoint or None, config=config)


def connect(root: Path) -> Aws:
    """The target that the environment names; UserError when it cannot be used."""
    name = os.environ.get("TARGET") or "local"
    facts = platform.read(root)
    if name not in facts.targets:
        raise UserError(f"TARGET={name}: there is no such target; choose from {', '.join(sorted(facts.targets))}")
    if name != "local":
        return Aws(name, os.environ.get("AWS_ENDPOINT_URL", ""), facts)
    endpoint = _local_endpoint(root)
    _no_proxy_on_loopback()
    return Aws(name, endpoint, facts)


def _no_proxy_on_loopback() -> None:
    """A person's proxy, which boto3, urllib and child processes would use, cannot reach this machine."""
    spared = (os.environ.get("no_proxy") or os.environ.get("NO_PROXY", ""), *_LOOPBACK)
    os.environ["no_proxy"] = os.environ["NO_PROXY"] = ",".join(filter(None, spared))


def _local_endpoint(root: Path) -> str:
    """AWS_ENDPOINT_URL, else what the running embedded AWS wrote down; never anything but loopback."""
    found = os.environ.get("AWS_ENDPOINT_URL") or _written(root)
    if urlsplit(found).hostname not in _LOOPBACK:
        raise UserError(f"AWS_ENDPOINT_URL={found}: the embedded AWS is on loopback only; unset it, or set TARGET=aws")
    return found


def _written(root: Path) -> str:
    for folder in (root, *root.parents):
        file = folder / ".local" / "aws.json"
        if file.is_file():
            return _alive(file)
    raise UserError(f"embedded AWS: it is not running; {_START}")


def _alive(file: Path) -> str:
    try:
        facts = json.loads(file.read_text(encoding="utf-8"))
        pid, endpoint = int(facts["pid"]), str(facts["endpoint"])
    except (ValueError, KeyError, TypeError):
        raise UserError(f"embedded AWS: {file} cannot be read; delete it and run `make local`") from None
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        raise UserError(
            f"embedded AWS: process {pid} has died, and its accounts with it; run `make local-down local`"
        ) from None
    return endpoint
