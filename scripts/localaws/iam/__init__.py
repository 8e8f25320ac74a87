"""IAM: moto stores roles and policies; here they count. policies.py collects what counts for a caller, keys.py what a
request says of itself, authorise.py asks generators/policy, which decides."""
