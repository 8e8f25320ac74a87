"""Runs templates in processes of their own: no network, no writes, bounded time and memory (ADR 0010).

One server is forked from the command and confined; for each template it forks a process, which has everything imported
already. Only a complete, well-formed result of that process counts.
"""
