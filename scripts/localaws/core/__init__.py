"""What every service of the embedded AWS uses: request, errors, routes, callers."""
