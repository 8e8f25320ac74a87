"""Launches product templates with taskcat."""
