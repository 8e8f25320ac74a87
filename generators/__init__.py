"""What a release is made of: product templates, the rules they obey, and the catalogue they are published to."""
