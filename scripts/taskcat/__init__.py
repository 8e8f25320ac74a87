"""Launches product templates through taskcat's own engine."""
