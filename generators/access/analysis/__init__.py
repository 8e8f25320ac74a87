"""Analysis of access: product roles, permissions that code needs, paths of privilege escalation."""
