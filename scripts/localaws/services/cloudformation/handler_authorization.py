"""Authorizes the stack's identity before a resource handler runs, by the permissions that AWS publishes for it.

CloudFormation runs a handler with the stack's identity. AWS's handlers call more operations than the one or two of a
resource type here, so each published permission is evaluated before the operation. Reads moto.
https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/control-access-with-iam.html
"""

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from moto.iam.models import iam_backends

from generators.iam.conditions import Context
from generators.iam.evaluation import AuthorizationRequest
from scripts.localaws.services.cloudformation.exceptions import ResourceFailed
from scripts.localaws.services.cloudformation.handler_requirements import (
    Requirement,
    Target,
    is_authorized_by_tag,
    requirements,
)
from scripts.localaws.services.cloudformation.physical_resource import PhysicalResource, Props
from scripts.localaws.services.cloudformation.stack_tags import without_system_tags
from scripts.localaws.services.iam.authorization.authorization_request import RequestBuilder
from scripts.localaws.services.iam.authorization.authorize import first_denied
from scripts.localaws.services.sts import sessions

# Condition keys whose presence or absence in a handler's request is known. Any other depends on the request itself,
# which the gateway authorizes when it is made.
_KNOWN_KEYS = ("iam:", "kms:grantisforawsresource", "ec2:createaction", "aws:viaawsservice", "aws:principal")


class AuthorizedHandler:
    """A handler that authorizes the stack's identity before it creates, changes or deletes a resource."""

    def __init__(self, handler: Any, stack_name: str, region: str, access_key: str) -> None:
        self._handler, self._stack, self._region = handler, stack_name, region
        self._caller = sessions.caller(access_key)
        self.attribute = handler.attribute

    def create(self, resource: PhysicalResource) -> None:
        """Create the resource; needs the permissions of the create and read handlers."""
        self._authorize(resource, resource.props, ("create", "read"))
        self._handler.create(resource)

    def change(self, resource: PhysicalResource, new: Props) -> PhysicalResource:
        """Update the resource in place; needs the permissions of the update and read handlers."""
        self._authorize(resource, new, ("update", "read"))
        changed: PhysicalResource = self._handler.change(resource, new)
        return changed

    def delete(self, resource: PhysicalResource) -> None:
        """Delete the resource; needs the permissions of the delete handler."""
        self._authorize(resource, resource.props, ("delete",))
        self._handler.delete(resource)

    def _authorize(self, resource: PhysicalResource, props: Props, handlers: tuple[str, ...]) -> None:
        if self._caller.is_root:
            return
        builder = RequestBuilder(self._caller, self._region)
        requests = (
            self._request(builder, requirement, resource.kind)
            for requirement in requirements(self._target(resource, props), handlers)
        )
        denial = first_denied(self._caller, requests)
        if denial is not None:
            request, reason = denial
            action = f"{request.action} on resource: {request.resource} {reason}"
            message = f"User: {self._caller.arn} is not authorized to perform: {action}"
            raise ResourceFailed(f'Resource handler returned message: "{message}" (HandlerErrorCode: AccessDenied)')

    def _request(self, builder: RequestBuilder, requirement: Requirement, kind: str) -> AuthorizationRequest:
        values = {"aws:viaawsservice": ("true",), **requirement.values}
        prefixes = (*_KNOWN_KEYS, "aws:resourcetag/") if is_authorized_by_tag(kind) else _KNOWN_KEYS
        request = builder.build(requirement.action, requirement.arn, values)
        context = Context(request.context.values, lambda key: key in requirement.values or key.startswith(prefixes))
        return replace(request, context=context)

    def _target(self, resource: PhysicalResource, props: Props) -> Target:
        boundary = str(props.get("PermissionsBoundary") or self._existing_boundary(props))
        return Target(
            kind=resource.kind,
            logical=resource.logical,
            id=resource.id,
            props=without_system_tags(resource.kind, props),
            before=without_system_tags(resource.kind, resource.props),
            stack=self._stack,
            account=self._caller.account,
            region=self._region,
            boundary=boundary,
        )

    def _existing_boundary(self, props: Mapping[str, Any]) -> str:
        """The boundary of the existing role that the properties name."""
        names = {props.get("RoleName"), *(props.get("Roles") or ())}
        for role in list(iam_backends[self._caller.account]["aws"].roles.values()):
            if role.name in names and role.permissions_boundary_arn:
                return str(role.permissions_boundary_arn)
        return ""
