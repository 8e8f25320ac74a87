"""Who may do what: terraform/roles.yaml as policies, the matrix decided on them, ways around them. Reads files only."""
