"""Stored resources: specifications, the store, generic operations and the registry of services that use them."""
