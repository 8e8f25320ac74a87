# One connection to each Git provider. It stays pending until a person accepts it in the console and works only afterwards. Products
# choose among these, so that code comes only from providers at which the bank has an account.
resource "aws_codeconnections_connection" "this" {
  for_each = var.git_providers

  name          = "${var.name_prefix}-${lower(each.value)}"
  provider_type = each.value
}
