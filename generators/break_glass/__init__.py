"""Break-glass access: requests for temporary use of platform-fix-engineer, and where they are stored."""
