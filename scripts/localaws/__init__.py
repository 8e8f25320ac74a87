"""The embedded AWS: moto's server plus what moto lacks, in one process on loopback.

Production code never imports this package (ruff enforces it); it only ever sees an endpoint.
"""
