"""What a role needs: a launch role from the templates it launches, a job's role from what the job calls."""
