"""CloudFormation: resource schemas, resolved resources of a template, IAM permissions of resource handlers."""
