"""Services that only store what they are told, from one table and botocore's models.

A service is a row, a noun is a row: table.py. What no row can say is a few lines in particular.py.
"""

from scripts.localaws.routes import hold_only

IGNORES = "what the things do: they are stored and shown, nothing more."


def install() -> None:
    """Refuses the other operations of the services that are wholly in the table."""
    from scripts.localaws.generic.answers import operations
    from scripts.localaws.generic.table import APIS

    for scope, api in APIS.items():
        if api.whole:
            hold_only(api.model, operations(scope))
