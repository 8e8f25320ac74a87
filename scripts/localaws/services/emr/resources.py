"""The rows of EMR and EMR Serverless. Pure."""

from scripts.localaws.crud.resource_spec import ResourceSpec, ServiceSpec

EMR = ServiceSpec(
    "elasticmapreduce",
    "emr",
    (
        ResourceSpec("SecurityConfiguration", ("Name",), born={"CreationDateTime": "{now}"}),
        ResourceSpec("Cluster", ("Id",), "cluster/{Id}", {"ClusterArn": "{arn}", "NormalizedInstanceHours": 0}),
    ),
    absent="InvalidRequestException",
    taken="InvalidRequestException",
    tagging=("", "", ""),
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
    merges=True,
)
