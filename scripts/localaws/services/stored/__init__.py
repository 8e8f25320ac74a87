"""Services that only store resources; handlers.py has the operations with behaviour of their own.

https://docs.aws.amazon.com/service-authorization/latest/reference/reference_policies_actions-resources-contextkeys.html
"""
