"""The platform's policy as cfn-lint rules E9001 to E9099, one rule a file.

`shortdesc` is the demand, `description` the reason, and a message names the fix. A rule reports what it cannot decide.
"""
