"""IAM: moto stores roles and policies; here they count. asked.py says what a request asks for (names.py and table.py
how IAM calls it, uses.py which keys it uses), keys.py and sent.py what is known of it, things.py what it is about,
policies.py what counts for the caller, authorise.py asks generators/policy, which decides."""
