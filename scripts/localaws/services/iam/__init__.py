"""IAM: moto stores users, roles and policies; authorization/ applies them to every request.

users.py finds the user of an access key. In authorization/: required_actions.py lists the actions of a request
(resource_arns.py and arn_templates.py name its resources, kms_dependencies.py the keys that it uses),
authorization_request.py adds condition keys (condition_keys.py, request_condition_keys.py) and resources
(resource_lookup.py), principal_policies.py finds the caller's policies; authorize.py evaluates with generators.iam.
"""


def install() -> None:
    """Let users have a boundary."""
    from scripts.localaws.services.iam.handlers import install_boundaries

    install_boundaries()
