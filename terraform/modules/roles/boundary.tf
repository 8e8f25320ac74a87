# The upper bound of every role that a product makes or Studio runs under. It grants nothing by itself.
resource "aws_iam_policy" "boundary" {
  #checkov:skip=CKV_AWS_287:A permissions boundary grants nothing; it is the upper bound of what other policies grant
  #checkov:skip=CKV_AWS_288:A permissions boundary grants nothing; it is the upper bound of what other policies grant
  #checkov:skip=CKV_AWS_289:A permissions boundary grants nothing; it is the upper bound of what other policies grant
  #checkov:skip=CKV_AWS_290:A permissions boundary grants nothing; it is the upper bound of what other policies grant
  #checkov:skip=CKV_AWS_355:A permissions boundary grants nothing; it is the upper bound of what other policies grant
  name        = "${var.name_prefix}-boundary"
  description = "Upper bound of roles that products create"
  policy = jsonencode({
    Version = "2012-10-17"
    Statement = [
      {
        Sid    = "WorkOfProducts"
        Effect = "Allow"
        Action = [
          "codeartifact:*",
          "ec2:AssignPrivateIpAddresses",
          "ec2:CreateNetworkInterface",
          "ec2:DeleteNetworkInterface",
          "ec2:Describe*",
          "ec2:UnassignPrivateIpAddresses",
          "ecr:BatchCheckLayerAvailability",
          "ecr:BatchGetImage",
          "ecr:GetAuthorizationToken",
          "ecr:GetDownloadUrlForLayer",
          "elasticfilesystem:*",
          "kms:Decrypt",
          "kms:DescribeKey",
          "kms:Encrypt",
          "kms:GenerateDataKey*",
          "logs:CreateLogStream",
          "logs:PutLogEvents",
          "s3:*",
          "sagemaker:*",
          "ssm:GetParameter*",
          "sts:GetServiceBearerToken",
        ]
        Resource = "*"
      },
      {
        Sid    = "NeverApproveNorChangeIdentity"
        Effect = "Deny"
        Action = [
          "kms:ScheduleKeyDeletion",
          "s3:DeleteBucket",
          "s3:PutBucketPolicy",
          "sagemaker:AddTags",
          "sagemaker:CreateUserProfile",
          "sagemaker:DeleteTags",
          "sagemaker:UpdateUserProfile",
        ]
        Resource = "*"
      },
    ]
  })
}
