"""The library behind the commands: product templates, their rules and checks, and their publication."""
