"""One folder per AWS service; `stored` has those that only store resources."""
