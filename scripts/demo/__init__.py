"""The platform's main job told in order on the embedded AWS; every claim is read back through the AWS API."""
