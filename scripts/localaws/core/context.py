"""What our services may ask of the server that they live in: its address, clients to itself, who is calling.

Every call from one service to another is a real request to this server that carries the caller's access key, so that
it is authorised like any other.
"""

import atexit
import functools
import shutil
import tempfile
import threading
from contextvars import ContextVar
from pathlib import Path
from typing import Any

import botocore.session
from botocore.config import Config

GIT = "/localaws/git/"  # where git finds repositories: <region>/<name> follows

SERVICE_AGENT = "service-on-behalf-of-caller"  # marks calls for which aws:ViaAWSService is true
_CONFIG = Config(
    user_agent_extra=SERVICE_AGENT,
    retries={"total_max_attempts": 1},
    s3={"addressing_style": "path"},
    inject_host_prefix=False,
    proxies={},  # the user's proxy has no business here
    connect_timeout=5,
    read_timeout=120,
    max_pool_connections=4,
)
_address: list[str] = []
_folder: list[Path] = []
_asking: ContextVar[str] = ContextVar("asking")
_making = threading.Lock()


def set_endpoint(address: str) -> None:
    """Told by the server once its port is known."""
    _address[:] = [address]


def endpoint() -> str:
    """The server's own base URL, such as http://127.0.0.1:4570. Raises RuntimeError before it serves."""
    if not _address:
        raise RuntimeError("the embedded AWS does not serve yet")
    return _address[0]


def set_data_dir(folder: Path) -> None:
    """Told by the server: files go into this folder, which is emptied first. State never outlives the process."""
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    _folder[:] = [folder]


def folder(name: str) -> Path:
    """A folder for a service's files; in a temporary place while no server said where."""
    if not _folder:
        set_data_dir(Path(tempfile.mkdtemp(prefix="localaws-")))
        atexit.register(shutil.rmtree, _folder[0], ignore_errors=True)
    found = _folder[0] / name
    found.mkdir(exist_ok=True)
    return found


@functools.cache
def _session() -> botocore.session.Session:
    return botocore.session.Session()


@functools.lru_cache(maxsize=256)
def _client(address: str, service: str, region: str, access_key: str) -> Any:
    return _session().create_client(
        service,
        region_name=region,
        endpoint_url=address,
        aws_access_key_id=access_key,
        aws_secret_access_key="local",  # noqa: S106 - nobody checks signatures on loopback
        config=_CONFIG.merge(Config(signature_version="s3v4")) if service == "s3" else _CONFIG,
    )


def client(service: str, region: str, access_key: str) -> Any:
    """A client to this server that acts as the owner of the access key. Cached; safe from any thread."""
    with _making:
        return _client(endpoint(), service, region, access_key)


class CallerContext:
    """While the block runs, in this thread, `asking` is whoever signed the request that is being answered."""

    def __init__(self, access_key: str) -> None:
        self._key = access_key

    def __enter__(self) -> None:
        self._token = _asking.set(self._key)

    def __exit__(self, *_: object) -> None:
        _asking.reset(self._token)


def current_caller() -> str:
    """The access key of whoever asks, for what a service does on the caller's behalf."""
    return _asking.get()
