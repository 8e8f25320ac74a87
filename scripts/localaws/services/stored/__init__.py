"""Services that only store what they are told, from one table and botocore's models.

A service is a row, a noun is a row: table.py. What no row can say is a few lines in particular.py.
"""

IGNORES = "what the things do: they are stored and shown, nothing more."


def install() -> None:
    """Nothing to do: the gateway asks the table before it asks moto."""
