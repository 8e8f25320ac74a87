"""Versioning, Object Lock and writers of the release bucket."""

from collections.abc import Iterator

from generators.iam.evaluation import Decision, parse
from generators.terraform_checks.model import policy_exposure
from generators.terraform_checks.model.check import (
    Check,
    CheckContext,
    CheckResults,
    fail,
    missing,
    require_value,
    unknown,
)
from generators.terraform_checks.model.plan import UNKNOWN, Plan, Resource

_VERSIONING = "aws_s3_bucket_versioning"
_LOCK = "aws_s3_bucket_object_lock_configuration"
_POLICY = "aws_s3_bucket_policy"
_WRITE_ACTIONS = ("s3:PutObject", "s3:DeleteObject", "s3:DeleteObjectVersion", "s3:PutObjectRetention")


class ReleaseBucketObjectLock(Check):
    """Check versioning, Object Lock and the denials of the bucket policy."""

    id = "release-bucket-object-lock"
    shortdesc = "The release bucket must be versioned and locked, and only the release role may write."
    description = "The template that was reviewed is the one that is launched."
    source_url = "https://docs.aws.amazon.com/AmazonS3/latest/userguide/object-lock.html"
    controls = (44,)
    security_hub_ids = ()
    types = ("aws_s3_bucket",)

    def applies_to(self, resource: Resource, context: CheckContext) -> bool:
        """True for the bucket of platform.yaml; account and region are appended to its name."""
        return str(resource.at("bucket")).startswith(context.release_bucket)

    def evaluate(self, resource: Resource, plan: Plan, context: CheckContext) -> CheckResults:
        yield from require_value(resource, ("object_lock_enabled",), True)
        for resource_type, path in (
            (_VERSIONING, ("versioning_configuration", "status")),
            (_LOCK, ("rule", "default_retention")),
        ):
            settings = plan.referring(resource, resource_type, "bucket")
            if not settings:
                yield missing(plan, resource_type, "bucket")
            for setting in settings:
                is_versioning = resource_type == _VERSIONING
                yield from require_value(setting, path, "Enabled") if is_versioning else _retention(setting, path)
        policies = plan.referring(resource, _POLICY, "bucket")
        if not policies:
            yield missing(plan, _POLICY, "bucket")
        for policy in policies:
            yield from _single_writer(policy.at("policy"))


def _retention(lock: Resource, path: tuple[str, ...]) -> CheckResults:
    days = [lock.at(*path, unit) for unit in ("days", "years")]
    if UNKNOWN in days:
        yield unknown("default_retention")
    elif not any(days):
        yield fail(f"{lock.address} keeps nothing by default; give it a default_retention")


def _single_writer(policy: str) -> CheckResults:
    if problems := tuple(policy_exposure.undecidable(policy, "the bucket's policy")):
        yield from problems
        return
    resource = _example_object(policy)
    for action in _WRITE_ACTIONS:
        decision = policy_exposure.caller_decision(policy, policy_exposure.ADMINISTRATOR, action, resource)
        if decision is not Decision.DENY:
            yield fail(f"an administrator of the hub may {action}; deny it to all but the release")
    writers = set(_exempt_principals(policy))
    if len(writers) != 1 or any("*" in writer or "?" in writer for writer in writers):
        yield fail(f"{', '.join(sorted(writers)) or 'nobody'} may write; spare the release's role alone")


def _example_object(policy: str) -> str:
    patterns = [arn for statement in parse(policy) for arn in statement.resource or () if arn.endswith("/*")]
    return patterns[0].replace("*", "x") if patterns else "arn:aws:s3:::x/x"


def _exempt_principals(policy: str) -> Iterator[str]:
    """Principals that the statements that deny writing exempt."""
    for statement in parse(policy):
        if statement.effect == "Deny" and "s3:PutObject" in (statement.action or ()):
            for _, key, values in statement.conditions:
                if key.lower() == "aws:principalarn":
                    yield from values
