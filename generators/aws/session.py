"""Target and credentials of AWS calls: the embedded AWS by default, a real account only with TARGET=aws."""

from __future__ import annotations

import json
import os
import threading
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import cached_property, partial
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import boto3
import botocore.loaders
import botocore.session
from botocore.config import Config
from botocore.utils import is_valid_endpoint_url

from generators.aws import retry_policy
from generators.aws.client_pool import ClientPool
from generators.aws.errors import translate_errors
from generators.config import platform
from generators.errors import UserError, excerpt

ADMINISTRATOR = "OrganizationAccountAccessRole"  # AWS Organizations makes it in every account that it creates
_START = "start it with `make local`"
_LOCAL_KEYS = {"aws_access_key_id": "local", "aws_secret_access_key": "local"}
_NO_PROFILE = {"profile": (None, None, None, None)}  # the caller's own AWS profile does not exist in the embedded AWS
_LOOPBACK = ("127.0.0.1", "localhost", "::1")
MODELS = botocore.loaders.create_loader()  # one for the process: every further one reads the models of AWS again
Credentials = Mapping[str, str]


@dataclass(frozen=True)
class Aws:
    """Clients of one target, cached by service, region, account and role; `endpoint` is empty for real AWS.

    Threads may share it: a boto3 session may not make two clients at the same time, and a client serves many threads.
    https://docs.aws.amazon.com/boto3/latest/guide/clients.html#multithreading-or-multiprocessing-with-clients
    """

    target: str
    endpoint: str
    platform: platform.Platform
    _clients: dict[tuple[str, str, str, str, str, str], Any] = field(default_factory=dict, repr=False, compare=False)
    _credentials: dict[tuple[str, str, str, str], Credentials] = field(default_factory=dict, repr=False, compare=False)
    _pools: dict[tuple[str, str], ClientPool] = field(default_factory=dict, repr=False, compare=False)
    _lock: threading.Lock = field(default_factory=threading.Lock, repr=False, compare=False)

    @property
    def hub_account(self) -> str:
        """The hub of this target, from platform.yaml."""
        return self.platform.targets[self.target].hub

    @property
    def management_account(self) -> str:
        """The management account of this target, from platform.yaml."""
        return self.platform.targets[self.target].management

    def client(
        self, service: str, region: str, account: str, role: str = "", source_account: str = "", owner: str = ""
    ) -> Any:
        """A boto3 client in `account`: as `role` there, else as its administrator (local) or the caller (aws).

        `source_account` is the account whose identity assumes the role (default: `account`). `owner` is the session
        tag with the person's name; the trust policy lets people use only their own name.
        """
        key = (service, region, account, role, source_account, owner)
        credentials = self.credentials(account, role, source_account, owner)
        with self._lock:
            if key not in self._clients:
                self._clients[key] = self._connect(service, region, credentials)
            return self._clients[key]

    @contextmanager
    def pooled_client(self, service: str, region: str, account: str, role: str, source_account: str) -> Iterator[Any]:
        """A client as `client` returns it, for this block alone: the pool gives it to the next account."""
        credentials = self.credentials(account, role, source_account)
        if not credentials:  # the caller's own
            yield self.client(service, region, account, role, source_account)
            return
        with self._lock:
            if (service, region) not in self._pools:
                connect = partial(self._connect_session, service=service, region=region)
                self._pools[service, region] = ClientPool(connect, self._botocore_session())
        with self._pools[service, region].client(credentials) as client:
            yield client

    def credentials(self, account: str, role: str = "", source_account: str = "", owner: str = "") -> Credentials:
        """boto3's credential arguments for `account` and `role`; empty means the caller's own."""
        key = (account, role, source_account or account, owner)
        if key not in self._credentials:
            find = self._local_credentials if self.endpoint_is_local else self._caller_credentials
            with translate_errors(f"account {account}"):
                self._credentials[key] = find(*key)
        return self._credentials[key]

    @property
    def endpoint_is_local(self) -> bool:
        """True for the embedded AWS."""
        return self.target == "local"

    def caller_account(self) -> str:
        """The account of the caller's credentials; on the embedded AWS always the management account."""
        if self.endpoint_is_local:
            return self.management_account
        with translate_errors("credentials"):
            return self._caller["Account"]

    @cached_property
    def _session(self) -> Any:
        """The session of the clients that `client` returns."""
        return boto3.session.Session(botocore_session=self._botocore_session())

    def _botocore_session(self) -> Any:
        session = botocore.session.Session(_NO_PROFILE if self.endpoint_is_local else None)
        session.register_component("data_loader", MODELS)
        return session

    @cached_property
    def _caller_sts(self) -> Any:
        with self._lock:
            return self._connect("sts", self.platform.regions[0], {})

    @cached_property
    def _caller(self) -> Mapping[str, str]:
        identity: Mapping[str, str] = self._caller_sts.get_caller_identity()
        return identity

    def _local_credentials(self, account: str, role: str, source_account: str, owner: str) -> Credentials:
        """Of a role, which the source account's administrator assumes; of that administrator without a role."""
        home = self.platform.regions[0]
        if role:
            return _assume(self.client("sts", home, source_account), account, role, owner)
        if source_account == self.management_account:
            return _LOCAL_KEYS
        return _assume(self.client("sts", home, self.management_account), source_account, ADMINISTRATOR)

    def _caller_credentials(self, account: str, role: str, source_account: str, owner: str) -> Credentials:
        if role and f":{account}:assumed-role/{role}/" in self._caller["Arn"]:
            return {}
        if self._caller["Account"] != source_account:
            raise UserError(
                f"credentials: they are of account {self._caller['Account']}, not of {source_account}; "
                f"sign in to {source_account}, or correct its id in {platform.FILE}"
            )
        return _assume(self._caller_sts, account, role, owner) if role else {}

    def _connect(self, service: str, region: str, credentials: Credentials) -> Any:
        return self._connect_session(self._session, service, region, credentials)

    def _connect_session(self, session: Any, service: str, region: str, credentials: Credentials | None = None) -> Any:
        config = Config(
            retries=retry_policy.CONFIG,  # type: ignore[arg-type]
            connect_timeout=retry_policy.CONNECT_TIMEOUT,
            s3={"addressing_style": "path"} if self.endpoint else None,
            max_pool_connections=self.platform.concurrency.account_reads,
        )
        endpoint = self.endpoint or None
        client = session.client(service, region, endpoint_url=endpoint, config=config, **(credentials or {}))
        return retry_policy.bound(client, self.endpoint_is_local)


