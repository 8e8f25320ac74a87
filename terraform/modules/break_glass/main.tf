locals {
  name    = "${var.name_prefix}-break-glass"
  account = "${var.place.region}:${var.place.account_id}"

  # terraform/roles.yaml says what an open and what a closed window is; here its two documents get the instants.
  words = {
    name_prefix = var.name_prefix, account_id = var.place.account_id, management_id = var.management_account_id
    persona     = "", saml_provider = "", operator_role = "", data_key_arn = ""
  }
  instants = {
    open   = { requester = "(requester)", from = "(from)", until = "(until)" } # the machine fills them in
    closed = { requester = "nobody", from = "1970-01-01T00:00:00Z", until = "1970-01-01T00:00:01Z" }
  }
  source    = { for state, it in local.instants : state => yamldecode(templatefile(var.roles_file, merge(local.words, it))) }
  role_name = one([for name, persona in local.source.closed.personas : name if try(persona.requires_break_glass, false)])
  documents = { for state, source in local.source : state => {
    trust  = jsonencode({ Version = "2012-10-17", Statement = [source.sign_in.break_glass] })
    within = jsonencode({ Version = "2012-10-17", Statement = source.break_glass_session_policy })
  } }

  policy_words = {
    name      = local.name
    account   = local.account
    role_arn  = "arn:aws:iam::${var.place.account_id}:role/${local.role_name}"
    bound_arn = "arn:aws:iam::${var.place.account_id}:policy/${var.name_prefix}-${local.role_name}"
    topic_arn = var.topic_arn
    key_arn   = var.key_arn
  }
}
