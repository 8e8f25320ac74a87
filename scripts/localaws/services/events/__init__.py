"""EventBridge: moto keeps the rules; this package validates schedules, patterns and events, and starts more targets.

https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-scheduled-rule-pattern.html
"""


def install() -> None:
    """Let rules start more targets, and add the account to an event: moto's default template leaves it out."""
    from moto.events import models
    from moto.events.utils import EventTemplateParser

    from scripts.localaws.services.events.targets import Rule

    models.Rule = Rule

    template = EventTemplateParser.DEFAULT_EVENT_INPUT_TEMPLATE
    EventTemplateParser.DEFAULT_EVENT_INPUT_TEMPLATE = template.replace("{", '{"account": "<account>", ', 1)
