# One connection to each Git provider. It waits until a person of the bank accepts it there, in the console; what is never accepted
# reaches nothing. Products choose among these, so that no code comes from where the bank has no account.
resource "aws_codeconnections_connection" "this" {
  for_each = var.providers_of_code

  name          = "${var.name_prefix}-${lower(each.value)}"
  provider_type = each.value
}
