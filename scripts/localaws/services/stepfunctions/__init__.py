"""AWS Step Functions: Standard state machines in Amazon States Language that really run.

Only the states, fields and integrations of language.py and tasks.py; a definition that needs others is refused.
https://states-language.net and https://docs.aws.amazon.com/step-functions/latest/dg/state-map-distributed.html
"""

from scripts.localaws.core.routes import register

IGNORES = (
    "versions, aliases, activities, Express machines, logging, tracing and encryption settings (stored); execution "
    "history; waits and retry intervals pass a hundred times faster."
)


def install() -> None:
    """Answers for Step Functions from now on; rules of EventBridge may start machines and builds."""
    from moto.events import models

    from scripts.localaws.services.stepfunctions.event_rules import Rule
    from scripts.localaws.services.stepfunctions.responses import StatesResponse

    models.Rule = Rule
    register("states", StatesResponse)
