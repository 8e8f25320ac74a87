"""The template bucket is versioned, locked and has one writer."""

from collections.abc import Iterator

from generators.iam.evaluation import Decision, parse
from generators.terraform_checks import policy_exposure
from generators.terraform_checks.check import Answers, Check, CheckContext, absent, must_be, undecided, wrong
from generators.terraform_checks.plan import UNKNOWN, Plan, Resource

_VERSIONS = "aws_s3_bucket_versioning"
_LOCK = "aws_s3_bucket_object_lock_configuration"
_POLICY = "aws_s3_bucket_policy"
_WRITES = ("s3:PutObject", "s3:DeleteObject", "s3:DeleteObjectVersion", "s3:PutObjectRetention")


class ReleaseBucketObjectLock(Check):
    """What reviewers saw is what ships: nobody but the release puts a template there, and nobody changes one.

    Control 44. https://docs.aws.amazon.com/AmazonS3/latest/userguide/object-lock.html
    """

    types = ("aws_s3_bucket",)

    def asks(self, resource: Resource, facts: CheckContext) -> bool:
        """The bucket of platform.yaml; its account and its region are appended to the name."""
        return str(resource.at("bucket")).startswith(facts.release_bucket)

    def judge(self, resource: Resource, plan: Plan, facts: CheckContext) -> Answers:
        """Versions, lock, and whom its policy keeps out."""
        yield from must_be(resource, ("object_lock_enabled",), True)
        for kind, path in ((_VERSIONS, ("versioning_configuration", "status")), (_LOCK, ("rule", "default_retention"))):
            found = plan.beside(resource, kind, "bucket")
            if not found:
                yield absent(plan, kind, "bucket")
            for it in found:
                yield from must_be(it, path, "Enabled") if kind == _VERSIONS else _retained(it, path)
        policies = plan.beside(resource, _POLICY, "bucket")
        if not policies:
            yield absent(plan, _POLICY, "bucket")
        for it in policies:
            yield from _written_by_one(it.at("policy"))


def _retained(lock: Resource, path: tuple[str, ...]) -> Answers:
    days = [lock.at(*path, unit) for unit in ("days", "years")]
    if UNKNOWN in days:
        yield undecided("default_retention")
    elif not any(days):
        yield wrong(f"{lock.address} keeps nothing by default; give it a default_retention")


def _written_by_one(policy: str) -> Answers:
    if trouble := tuple(policy_exposure.undecidable(policy, "the bucket's policy")):
        yield from trouble
        return
    resource = _objects(policy)
    for action in _WRITES:
        if policy_exposure.decide_all(policy, policy_exposure.ADMINISTRATOR, action, resource) is not Decision.DENY:
            yield wrong(f"an administrator of the hub may {action}; deny it to all but the release")
    writers = set(_spared(policy))
    if len(writers) != 1 or any("*" in it or "?" in it for it in writers):
        yield wrong(f"{', '.join(sorted(writers)) or 'nobody'} may write; spare the release's role alone")


def _objects(policy: str) -> str:
    patterns = [it for statement in parse(policy) for it in statement.resource or () if it.endswith("/*")]
    return patterns[0].replace("*", "x") if patterns else "arn:aws:s3:::x/x"


def _spared(policy: str) -> Iterator[str]:
    """Whom the statements that deny writing leave out."""
    for statement in parse(policy):
        if statement.effect == "Deny" and "s3:PutObject" in (statement.action or ()):
            for _, key, values in statement.conditions:
                if key.lower() == "aws:principalarn":
                    yield from values
