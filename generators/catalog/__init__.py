"""The pipeline of a release: load, render, check, bump, plan, publish."""
