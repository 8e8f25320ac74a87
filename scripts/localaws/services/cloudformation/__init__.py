"""AWS CloudFormation: stacks over this server's own services. Each service call uses the identity of the caller.

https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/
"""
