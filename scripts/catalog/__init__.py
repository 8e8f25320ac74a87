"""The command line `catalog`."""
