"""The table of operations, with idempotency tokens and pagination."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, TypeVar

from scripts.localaws.core.caller import Caller
from scripts.localaws.services.servicecatalog.exceptions import invalid
from scripts.localaws.services.servicecatalog.models import Params, Store, digest
from scripts.localaws.services.sts import sessions


@dataclass(frozen=True)
class Request:
    """A request: the caller and the store of the region."""

    store: Store
    account: str
    region: str
    access_key: str

    @property
    def caller(self) -> Caller:
        """Return the principal of the access key."""
        return sessions.caller(self.access_key)


Response = dict[str, Any] | None
Handler = TypeVar("Handler", bound=Callable[[Request, Params], Response])


@dataclass(frozen=True)
class Operation:
    """An operation: its function, the names of its idempotency token and list, and the default page size."""

    handler: Callable[[Request, Params], Response]
    idempotency_key: str
    list_key: str
    page_size: int


OPERATIONS: dict[str, Operation] = {}


def operation(
    name: str, idempotency_key: str = "", list_key: str = "", page_size: int = 20
) -> Callable[[Handler], Handler]:
    """Register a function as operation `name`; `idempotency_key` and `list_key` are names of request and response."""

    def register(handler: Handler) -> Handler:
        OPERATIONS[name] = Operation(handler, idempotency_key, list_key, page_size)
        return handler

    return register


def handle(name: str, request: Request, params: Params) -> dict[str, Any]:
    """Return the response; NotImplementedError for an unknown operation."""
    registered = OPERATIONS.get(name)
    if registered is None:
        raise NotImplementedError(name)
    response = _call_idempotently(registered, name, request, params)
    return _page(registered, name, params, response) if registered.list_key else response


def _call_idempotently(registered: Operation, name: str, request: Request, params: Params) -> dict[str, Any]:
    """Return the same response for the same token and parameters. A request that fails stores no token."""
    token = str(params.get(registered.idempotency_key, ""))
    if not token:
        return registered.handler(request, params) or {}
    key, request_digest = (request.account, name, token), digest(params)
    if key not in request.store.tokens:
        request.store.tokens[key] = request_digest, registered.handler(request, params) or {}
    first_digest, response = request.store.tokens[key]
    if first_digest != request_digest:
        raise invalid(f"The token {token} was used by {name} with other parameters.")
    return dict(response)


def _page(registered: Operation, name: str, params: Params, response: dict[str, Any]) -> dict[str, Any]:
    items, size = response[registered.list_key], int(params.get("PageSize") or registered.page_size)
    start = _start(params.get("PageToken") or "0", len(items))
    page = {**response, registered.list_key: items[start : start + size]}
    if start + size < len(items):
        page["PageToken" if "TagOption" in name else "NextPageToken"] = str(start + size)
    return page


def _start(token: str, count: int) -> int:
    if not token.isdigit() or int(token) > count:
        raise invalid("The page token is not valid.")
    return int(token)
