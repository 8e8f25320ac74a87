"""EventBridge: moto keeps the rules; this package validates schedules, patterns and events, and starts more targets.

https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-scheduled-rule-pattern.html
"""


def install() -> None:
    """Let rules start more targets; an event has an account, which moto's template leaves out."""
    from moto.events import models
    from moto.events.utils import EventTemplateParser

    from scripts.localaws.services.events.targets import Rule

    models.Rule = Rule
    template = EventTemplateParser.DEFAULT_EVENT_INPUT_TEMPLATE
    EventTemplateParser.DEFAULT_EVENT_INPUT_TEMPLATE = template.replace("{", '{"account": "<account>", ', 1)
