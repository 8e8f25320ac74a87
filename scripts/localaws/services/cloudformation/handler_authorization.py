"""May whoever runs the stack make, change or delete this? AWS's published permissions of the type's handler decide.

CloudFormation calls a handler with the stack's identity, and the handler calls more than the one operation that our
rows know. So the needs from which launch policies are derived are asked of the identity before each step. Reads moto.
https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/control-access-with-iam.html
"""

from collections.abc import Iterator, Mapping
from dataclasses import replace
from typing import Any

from moto.ec2.models import ec2_backends
from moto.iam.models import iam_backends

from generators.cloudformation import arn_formats
from generators.cloudformation.handler_permissions import RequiredPermission, required_permissions
from generators.cloudformation.resource import Resource, StackLocation
from generators.iam.conditions import Context
from generators.iam.evaluation import AuthorizationRequest
from scripts.localaws.services.cloudformation.exceptions import ResourceFailed
from scripts.localaws.services.cloudformation.resources.resource_type import PhysicalResource, Props
from scripts.localaws.services.iam.authorization.authorization_request import RequestBuilder
from scripts.localaws.services.iam.authorization.authorize import first_denied
from scripts.localaws.services.sts import sessions

# Keys that the requests of handlers have or lack for certain; every other one depends on the request itself, which is
# judged when it is made.
_CERTAIN = ("iam:", "kms:grantisforawsresource", "ec2:createaction", "aws:viaawsservice", "aws:principal")


class AuthorizedHandler:
    """A handler that asks first. `inner` makes, changes and deletes."""

    def __init__(self, inner: Any, stack_name: str, region: str, access_key: str) -> None:
        self._inner, self._stack, self._region = inner, stack_name, region
        self._who = sessions.caller(access_key)
        self.attribute = inner.attribute

    def create(self, it: PhysicalResource) -> None:
        """Create, and read back what GetAtt gives."""
        self._check(it, it.props, ("create", "read"), it.props)
        self._inner.create(it)

    def change(self, it: PhysicalResource, new: Props) -> PhysicalResource:
        """Update in place."""
        self._check(it, new, ("update", "read"), it.props)
        changed: PhysicalResource = self._inner.change(it, new)
        return changed

    def delete(self, it: PhysicalResource) -> None:
        """Delete."""
        self._check(it, it.props, ("delete",), it.props)
        self._inner.delete(it)

    def _check(self, it: PhysicalResource, props: Props, handlers: tuple[str, ...], before: Props) -> None:
        if self._who.is_root:
            return
        needs = required_permissions(self._thing(it, props), handlers, before)
        certain = (*_CERTAIN, "aws:resourcetag/") if it.kind in arn_formats.RESTRICTED_BY_TAG else _CERTAIN
        builder = RequestBuilder(self._who, self._region)
        refused = first_denied(self._who, (self._question(builder, need, certain) for need in needs))
        if refused is not None:
            question, why = refused
            what = f"{question.action} on resource: {question.resource} {why}"
            told = f"User: {self._who.arn} is not authorized to perform: {what}"
            raise ResourceFailed(f'Resource handler returned message: "{told}" (HandlerErrorCode: AccessDenied)')

    def _question(
        self, builder: RequestBuilder, need: RequiredPermission, certain: tuple[str, ...]
    ) -> AuthorizationRequest:
        sent = {key.lower(): (value,) for _, key, value in need.context}
        asked = builder.build(need.action, need.resource, {"aws:viaawsservice": ("true",), **sent})
        known = Context(asked.context.values, lambda key: key in sent or key.startswith(certain))
        return replace(asked, context=known)

    def _thing(self, it: PhysicalResource, props: Props) -> Resource:
        account = self._who.account
        place = StackLocation(
            "aws", self._region, account, "", self._boundary(props), self._stack, self._product(props)
        )
        named = "" if set(it.id) & set(":|/") else it.id
        return Resource(it.kind, it.logical, props, place, named)

    def _boundary(self, props: Mapping[str, Any]) -> str:
        """The boundary of the role that is written: its own, or that which the existing role has."""
        told = props.get("PermissionsBoundary")
        return str(told) if told else next(self._existing(props), "")

    def _product(self, props: Mapping[str, Any]) -> str:
        """Whose security group a rule belongs to; rules carry no tags."""
        tags = ec2_backends[self._who.account][self._region].tags
        return str(tags.get(props.get("GroupId"), {}).get("product", ""))

    def _existing(self, props: Mapping[str, Any]) -> Iterator[str]:
        names = {props.get("RoleName"), *(props.get("Roles") or ())}
        for role in list(iam_backends[self._who.account]["aws"].roles.values()):
            if role.name in names and role.permissions_boundary_arn:
                yield str(role.permissions_boundary_arn)