def _assume(sts: Any, account: str, role: str, owner: str = "") -> Credentials:
    arn = f"arn:aws:iam::{account}:role/{role}"
    tags = {"Tags": [{"Key": "owner", "Value": owner}]} if owner else {}
    response = sts.assume_role(RoleArn=arn, RoleSessionName=owner or "catalog", **tags)["Credentials"]
    return {
        "aws_access_key_id": response["AccessKeyId"],
        "aws_secret_access_key": response["SecretAccessKey"],
        "aws_session_token": response["SessionToken"],
    }


def connect(root: Path) -> Aws:
    """The target that the environment variable TARGET names; UserError when it cannot be used."""
    name = os.environ.get("TARGET") or "local"
    settings = platform.read(root)
    if name not in settings.targets:
        raise UserError(f"TARGET={name}: there is no such target; choose from {', '.join(sorted(settings.targets))}")
    if endpoint := os.environ.get("AWS_ENDPOINT_URL", ""):
        _require_url(endpoint)
    if name != "local":
        return Aws(name, endpoint, settings)
    endpoint = _local_endpoint(root)
    _no_proxy_on_loopback()
    return Aws(name, endpoint, settings)


def _no_proxy_on_loopback() -> None:
    """Bypass the proxy for loopback addresses, in boto3, urllib and child processes."""
    exceptions = (os.environ.get("no_proxy") or os.environ.get("NO_PROXY", ""), *_LOOPBACK)
    os.environ["no_proxy"] = os.environ["NO_PROXY"] = ",".join(filter(None, exceptions))


def _require_url(endpoint: str) -> None:
    """UserError unless the text is a URL with a host and a port that exist."""
    try:
        parts = urlsplit(endpoint)
        is_url = parts.scheme in ("http", "https") and is_valid_endpoint_url(endpoint) and parts.port != 0
    except ValueError:
        is_url = False
    if not is_url:
        raise UserError(f"AWS_ENDPOINT_URL={excerpt(endpoint)}: is no URL; write http://HOST:PORT, or unset it")


def _local_endpoint(root: Path) -> str:
    """AWS_ENDPOINT_URL, else the endpoint in .local/aws.json of the embedded AWS; always a loopback address."""
    endpoint = os.environ.get("AWS_ENDPOINT_URL") or _recorded_endpoint(root)
    if urlsplit(endpoint).hostname not in _LOOPBACK:
        raise UserError(
            f"AWS_ENDPOINT_URL={endpoint}: the embedded AWS is on loopback only; unset it, or set TARGET=aws"
        )
    return endpoint


def _recorded_endpoint(root: Path) -> str:
    for folder in (root, *root.parents):
        file = folder / ".local" / "aws.json"
        if file.is_file():
            return _read_endpoint(file)
    raise UserError(f"embedded AWS: it is not running; {_START}")


def _read_endpoint(file: Path) -> str:
    try:
        record = json.loads(file.read_text(encoding="utf-8"))
        pid, endpoint = int(record["pid"]), str(record["endpoint"])
    except (ValueError, KeyError, TypeError, RecursionError):
        raise UserError(f"embedded AWS: {file} cannot be read; delete it and run `make local`") from None
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        raise UserError(
            f"embedded AWS: process {pid} has died, and its accounts with it; run `make local-down local`"
        ) from None
    return endpoint
