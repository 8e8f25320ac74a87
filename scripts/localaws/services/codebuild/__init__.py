"""AWS CodeBuild: projects, and builds that run the commands of the buildspec with the project's role.

https://docs.aws.amazon.com/codebuild/latest/userguide/build-spec-ref.html
"""
