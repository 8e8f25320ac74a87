"""Callers, resources and condition keys of the cases; they exist in AWS, because iam-simulate checks them."""

from typing import NamedTuple

OURS, THEIRS = "111122223333", "444455556666"
ROLE, OTHER_ROLE = f"arn:aws:iam::{OURS}:role/lead", f"arn:aws:iam::{OURS}:role/other"
SESSION, OTHER_SESSION = f"arn:aws:sts::{OURS}:assumed-role/lead/alice", f"arn:aws:sts::{OURS}:assumed-role/lead/bob"
USER = f"arn:aws:iam::{OURS}:user/ops"
ROOT, STRANGERS = f"arn:aws:iam::{OURS}:root", f"arn:aws:iam::{THEIRS}:root"

# caller -> every name of the caller in a policy
CALLERS = {ROLE: (ROLE,), SESSION: (SESSION, ROLE), USER: (USER,)}


class Resource(NamedTuple):
    """A resource with the actions of the requests."""

    arn: str
    actions: tuple[str, ...]
    requires_resource_policy: bool = False
    has_resource_element: bool = True  # in its own policy


BUCKET = Resource("arn:aws:s3:::data", ("s3:ListBucket", "s3:PutBucketPolicy"))
OBJECTS = tuple(
    Resource(f"arn:aws:s3:::{path}", ("s3:GetObject", "s3:PutObject", "s3:DeleteObject"))
    for path in ("data/a/x.csv", "data/b/y.csv", "data/ab/x.csv", "other/x.csv")
)
KEYS = tuple(
    Resource(
        f"arn:aws:kms:eu-west-2:{owner}:key/0a1b", ("kms:Decrypt", "kms:DescribeKey"), requires_resource_policy=True
    )
    for owner in (OURS, THEIRS)
)
ROLES = tuple(
    Resource(
        f"arn:aws:iam::{owner}:role/release",
        ("sts:AssumeRole",),
        requires_resource_policy=True,
        has_resource_element=False,
    )
    for owner in (OURS, THEIRS)
)


class Key(NamedTuple):
    """A global condition key: its operators, values in requests, values in policies."""

    family: str
    request_values: tuple[str, ...]
    policy_values: tuple[str, ...]
    many: bool = False


CONDITIONS = {
    "aws:PrincipalTag/team": Key(
        "String", ("a", "b", "A", "team-a"), ("a", "A", "b", "team-*", "?", "${aws:PrincipalTag/unit}")
    ),
    "aws:PrincipalTag/unit": Key("String", ("a", "b", "*"), ("a", "*", "${*}", "${aws:PrincipalTag/team, 'b'}")),
    "aws:RequestedRegion": Key("String", ("eu-west-2", "us-east-1"), ("eu-west-2", "eu-*", "EU-WEST-2")),
    "aws:UserAgent": Key("Binary", ("QUJD", "YWJj"), ("QUJD", "YWJj")),
    "aws:SecureTransport": Key("Bool", ("true", "false"), ("true", "false")),
    "aws:MultiFactorAuthAge": Key("Numeric", ("0", "300", "3600"), ("300", "300.0", "3599")),
    "aws:CurrentTime": Key(
        "Date",
        ("2026-01-01T00:00:00Z", "2026-06-01T12:00:00Z"),
        ("2026-01-01T00:00:00Z", "2026-06-01T13:00:00+01:00", "2026-03-01"),
    ),
    "aws:SourceIp": Key(
        "IpAddress",
        ("10.1.2.3", "192.168.0.9", "2001:db8::1"),
        ("10.0.0.0/8", "192.168.0.9", "192.168.0.8/31", "2001:db8::/32", "0.0.0.0/0"),
    ),
    "aws:PrincipalArn": Key(
        "Arn",
        (ROLE, USER),
        (ROLE, USER, f"arn:aws:iam::{OURS}:role/*", "arn:aws:iam::*:role/lead", "arn:aws:iam::1111*:*/l??d"),
    ),
    "aws:TagKeys": Key("String", ("team", "owner", "cost"), ("team", "owner", "t*"), many=True),
    "aws:CalledVia": Key(
        "String",
        ("athena.amazonaws.com", "cloudformation.amazonaws.com"),
        ("athena.amazonaws.com", "*.amazonaws.com"),
        many=True,
    ),
}
_ORDER = ("Equals", "NotEquals", "LessThan", "LessThanEquals", "GreaterThan", "GreaterThanEquals")
_TEXT = ("Equals", "NotEquals", "EqualsIgnoreCase", "NotEqualsIgnoreCase", "Like", "NotLike")
OPERATORS = {
    "String": tuple(f"String{suffix}" for suffix in _TEXT),
    "Binary": ("BinaryEquals",),
    "Bool": ("Bool",),
    "Numeric": tuple(f"Numeric{suffix}" for suffix in _ORDER),
    "Date": tuple(f"Date{suffix}" for suffix in _ORDER),
    "IpAddress": ("IpAddress", "NotIpAddress"),
    "Arn": ("ArnEquals", "ArnLike", "ArnNotEquals", "ArnNotLike"),
}
