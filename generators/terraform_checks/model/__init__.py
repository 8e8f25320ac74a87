"""Values of a Terraform plan and of a check, and the exposure of a policy."""
