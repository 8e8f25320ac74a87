"""Services that only store resources, from resource specifications and botocore's models.

resources.py has the specifications; handlers.py and autoscaling_and_dashboards.py the operations with behaviour of
their own.
"""

IGNORES = "resources are stored and returned, nothing more."


def install() -> None:
    """Register the specifications and operation handlers of every stored service."""
    from scripts.localaws.crud.registry import register_service
    from scripts.localaws.services.stored import autoscaling_and_dashboards, handlers
    from scripts.localaws.services.stored.resources import SERVICES

    every = {**handlers.HANDLERS, **autoscaling_and_dashboards.HANDLERS}
    for spec in SERVICES:
        register_service(spec, {key: handler for key, handler in every.items() if key[0] == spec.scope})
