"""AWS Step Functions: Standard state machines in Amazon States Language that really run.

Only the states, fields and integrations of language.py and tasks.py; a definition that needs others is refused.
https://states-language.net and https://docs.aws.amazon.com/step-functions/latest/dg/state-map-distributed.html
"""

from scripts.localaws.routes import take

IGNORES = (
    "versions, aliases, activities, Express machines, logging, tracing and encryption settings (stored); execution "
    "history; waits and retry intervals pass a hundred times faster."
)


def install() -> None:
    """Answers for Step Functions from now on; rules of EventBridge may start machines and builds."""
    from moto.events import models

    from scripts.localaws.stepfunctions.responses import StatesResponse
    from scripts.localaws.stepfunctions.triggers import Rule

    models.Rule = Rule
    take("states", StatesResponse)
