"""AWS Step Functions: runs Standard state machines in Amazon States Language.

Supports the states, fields and integrations of definition_validator.py and tasks.py; other definitions are invalid.
https://states-language.net and https://docs.aws.amazon.com/step-functions/latest/dg/state-map-distributed.html
"""
