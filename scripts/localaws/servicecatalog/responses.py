"""The door: finds the operation, keeps idempotency tokens, cuts pages. Knows nothing of what an operation does."""

import json
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, TypeVar

from moto.core.responses import ActionResult, BaseResponse

from scripts.localaws import context
from scripts.localaws.servicecatalog.exceptions import invalid
from scripts.localaws.servicecatalog.models import LOCK, Params, Store, fingerprint, store


@dataclass(frozen=True)
class Request:
    """Who asks, and what the region holds."""

    store: Store
    account: str
    region: str
    access_key: str

    @property
    def caller(self) -> context.Caller:
        """The principal behind the access key."""
        return context.caller(self.access_key)


Handler = TypeVar("Handler", bound=Callable[[Request, Params], dict[str, Any] | None])
OPERATIONS: dict[str, Callable[[Request, Params], dict[str, Any] | None]] = {}
_TOKENS: dict[str, str] = {}
_PAGED: dict[str, tuple[str, int, str]] = {}


def operation(name: str, once: str = "", paged: str = "", size: int = 20) -> Callable[[Handler], Handler]:
    """Register a function as operation `name`; `once` and `paged` name its idempotency key and its list."""

    def register(handler: Handler) -> Handler:
        OPERATIONS[name] = handler
        if once:
            _TOKENS[name] = once
        if paged:
            _PAGED[name] = (paged, size, "PageToken" if "TagOption" in name else "NextPageToken")
        return handler

    return register


class ServiceCatalogResponse(BaseResponse):
    """Every operation that `OPERATIONS` holds."""

    def __init__(self) -> None:
        super().__init__(service_name="servicecatalog")

    def call_action(self) -> Any:
        """Answer one request; NotImplementedError for what is not held becomes an AWS-shaped refusal outside."""
        name = self._get_action()
        if name not in OPERATIONS:
            raise NotImplementedError(name)
        params = json.loads(self.body or "{}")
        request = Request(store(self.region), self.current_account, self.region, self.access_key)
        with LOCK:
            answer = _once(request, name, params)
        return self.serialized(ActionResult(_page(name, params, answer)))


def _once(request: Request, name: str, params: Params) -> dict[str, Any]:
    token = params.get(_TOKENS.get(name, ""))
    if not token:
        return OPERATIONS[name](request, params) or {}
    key, print_ = (request.account, name, str(token)), fingerprint(params)
    if key in request.store.tokens:
        before, answer = request.store.tokens[key]
        if before != print_:
            raise invalid(f"The token {token} was used by {name} with other parameters.")
        return dict(answer)
    answer = OPERATIONS[name](request, params) or {}
    request.store.tokens[key] = (print_, answer)
    return answer


def _page(name: str, params: Params, answer: dict[str, Any]) -> dict[str, Any]:
    if name not in _PAGED:
        return answer
    key, size, next_key = _PAGED[name]
    items, wanted = answer[key], int(params.get("PageSize") or size)
    start = _start(params.get("PageToken"), len(items))
    page = {**answer, key: items[start : start + wanted]}
    if start + wanted < len(items):
        page[next_key] = str(start + wanted)
    return page


def _start(token: str | None, count: int) -> int:
    if not token:
        return 0
    if not token.isdigit() or int(token) > count:
        raise invalid("The page token is not valid.")
    return int(token)


from scripts.localaws.servicecatalog import (  # noqa: E402 - they register their operations
    artifacts,
    constraints,
    launches,
    portfolios,
    products,
    provisioned,
    shares,
    tag_options,
    users,
)

__all__ = [
    "artifacts",
    "constraints",
    "launches",
    "portfolios",
    "products",
    "provisioned",
    "shares",
    "tag_options",
    "users",
]
