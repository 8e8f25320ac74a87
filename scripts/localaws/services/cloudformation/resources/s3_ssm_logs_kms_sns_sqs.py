"""Resource types of S3, SSM, CloudWatch Logs, KMS, SNS and SQS."""

from typing import Any

from moto.s3.models import s3_backends

from scripts.localaws.services.cloudformation.resources.resource_type import (
    Calls,
    PhysicalResource,
    PropertyHandler,
    ResourceType,
    pick,
    tag_handler,
    tag_list,
    tag_map,
    text,
)
from scripts.localaws.services.cloudformation.stack_tags import SYSTEM_PREFIX

_PARAMETER = ("Type", "Value", "Description", "AllowedPattern", "Tier")
_QUEUE = (
    "QueueName", "KmsMasterKeyId", "VisibilityTimeout", "MessageRetentionPeriod", "SqsManagedSseEnabled",
    "KmsDataKeyReusePeriodSeconds", "DelaySeconds",
)  # fmt: skip


def _bucket(resource: PhysicalResource) -> dict[str, Any]:
    region = resource.stack_arn.split(":")[3]
    location = {} if region == "us-east-1" else {"CreateBucketConfiguration": {"LocationConstraint": region}}
    lock = {"ObjectLockEnabledForBucket": True} if resource.props.get("ObjectLockEnabled") else {}
    return {"Bucket": resource.props["BucketName"], **location, **lock}


def _bucket_configuration(
    operation: str, argument: str, convert: Any = lambda value: value, remove_operation: str = ""
) -> Any:
    def calls(resource: PhysicalResource, old: Any, new: Any) -> Calls:
        if new is not None:
            return [(operation, {"Bucket": resource.props["BucketName"], argument: convert(new)})]
        return [(remove_operation, {"Bucket": resource.props["BucketName"]})] if remove_operation else []

    return calls


def _bucket_tags(resource: PhysicalResource, old: Any, new: Any) -> Calls:
    """Put the tags of the template; S3 accepts CloudFormation's own tags from nobody else."""
    bucket = resource.props["BucketName"]
    tags = [tag for tag in new or () if not tag["Key"].startswith(SYSTEM_PREFIX)]
    if tags:
        yield "put_bucket_tagging", {"Bucket": bucket, "Tagging": {"TagSet": tags}}
    elif old:
        yield "delete_bucket_tagging", {"Bucket": bucket}
    own = [tag for tag in new or () if tag not in tags]
    s3_backends[resource.stack_arn.split(":")[4]]["aws"].tagger.tag_resource(f"arn:aws:s3:::{bucket}", own)


def _encryption(value: dict[str, Any]) -> dict[str, Any]:
    names = {"ServerSideEncryptionByDefault": "ApplyServerSideEncryptionByDefault"}
    rules = value["ServerSideEncryptionConfiguration"]
    return {"Rules": [{names.get(key, key): item for key, item in rule.items()} for rule in rules]}


def _logging(value: dict[str, Any]) -> dict[str, Any]:
    target = {"TargetBucket": value["DestinationBucketName"], "TargetPrefix": value.get("LogFilePrefix", "")}
    return {"LoggingEnabled": target}


def _notifications(resource: PhysicalResource, old: Any, new: Any) -> Calls:
    """Put the EventBridge configuration. S3 has no call that removes it, so an empty configuration is put."""
    bus = ((new or {}).get("EventBridgeConfiguration") or {}).get("EventBridgeEnabled", False)
    config: dict[str, Any] = {"EventBridgeConfiguration": {}} if bus else {}
    bucket = resource.props["BucketName"]
    return [("put_bucket_notification_configuration", {"Bucket": bucket, "NotificationConfiguration": config})]


def _lifecycle(value: dict[str, Any]) -> dict[str, Any]:
    return {"Rules": [_lifecycle_rule(rule) for rule in value["Rules"]]}


def _lifecycle_rule(rule: dict[str, Any]) -> dict[str, Any]:
    lifecycle_rule: dict[str, Any] = {"Status": rule["Status"], "Filter": {"Prefix": rule.get("Prefix", "")}}
    lifecycle_rule |= {"ID": rule["Id"]} if "Id" in rule else {}
    lifecycle_rule |= {"Expiration": {"Days": rule["ExpirationInDays"]}} if "ExpirationInDays" in rule else {}
    for key in ("NoncurrentVersionExpiration", "AbortIncompleteMultipartUpload"):
        lifecycle_rule |= {key: rule[key]} if key in rule else {}
    rows = rule.get("Transitions", [])
    transitions = [{"StorageClass": row["StorageClass"], "Days": row["TransitionInDays"]} for row in rows]
    return {**lifecycle_rule, "Transitions": transitions} if transitions else lifecycle_rule


