"""Requests, errors, routes and callers: the base of every service of the embedded AWS."""
