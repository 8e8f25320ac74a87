"""AWS CodeConnections: Git providers behind connections."""
