"""What must hold of Terraform's plans: one check a file in `checks`, each naming the controls that it proves. Pure."""
