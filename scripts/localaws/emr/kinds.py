"""The rows of EMR and EMR Serverless. Pure."""

from scripts.localaws.generic.noun import Api, Noun

EMR = Api(
    "elasticmapreduce",
    "emr",
    (
        Noun("SecurityConfiguration", ("Name",), born={"CreationDateTime": "{now}"}),
        Noun("Cluster", ("Id",), "cluster/{Id}", {"ClusterArn": "{arn}", "NormalizedInstanceHours": 0}),
    ),
    absent="InvalidRequestException",
    taken="InvalidRequestException",
    tagging=("", "", ""),
)
SERVERLESS = Api(
    "emr-serverless",
    "emr-serverless",
    (
        Noun(
            "Application",
            ("applicationId",),
            "/applications/{applicationId}",
            {"applicationId": "{hex}", "state": "CREATED"},
        ),
    ),
    merges=True,
)
