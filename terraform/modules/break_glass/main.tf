locals {
  name    = "${var.name_prefix}-break-glass"
  account = "${var.region}:${var.account_id}"

  # terraform/roles.yaml defines the trust and session policy of the role; here both are rendered with times: for a grant, and for none.
  template_variables = {
    name_prefix = var.name_prefix, account_id = var.account_id, management_id = var.management_account_id
    persona     = "", saml_provider = "", operator_role = "", data_key_arn = ""
  }
  grants = {
    open   = { requester = "(requester)", from = "(from)", until = "(until)" } # the state machine substitutes them
    closed = { requester = "nobody", from = "1970-01-01T00:00:00Z", until = "1970-01-01T00:00:01Z" }
  }
  source    = { for state, grant in local.grants : state => yamldecode(templatefile(var.roles_file, merge(local.template_variables, grant))) }
  role_name = one([for name, persona in local.source.closed.personas : name if try(persona.requires_break_glass, false)])
  documents = { for state, source in local.source : state => {
    trust  = jsonencode({ Version = "2012-10-17", Statement = [source.sign_in.break_glass] })
    within = jsonencode({ Version = "2012-10-17", Statement = source.break_glass_session_policy })
  } }

  policy_variables = {
    name      = local.name
    account   = local.account
    role_arn  = "arn:aws:iam::${var.account_id}:role/${local.role_name}"
    bound_arn = "arn:aws:iam::${var.account_id}:policy/${var.name_prefix}-${local.role_name}"
    topic_arn = var.topic_arn
    key_arn   = var.key_arn
  }
}