def _retention(resource: PhysicalResource, old: Any, new: Any) -> Calls:
    name = {"logGroupName": resource.props["LogGroupName"]}
    if new is None:
        return [("delete_retention_policy", name)]
    return [("put_retention_policy", {**name, "retentionInDays": new})]


def _rotation(resource: PhysicalResource, old: Any, new: Any) -> Calls:
    return [("enable_key_rotation" if new else "disable_key_rotation", {"KeyId": resource.id})]


def _topics(resource: PhysicalResource, old: Any, new: Any) -> Calls:
    policy = text(resource.props["PolicyDocument"])
    return [
        ("set_topic_attributes", {"TopicArn": topic, "AttributeName": "Policy", "AttributeValue": policy})
        for topic in resource.props["Topics"]
    ]


def _topic_attribute(name: str) -> PropertyHandler:
    def calls(resource: PhysicalResource, old: Any, new: Any) -> Calls:
        return [("set_topic_attributes", {"TopicArn": resource.id, "AttributeName": name, "AttributeValue": new or ""})]

    return PropertyHandler(name, calls)


def _queue_attributes(resource: PhysicalResource) -> dict[str, Any]:
    return {key: value for key, value in resource.props.items() if key not in ("QueueName", "Tags")}


def _log_group_arn(resource: PhysicalResource) -> str:
    """Return the ARN without the suffix `:*` of DescribeLogGroups; TagResource requires it so."""
    return str(resource.read["logGroups"][0]["arn"]).removesuffix(":*")


