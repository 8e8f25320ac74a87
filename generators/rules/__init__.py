"""The platform's policy as cfn-lint rules E9001 to E9099: one class, one idea, one file each.

A docstring says why and names the control; a message names the fix. What a rule cannot decide it reports.
"""
