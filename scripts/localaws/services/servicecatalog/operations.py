"""The table of operations: who asks, idempotency tokens, pages. Knows nothing of what an operation does."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, TypeVar

from scripts.localaws.core.caller import Caller
from scripts.localaws.services.servicecatalog.exceptions import invalid
from scripts.localaws.services.servicecatalog.models import Params, Store, fingerprint
from scripts.localaws.services.sts import sessions


@dataclass(frozen=True)
class Request:
    """Who asks, and what the region holds."""

    store: Store
    account: str
    region: str
    access_key: str

    @property
    def caller(self) -> Caller:
        """The principal behind the access key."""
        return sessions.caller(self.access_key)


Answer = dict[str, Any] | None
Handler = TypeVar("Handler", bound=Callable[[Request, Params], Answer])


@dataclass(frozen=True)
class Operation:
    """A row: the function, its idempotency key, its list and how long a page of it is."""

    handler: Callable[[Request, Params], Answer]
    token: str
    paged: str
    size: int


OPERATIONS: dict[str, Operation] = {}


def operation(name: str, once: str = "", paged: str = "", size: int = 20) -> Callable[[Handler], Handler]:
    """Register a function as operation `name`; `once` and `paged` name its idempotency key and its list."""

    def register(handler: Handler) -> Handler:
        OPERATIONS[name] = Operation(handler, once, paged, size)
        return handler

    return register


def answer(name: str, request: Request, params: Params) -> dict[str, Any]:
    """The reply; NotImplementedError for an operation that is not held."""
    held = OPERATIONS.get(name)
    if held is None:
        raise NotImplementedError(name)
    reply = _once(held, name, request, params)
    return _page(held, name, params, reply) if held.paged else reply


def _once(held: Operation, name: str, request: Request, params: Params) -> dict[str, Any]:
    """The same token and parameters give the same reply; a refused request leaves no token behind."""
    token = str(params.get(held.token, ""))
    if not token:
        return held.handler(request, params) or {}
    key, print_ = (request.account, name, token), fingerprint(params)
    if key not in request.store.tokens:
        request.store.tokens[key] = print_, held.handler(request, params) or {}
    before, reply = request.store.tokens[key]
    if before != print_:
        raise invalid(f"The token {token} was used by {name} with other parameters.")
    return dict(reply)


def _page(held: Operation, name: str, params: Params, reply: dict[str, Any]) -> dict[str, Any]:
    items, size = reply[held.paged], int(params.get("PageSize") or held.size)
    start = _start(params.get("PageToken") or "0", len(items))
    page = {**reply, held.paged: items[start : start + size]}
    if start + size < len(items):
        page["PageToken" if "TagOption" in name else "NextPageToken"] = str(start + size)
    return page


def _start(token: str, count: int) -> int:
    if not token.isdigit() or int(token) > count:
        raise invalid("The page token is not valid.")
    return int(token)
