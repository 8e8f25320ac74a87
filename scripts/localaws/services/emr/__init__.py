"""Amazon EMR and EMR Serverless: stored clusters and applications, which run nothing.

https://docs.aws.amazon.com/emr/latest/APIReference/Welcome.html
"""

IGNORES = "clusters and applications are stored; nothing runs."


def install() -> None:
    """Register the specifications and operation handlers of both services."""
    from scripts.localaws.crud.registry import register_service
    from scripts.localaws.services.emr.clusters import HANDLERS
    from scripts.localaws.services.emr.resources import EMR, SERVERLESS

    register_service(EMR, HANDLERS)
    register_service(SERVERLESS)
