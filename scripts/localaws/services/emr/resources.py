"""Resource specifications of EMR and EMR Serverless. Pure."""

from scripts.localaws.crud.resource_spec import ResourceSpec, ServiceSpec

EMR = ServiceSpec(
    "elasticmapreduce",
    "emr",
    (
        ResourceSpec("SecurityConfiguration", ("Name",), defaults={"CreationDateTime": "{now}"}),
        ResourceSpec("Cluster", ("Id",), "cluster/{Id}", {"ClusterArn": "{arn}", "NormalizedInstanceHours": 0}),
    ),
    not_found_code="InvalidRequestException",
    conflict_code="InvalidRequestException",
    tag_operations=("", "", ""),
)
SERVERLESS = ServiceSpec(
    "emr-serverless",
    "emr-serverless",
    (
        ResourceSpec(
            "Application",
            ("applicationId",),
            "/applications/{applicationId}",
            {"applicationId": "{hex}", "state": "CREATED"},
        ),
    ),
    merges_updates=True,
)
