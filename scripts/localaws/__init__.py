"""The embedded AWS: moto's server and the features that moto lacks, in one process on loopback.

Layers: server, services, crud, core; each imports only the ones after it. Production code never imports this package
(ruff enforces it); it uses the endpoint.
"""
