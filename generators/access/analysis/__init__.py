"""Privilege escalation: a search for chains of roles that lead to an action the access matrix denies."""
