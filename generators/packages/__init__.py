"""The package index: its allow-list, the lock files that use it, and the repository with the approved versions."""
