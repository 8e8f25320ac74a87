"""AWS CodeArtifact: stored domains and repositories, and a Python package index in front of the public one.

https://docs.aws.amazon.com/codeartifact/latest/ug/welcome.html
"""
