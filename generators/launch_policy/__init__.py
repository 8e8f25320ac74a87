"""The IAM policy of a product's launch role: derived from the templates, written to launch_policy.json, checked."""

FILE = "launch_policy.json"  # in the folder of the product
