"""Rows of S3, SSM, CloudWatch Logs, KMS, SNS and SQS."""

from typing import Any

from scripts.localaws.services.cloudformation.resources.resource_type import (
    Calls,
    PhysicalResource,
    PropertyHandler,
    ResourceType,
    listed,
    pick,
    retag,
    tag_map,
    text,
)


def _bucket(it: PhysicalResource) -> dict[str, Any]:
    region = it.stack_arn.split(":")[3]
    where = {} if region == "us-east-1" else {"CreateBucketConfiguration": {"LocationConstraint": region}}
    lock = {"ObjectLockEnabledForBucket": True} if it.props.get("ObjectLockEnabled") else {}
    return {"Bucket": it.props["BucketName"], **where, **lock}


def _put(operation: str, argument: str, shape: Any = lambda value: value, remove: str = "") -> Any:
    def calls(it: PhysicalResource, old: Any, new: Any) -> Calls:
        if new is not None:
            return [(operation, {"Bucket": it.props["BucketName"], argument: shape(new)})]
        return [(remove, {"Bucket": it.props["BucketName"]})] if remove else []

    return calls


def _encryption(value: dict[str, Any]) -> dict[str, Any]:
    default = "ServerSideEncryptionByDefault"
    rules = [
        {("Apply" + key if key == default else key): item for key, item in rule.items()}
        for rule in value["ServerSideEncryptionConfiguration"]
    ]
    return {"Rules": rules}


def _logging(value: dict[str, Any]) -> dict[str, Any]:
    target = {"TargetBucket": value["DestinationBucketName"], "TargetPrefix": value.get("LogFilePrefix", "")}
    return {"LoggingEnabled": target}


def _notifications(it: PhysicalResource, old: Any, new: Any) -> Calls:
    """Only the event bus is told here. S3 has no call to take a configuration away: an empty one is put."""
    bus = ((new or {}).get("EventBridgeConfiguration") or {}).get("EventBridgeEnabled", False)
    config: dict[str, Any] = {"EventBridgeConfiguration": {}} if bus else {}
    bucket = it.props["BucketName"]
    return [("put_bucket_notification_configuration", {"Bucket": bucket, "NotificationConfiguration": config})]


def _lifecycle(value: dict[str, Any]) -> dict[str, Any]:
    return {"Rules": [_lifecycle_rule(rule) for rule in value["Rules"]]}


def _lifecycle_rule(rule: dict[str, Any]) -> dict[str, Any]:
    found: dict[str, Any] = {"Status": rule["Status"], "Filter": {"Prefix": rule.get("Prefix", "")}}
    found |= {"ID": rule["Id"]} if "Id" in rule else {}
    found |= {"Expiration": {"Days": rule["ExpirationInDays"]}} if "ExpirationInDays" in rule else {}
    for key in ("NoncurrentVersionExpiration", "AbortIncompleteMultipartUpload"):
        found |= {key: rule[key]} if key in rule else {}
    moves = [{"StorageClass": m["StorageClass"], "Days": m["TransitionInDays"]} for m in rule.get("Transitions", [])]
    return {**found, "Transitions": moves} if moves else found


def _retention(it: PhysicalResource, old: Any, new: Any) -> Calls:
    name = {"logGroupName": it.props["LogGroupName"]}
    return (
        [("delete_retention_policy", name)]
        if new is None
        else [("put_retention_policy", {**name, "retentionInDays": new})]
    )


def _rotation(it: PhysicalResource, old: Any, new: Any) -> Calls:
    return [("enable_key_rotation" if new else "disable_key_rotation", {"KeyId": it.id})]


def _topics(it: PhysicalResource, old: Any, new: Any) -> Calls:
    policy = text(it.props["PolicyDocument"])
    return [
        ("set_topic_attributes", {"TopicArn": topic, "AttributeName": "Policy", "AttributeValue": policy})
        for topic in it.props["Topics"]
    ]


