"""Expressions of the tables of what AWS asks: the values of a request, and functions over ARNs and stored resources.

Reads moto and the stores; changes nothing.
"""

from __future__ import annotations

import itertools
import re
from collections.abc import Iterator, Mapping
from typing import Any

import jmespath
from jmespath.functions import signature

from scripts.localaws.core.expressions import ANY, CommonFunctions, search
from scripts.localaws.crud.registry import find_service
from scripts.localaws.crud.store import store_of
from scripts.localaws.services.iam.authorization import resource_arns
from scripts.localaws.services.iam.authorization.trust import trusts_service
from scripts.localaws.services.s3.policy import find_bucket

_FIELD = re.compile(r"{([^{}]+)}")
_LOCAL_STORAGE = re.compile(r"ml\.(?:[a-z]+\d+[a-z]*d[a-z]*|g5|p5|p5e|trn1|inf2?)\.")
_IMAGE = re.compile(r"(\d{12})\.dkr\.ecr\.([a-z0-9-]+)\.amazonaws\.com/([^:@]+)")


class Scope:
    """The values that expressions see: the parameters of a request, and who makes it where.

    `resource` is the list of the ARNs that the operation is about.
    """

    def __init__(self, service: str, operation: str, params: Mapping[str, Any], account: str, region: str) -> None:
        arns = resource_arns.resources(service, operation, params, region, account)
        own = {"operation": operation, "resource": list(arns), "account": account, "region": region}
        self._values = {**params, **own}
        self._options = jmespath.Options(custom_functions=_Functions(service, account, region))

    def __call__(self, expression: str) -> Any:
        """The value of an expression."""
        return search(expression, self._values, self._options)

    def holds(self, expression: str) -> bool:
        """Whether an expression is true as JMESPath understands it: not null, empty or false."""
        return self(expression) not in (None, False, "", [], {}) if expression else True

    def fill(self, template: str) -> Iterator[str]:
        """The texts of a template: one for each combination of the values of its fields."""
        fields = [self._texts(name) for name in _FIELD.findall(template)]
        for texts in itertools.product(*fields):
            remaining = iter(texts)
            yield _FIELD.sub(lambda _, texts=remaining: next(texts), template)  # type: ignore[misc]

    def _texts(self, expression: str) -> list[str]:
        value = self(expression)
        values = value if isinstance(value, list) else [value]
        return [str(each) for each in values if each not in (None, "")]


class _Functions(CommonFunctions):
    """Functions of expressions; their names are those of the methods without _func_."""

    def __init__(self, service: str, account: str, region: str) -> None:
        super().__init__()
        self._service, self._account, self._region = service, account, region

    @signature(ANY)
    def _func_repositories(self, images: Any) -> list[str]:
        """ARNs of the image repositories of URIs in Amazon ECR."""
        matches = [_IMAGE.match(image) for image in _flat(images)]
        return [f"arn:aws:ecr:{m[2]}:{m[1]}:repository/{m[3]}" for m in matches if m]

    @signature(ANY)
    def _func_objects(self, uris: Any) -> list[str]:
        """ARNs of the objects of S3 URIs."""
        return [f"arn:aws:s3:::{uri.removeprefix('s3://')}" for uri in _flat(uris) if uri.startswith("s3://")]

    @signature(ANY)
    def _func_contents(self, uris: Any) -> list[str]:
        """ARNs of the existing objects whose URIs begin with the S3 URIs."""
        prefixes = [(find_bucket(arn), arn.partition("/")[2]) for arn in self._func_objects(uris)]
        keys = [
            (bucket.name, key) for bucket, prefix in prefixes if bucket for key in bucket.keys if key.startswith(prefix)
        ]
        return [f"arn:aws:s3:::{name}/{key}" for name, key in keys]

    @signature(ANY)
    def _func_buckets(self, uris: Any) -> list[str]:
        """ARNs of the buckets of S3 URIs, each of them once."""
        return list(dict.fromkeys(arn.partition("/")[0] for arn in self._func_objects(uris)))

    @signature(ANY)
    def _func_keys(self, ids: Any) -> list[str]:
        """ARNs of KMS keys by id, alias or ARN."""
        prefix = f"arn:aws:kms:{self._region}:{self._account}:"
        names = (id if id.startswith(("alias/", "arn:")) else f"key/{id}" for id in _flat(ids))
        return list(dict.fromkeys(name if name.startswith("arn:") else prefix + name for name in names))

    @signature(ANY, ANY)
    def _func_stored(self, resource: str, name: str | None) -> Any:
        """The stored resource of the service with this name, null when there is none."""
        service = find_service(self._service)
        if service is None or not name:
            return None
        store = store_of(service, self._account, self._region)
        spec = store.resources.get(resource)
        return next(iter(store.find(spec, **{spec.key[-1]: name})), None) if spec else None

    @signature(ANY)
    def _func_containers(self, containers: Any) -> list[Any]:
        """Containers of a model; one that names a package of any account stands for those of the package."""
        service = find_service(self._service)
        result: list[Any] = []
        for each in [each for group in containers for each in (group if isinstance(group, list) else [group]) if each]:
            arn = each.get("ModelPackageName") or ""
            store = store_of(service, arn.split(":")[4], self._region) if service and arn.startswith("arn:") else None
            packages = store.find(store.resources["ModelPackage"], **{"@arn": arn}) if store else []
            specification = packages[0].get("InferenceSpecification") if packages else None
            result += specification["Containers"] if specification else [each]
        return result

    @signature(ANY)
    def _func_without_local_storage(self, instance_type: str | None) -> bool:
        """Whether instances of the type have EBS volumes alone; g4dn, g5, p4d and the types with a d have local disks.

        https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/InstanceStorage.html
        """
        return not _LOCAL_STORAGE.match(instance_type or "")

    @signature(ANY, ANY)
    def _func_beginning(self, text: str, length: int) -> str:
        return text[: int(length)]

    @signature(ANY, ANY)
    def _func_product(self, first: int, second: int) -> int:
        return int(first) * int(second)

    @signature(ANY, ANY, ANY, ANY)
    def _func_is_share(self, size: Mapping[str, Any] | None, counts: Any, least: int, most: int) -> bool:
        """Whether a capacity is at least one instance or copy and within these percents of every count."""
        value, is_percent = (size or {}).get("Value", 0), (size or {}).get("Type") == "CAPACITY_PERCENT"
        parts = [(value * count / 100 if is_percent else value, count) for count in counts or ()]
        return all(part >= 1 and least * count <= 100 * part <= most * count for part, count in parts)

    @signature(ANY, ANY)
    def _func_trusts(self, role: str | None, principal: str) -> bool:
        """Whether the role exists and lets the service principal assume it for this account."""
        return not role or trusts_service(role, principal, self._account)


def _flat(value: Any) -> list[str]:
    """The strings of a value or of nested lists."""
    if isinstance(value, list):
        return [text for inner in value for text in _flat(inner)]
    return [value] if isinstance(value, str) and value else []