RESOURCE_TYPES: dict[str, ResourceType] = {
    "AWS::S3::Bucket": ResourceType(
        "s3",
        "create_bucket",
        _bucket,
        "delete_bucket",
        pick(Bucket="BucketName"),
        property_handlers=(
            PropertyHandler("Tags", _bucket_tags),
            PropertyHandler(
                "VersioningConfiguration", _bucket_configuration("put_bucket_versioning", "VersioningConfiguration")
            ),
            PropertyHandler(
                "BucketEncryption",
                _bucket_configuration("put_bucket_encryption", "ServerSideEncryptionConfiguration", _encryption),
            ),
            PropertyHandler(
                "OwnershipControls", _bucket_configuration("put_bucket_ownership_controls", "OwnershipControls")
            ),
            PropertyHandler(
                "PublicAccessBlockConfiguration",
                _bucket_configuration("put_public_access_block", "PublicAccessBlockConfiguration"),
            ),
            PropertyHandler("NotificationConfiguration", _notifications),
            PropertyHandler(
                "LoggingConfiguration", _bucket_configuration("put_bucket_logging", "BucketLoggingStatus", _logging)
            ),
            PropertyHandler(
                "LifecycleConfiguration",
                _bucket_configuration(
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
        name_property="BucketName",
        lowercase_name=True,
        supported_properties=frozenset({"ObjectLockEnabled"}),
    ),
    "AWS::S3::BucketPolicy": ResourceType(
        "s3",
        "put_bucket_policy",
        lambda resource: {"Bucket": resource.props["Bucket"], "Policy": text(resource.props["PolicyDocument"])},
        "delete_bucket_policy",
        pick("Bucket"),
        update="put_bucket_policy",
        update_arguments=lambda resource: {"Policy": text(resource.props["PolicyDocument"])},
        supported_properties=frozenset({"Bucket", "PolicyDocument"}),
    ),
    "AWS::SSM::Parameter": ResourceType(
        "ssm",
        "put_parameter",
        lambda resource: {
            **pick("Name", *_PARAMETER)(resource),
            "Tags": tag_list(resource.props.get("Tags", {})),
        },
        "delete_parameter",
        pick("Name"),
        update="put_parameter",
        update_arguments=lambda resource: {
            **pick(*_PARAMETER)(resource),
            "Overwrite": True,
        },
        property_handlers=(
            tag_handler(
                "add_tags_to_resource",
                lambda resource, tags: {"ResourceType": "Parameter", "ResourceId": resource.id, "Tags": tag_list(tags)},
            ),
        ),
        attributes={"Type": "props.Type", "Value": "props.Value"},
        name_property="Name",
        supported_properties=frozenset({"Name", *_PARAMETER}),
    ),
    "AWS::Logs::LogGroup": ResourceType(
        "logs",
        "create_log_group",
        lambda resource: {
            **pick(logGroupName="LogGroupName", kmsKeyId="KmsKeyId")(resource),
            "tags": tag_map(resource.props.get("Tags")),
        },
        "delete_log_group",
        pick(logGroupName="LogGroupName"),
        name_property="LogGroupName",
        property_handlers=(
            PropertyHandler("RetentionInDays", _retention),
            tag_handler("tag_resource", lambda resource, tags: {"resourceArn": _log_group_arn(resource), "tags": tags}),
        ),
        attributes={"Arn": "read.logGroups[0].arn"},
        read="describe_log_groups",
        read_arguments=pick(logGroupNamePrefix="LogGroupName"),
        supported_properties=frozenset({"LogGroupName", "KmsKeyId"}),
    ),
    "AWS::KMS::Key": ResourceType(
        "kms",
        "create_key",
        lambda resource: {
            **pick("Description")(resource),
            **({"Policy": text(resource.props["KeyPolicy"])} if "KeyPolicy" in resource.props else {}),
            "Tags": tag_list(tag_map(resource.props.get("Tags")), "TagKey", "TagValue"),
        },
        "schedule_key_deletion",
        lambda resource: {"KeyId": resource.id},
        property_handlers=(
            PropertyHandler("EnableKeyRotation", _rotation),
            tag_handler(
                "tag_resource",
                lambda resource, tags: {"KeyId": resource.id, "Tags": tag_list(tags, "TagKey", "TagValue")},
            ),
        ),
        attributes={"KeyId": "answer.KeyMetadata.KeyId", "Arn": "answer.KeyMetadata.Arn"},
        supported_properties=frozenset({"Description", "KeyPolicy", "PendingWindowInDays"}),
        update="put_key_policy",
        update_arguments=lambda resource: {
            "PolicyName": "default",
            "Policy": text(resource.props.get("KeyPolicy", {})),
        },
    ),
    "AWS::KMS::Alias": ResourceType(
        "kms",
        "create_alias",
        pick("AliasName", "TargetKeyId"),
        "delete_alias",
        pick("AliasName"),
        update="update_alias",
        update_arguments=pick("TargetKeyId"),
        supported_properties=frozenset({"AliasName", "TargetKeyId"}),
    ),
    "AWS::SNS::Topic": ResourceType(
        "sns",
        "create_topic",
        lambda resource: {"Name": resource.props["TopicName"], "Tags": resource.props.get("Tags", [])},
        "delete_topic",
        lambda resource: {"TopicArn": resource.id},
        property_handlers=(
            _topic_attribute("KmsMasterKeyId"),
            _topic_attribute("DisplayName"),
            tag_handler("tag_resource", lambda resource, tags: {"ResourceArn": resource.id, "Tags": tag_list(tags)}),
        ),
        attributes={"TopicArn": "answer.TopicArn", "TopicName": "props.TopicName"},
        name_property="TopicName",
        supported_properties=frozenset({"TopicName"}),
    ),
    "AWS::SNS::TopicPolicy": ResourceType(
        "sns",
        "",
        lambda resource: {},
        property_handlers=(PropertyHandler("PolicyDocument", _topics), PropertyHandler("Topics", _topics)),
        attributes={"Id": "id"},
    ),
    "AWS::SQS::Queue": ResourceType(
        "sqs",
        "create_queue",
        lambda resource: {
            "QueueName": resource.props["QueueName"],
            "Attributes": _queue_attributes(resource),
            "tags": tag_map(resource.props.get("Tags")),
        },
        "delete_queue",
        lambda resource: {"QueueUrl": resource.answer["QueueUrl"]},
        update="set_queue_attributes",
        update_arguments=lambda resource: {"Attributes": _queue_attributes(resource)},
        attributes={"QueueUrl": "answer.QueueUrl", "QueueName": "props.QueueName", "Arn": "read.Attributes.QueueArn"},
        name_property="QueueName",
        read="get_queue_attributes",
        read_arguments=lambda resource: {"QueueUrl": resource.answer["QueueUrl"], "AttributeNames": ["All"]},
        property_handlers=(tag_handler("tag_queue", lambda resource, tags: {"QueueUrl": resource.id, "Tags": tags}),),
        supported_properties=frozenset(_QUEUE),
    ),
}
