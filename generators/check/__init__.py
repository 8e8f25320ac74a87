"""Checks of a release: lint, waivers, compatibility with the previous version."""
