"""The demo: the platform's main job in order on the embedded AWS; every step is verified through the AWS API."""
