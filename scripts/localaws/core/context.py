"""The running server for its services: its endpoint, boto clients to it, a data folder, the current caller.

A call from one service to another is a real request to this server that is signed with the caller's access key, so it
is authorized like any other.
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

GIT = "/localaws/git/"  # path prefix of Git repositories; <region>/<name> follows

SERVICE_AGENT = "service-on-behalf-of-caller"  # user agent of calls for which aws:ViaAWSService is true
_CONFIG = Config(
    user_agent_extra=SERVICE_AGENT,
    retries={"total_max_attempts": 1},
    s3={"addressing_style": "path"},
    inject_host_prefix=False,
    proxies={},  # the user's proxy is not for loopback
    connect_timeout=5,
    read_timeout=120,
    max_pool_connections=4,
)
_endpoint: list[str] = []
_data_dir: list[Path] = []
_caller: ContextVar[str] = ContextVar("caller")
_client_lock = threading.Lock()


def set_endpoint(url: str) -> None:
    """Set the server's base URL; the server calls this once its port is known."""
    _endpoint[:] = [url]


def endpoint() -> str:
    """The server's own base URL, such as http://127.0.0.1:4570. Raises RuntimeError before it serves."""
    if not _endpoint:
        raise RuntimeError("the embedded AWS does not serve yet")
    return _endpoint[0]


def set_data_dir(folder: Path) -> None:
    """Set the folder for service files and empty it. State never outlives the process."""
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    _data_dir[:] = [folder]


def folder(name: str) -> Path:
    """A folder for a service's files; a temporary one unless the server has set a data folder."""
    if not _data_dir:
        set_data_dir(Path(tempfile.mkdtemp(prefix="localaws-")))
        atexit.register(shutil.rmtree, _data_dir[0], ignore_errors=True)
    path = _data_dir[0] / name
    path.mkdir(exist_ok=True)
    return path


@functools.cache
def session() -> botocore.session.Session:
    """The session of every client: each further one reads the models of AWS again."""
    return botocore.session.Session()


@functools.lru_cache(maxsize=256)
def _client(url: str, service: str, region: str, access_key: str) -> Any:
    return session().create_client(
        service,
        region_name=region,
        endpoint_url=url,
        aws_access_key_id=access_key,
        aws_secret_access_key="local",  # noqa: S106 - signatures are not checked on loopback
        config=_CONFIG.merge(Config(signature_version="s3v4")) if service == "s3" else _CONFIG,
    )


def client(service: str, region: str, access_key: str) -> Any:
    """A client to this server that acts as the owner of the access key. Cached; safe from any thread."""
    with _client_lock:
        return _client(endpoint(), service, region, access_key)


class CallerContext:
    """Sets the current caller of this thread to the signer of a request while the block runs."""

    def __init__(self, access_key: str) -> None:
        self._key = access_key

    def __enter__(self) -> None:
        self._token = _caller.set(self._key)

    def __exit__(self, *_: object) -> None:
        _caller.reset(self._token)


def current_caller() -> str:
    """The access key of the request's signer, for calls that a service makes on the caller's behalf."""
    return _caller.get()
