"""Teams and their accounts: team files, IP allocations, account requests."""
