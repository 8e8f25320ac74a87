"""Independent scanners over what the platform makes: each a tool of its own, none a dependency."""
