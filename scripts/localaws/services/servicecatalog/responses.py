"""Dispatches requests, one at a time. Importing this module registers all operations."""

import json
from typing import Any

from moto.core.responses import ActionResult, BaseResponse
from moto.core.utils import get_service_model

from scripts.localaws.core.request_validation import check
from scripts.localaws.services.servicecatalog import (  # noqa: F401 - importing these modules registers their operations
    artifacts,
    constraints,
    end_user,
    launches,
    plans,
    portfolios,
    products,
    provisioned,
    shares,
    tag_options,
)
from scripts.localaws.services.servicecatalog.models import LOCK, store
from scripts.localaws.services.servicecatalog.operations import OPERATIONS, Request, handle

__all__ = ["OPERATIONS", "ServiceCatalogResponse"]


class ServiceCatalogResponse(BaseResponse):
    """Dispatches requests to the operations of OPERATIONS."""

    def __init__(self) -> None:
        super().__init__(service_name="servicecatalog")

    def call_action(self) -> Any:
        """Handle one request. The gateway converts NotImplementedError to an AWS error."""
        name, params = self._get_action(), json.loads(self.body or "{}")
        check(get_service_model("servicecatalog").operation_model(name).input_shape, params)
        request = Request(store(self.region), self.current_account, self.region, self.access_key)
        with LOCK:
            response = handle(name, request, params)
        return self.serialized(ActionResult(response))


RESPONSE = ("servicecatalog", ServiceCatalogResponse)
