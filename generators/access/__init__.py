"""Access control: terraform/roles.yaml as IAM policies, the access matrix, privilege escalation. Reads files only."""
