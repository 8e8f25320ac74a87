# How people become a persona. Identity Center: a permission set that is named like the persona may take the role on, with the tags
# that it carries itself. SAML: the identity provider's assertion names the role and the person. Either way the session's tag `owner`
# says who it is. The account's operator may as well: whoever holds that role could change this trust.
locals {
  take_on = ["sts:AssumeRole", "sts:TagSession"]
  operator = {
    Effect    = "Allow"
    Action    = local.take_on
    Principal = { AWS = local.root }
    Condition = { ArnEquals = { "aws:PrincipalArn" = "arn:aws:iam::${var.account_id}:role/${var.sign_in.operator_role}" } }
  }
  people = { for name in keys(local.source.personas) : name => {
    identity-center = {
      Effect    = "Allow"
      Action    = local.take_on
      Principal = { AWS = local.root }
      Condition = {
        ArnLike      = { "aws:PrincipalArn" = "arn:aws:iam::${var.account_id}:role/aws-reserved/sso.amazonaws.com/*/AWSReservedSSO_${name}_*" }
        StringEquals = { "aws:RequestTag/owner" = "$${aws:PrincipalTag/owner}" }
      }
    }
    saml = {
      Effect    = "Allow"
      Action    = ["sts:AssumeRoleWithSAML", "sts:TagSession"]
      Principal = { Federated = "arn:aws:iam::${var.account_id}:saml-provider/${var.sign_in.provider}" }
      Condition = { StringEquals = { "SAML:aud" = "https://signin.aws.amazon.com/saml" } }
    }
  } }
  sign_in = { for name, ways in local.people : name => [local.operator, ways[var.sign_in.by]] }

  # A role that nobody can take on: a window of time that has passed.
  closed = [merge(local.operator, { Condition = merge(local.operator.Condition, {
    DateLessThan = { "aws:CurrentTime" = "1970-01-01T00:00:00Z" }
  }) })]
}