def _topic_attribute(name: str) -> PropertyHandler:
    def calls(it: PhysicalResource, old: Any, new: Any) -> Calls:
        return [("set_topic_attributes", {"TopicArn": it.id, "AttributeName": name, "AttributeValue": new or ""})]

    return PropertyHandler(name, calls)


def _queue(it: PhysicalResource) -> dict[str, Any]:
    given = {key: str(value).lower() if isinstance(value, bool) else str(value) for key, value in it.props.items()}
    return {key: value for key, value in given.items() if key not in ("QueueName", "Tags")}


def _log_group_arn(it: PhysicalResource) -> str:
    """Tagging wants the ARN without the `:*` that describing gives."""
    return str(it.read["logGroups"][0]["arn"]).removesuffix(":*")


ROWS: dict[str, ResourceType] = {
    "AWS::S3::Bucket": ResourceType(
        "s3",
        "create_bucket",
        _bucket,
        "delete_bucket",
        pick(Bucket="BucketName"),
        aspects=(
            PropertyHandler(
                "Tags", _put("put_bucket_tagging", "Tagging", lambda tags: {"TagSet": tags}, "delete_bucket_tagging")
            ),
            PropertyHandler("VersioningConfiguration", _put("put_bucket_versioning", "VersioningConfiguration")),
            PropertyHandler(
                "BucketEncryption", _put("put_bucket_encryption", "ServerSideEncryptionConfiguration", _encryption)
            ),
            PropertyHandler("OwnershipControls", _put("put_bucket_ownership_controls", "OwnershipControls")),
            PropertyHandler(
                "PublicAccessBlockConfiguration", _put("put_public_access_block", "PublicAccessBlockConfiguration")
            ),
            PropertyHandler("NotificationConfiguration", _notifications),
            PropertyHandler("LoggingConfiguration", _put("put_bucket_logging", "BucketLoggingStatus", _logging)),
            PropertyHandler(
                "LifecycleConfiguration",
                _put(
                    "put_bucket_lifecycle_configuration",
                    "LifecycleConfiguration",
                    _lifecycle,
                    "delete_bucket_lifecycle",
                ),
            ),
        ),
        attributes={
            "Arn": "join('',['arn:aws:s3:::',props.BucketName])",
            "DomainName": "join('',[props.BucketName,'.s3.amazonaws.com'])",
        },
        name="BucketName",
        lower=True,
        taken=frozenset({"ObjectLockEnabled"}),
    ),
    "AWS::S3::BucketPolicy": ResourceType(
        "s3",
        "put_bucket_policy",
        lambda it: {"Bucket": it.props["Bucket"], "Policy": text(it.props["PolicyDocument"])},
        "delete_bucket_policy",
        pick("Bucket"),
        update="put_bucket_policy",
        changes=lambda it: {"Policy": text(it.props["PolicyDocument"])},
        taken=frozenset({"Bucket", "PolicyDocument"}),
    ),
    "AWS::SSM::Parameter": ResourceType(
        "ssm",
        "put_parameter",
        lambda it: {
            **pick("Name", "Type", "Value", "Description", "AllowedPattern", "Tier")(it),
            "Tags": listed(it.props.get("Tags", {})),
        },
        "delete_parameter",
        pick("Name"),
        update="put_parameter",
        changes=lambda it: {**pick("Type", "Value", "Description", "AllowedPattern", "Tier")(it), "Overwrite": True},
        aspects=(
            retag(
                "add_tags_to_resource",
                lambda it, tags: {"ResourceType": "Parameter", "ResourceId": it.id, "Tags": listed(tags)},
            ),
        ),
        attributes={"Type": "props.Type", "Value": "props.Value"},
        name="Name",
        taken=frozenset({"Name", "Type", "Value", "Description", "AllowedPattern", "Tier"}),
    ),
    "AWS::Logs::LogGroup": ResourceType(
        "logs",
        "create_log_group",
        lambda it: {
            **pick(logGroupName="LogGroupName", kmsKeyId="KmsKeyId")(it),
            "tags": tag_map(it.props.get("Tags")),
        },
        "delete_log_group",
        pick(logGroupName="LogGroupName"),
        name="LogGroupName",
        aspects=(
            PropertyHandler("RetentionInDays", _retention),
            retag("tag_resource", lambda it, tags: {"resourceArn": _log_group_arn(it), "tags": tags}),
        ),
        attributes={"Arn": "read.logGroups[0].arn"},
        read="describe_log_groups",
        look=pick(logGroupNamePrefix="LogGroupName"),
        taken=frozenset({"LogGroupName", "KmsKeyId"}),
    ),
    "AWS::KMS::Key": ResourceType(
        "kms",
        "create_key",
        lambda it: {
            **pick("Description")(it),
            **({"Policy": text(it.props["KeyPolicy"])} if "KeyPolicy" in it.props else {}),
            "Tags": listed(tag_map(it.props.get("Tags")), "TagKey", "TagValue"),
        },
        "schedule_key_deletion",
        lambda it: {"KeyId": it.id},
        aspects=(
            PropertyHandler("EnableKeyRotation", _rotation),
            retag("tag_resource", lambda it, tags: {"KeyId": it.id, "Tags": listed(tags, "TagKey", "TagValue")}),
        ),
        attributes={"KeyId": "answer.KeyMetadata.KeyId", "Arn": "answer.KeyMetadata.Arn"},
        taken=frozenset({"Description", "KeyPolicy", "PendingWindowInDays"}),
        update="put_key_policy",
        changes=lambda it: {"PolicyName": "default", "Policy": text(it.props.get("KeyPolicy", {}))},
    ),
    "AWS::KMS::Alias": ResourceType(
        "kms",
        "create_alias",
        pick("AliasName", "TargetKeyId"),
        "delete_alias",
        pick("AliasName"),
        update="update_alias",
        changes=pick("TargetKeyId"),
        taken=frozenset({"AliasName", "TargetKeyId"}),
    ),
    "AWS::SNS::Topic": ResourceType(
        "sns",
        "create_topic",
        lambda it: {"Name": it.props["TopicName"], "Tags": it.props.get("Tags", [])},
        "delete_topic",
        lambda it: {"TopicArn": it.id},
        aspects=(
            _topic_attribute("KmsMasterKeyId"),
            _topic_attribute("DisplayName"),
            retag("tag_resource", lambda it, tags: {"ResourceArn": it.id, "Tags": listed(tags)}),
        ),
        attributes={"TopicArn": "answer.TopicArn", "TopicName": "props.TopicName"},
        name="TopicName",
        taken=frozenset({"TopicName"}),
    ),
    "AWS::SNS::TopicPolicy": ResourceType(
        "sns",
        "",
        lambda it: {},
        aspects=(PropertyHandler("PolicyDocument", _topics), PropertyHandler("Topics", _topics)),
        attributes={"Id": "id"},
    ),
    "AWS::SQS::Queue": ResourceType(
        "sqs",
        "create_queue",
        lambda it: {
            "QueueName": it.props["QueueName"],
            "Attributes": _queue(it),
            "tags": tag_map(it.props.get("Tags")),
        },
        "delete_queue",
        lambda it: {"QueueUrl": it.answer["QueueUrl"]},
        update="set_queue_attributes",
        changes=lambda it: {"Attributes": _queue(it)},
        attributes={"QueueUrl": "answer.QueueUrl", "QueueName": "props.QueueName", "Arn": "read.Attributes.QueueArn"},
        name="QueueName",
        read="get_queue_attributes",
        look=lambda it: {"QueueUrl": it.answer["QueueUrl"], "AttributeNames": ["All"]},
        aspects=(retag("tag_queue", lambda it, tags: {"QueueUrl": it.id, "Tags": tags}),),
        taken=frozenset(
            {
                "QueueName",
                "KmsMasterKeyId",
                "VisibilityTimeout",
                "MessageRetentionPeriod",
                "SqsManagedSseEnabled",
                "KmsDataKeyReusePeriodSeconds",
                "DelaySeconds",
            }
        ),
    ),
}
