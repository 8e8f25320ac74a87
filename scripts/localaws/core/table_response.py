"""Responses of a service whose operations are a table of functions."""

import json
from collections.abc import Callable, Mapping
from typing import Any, ClassVar

from moto.core.responses import ActionResult, BaseResponse
from moto.core.utils import get_service_model

from scripts.localaws.core.request_validation import check

Members = dict[str, Any]


class TableResponse(BaseResponse):
    """Validates a request against botocore's model and calls its function with the store of account and region."""

    service: ClassVar[str]
    operations: ClassVar[Mapping[str, Callable[[Any, Members], Members]]]
    store: ClassVar[Callable[[str, str], Any]]

    def __init__(self) -> None:
        super().__init__(service_name=self.service)

    def call_action(self) -> Any:
        """Handle one request; NotImplementedError for an operation that the table lacks."""
        name, params = self._get_action(), json.loads(self.body or "{}")
        if name not in self.operations:
            raise NotImplementedError(name)
        check(get_service_model(self.service).operation_model(name).input_shape, params)
        self.prepare(params)
        response = self.operations[name](type(self).store(self.current_account, self.region), params)
        return self.serialized(ActionResult(response))

    def prepare(self, params: Members) -> None:
        """Convert or check parameters before the operation."""
