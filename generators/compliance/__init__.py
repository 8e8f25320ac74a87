"""What the platform promises an auditor: the controls, and on what each is proven."""
