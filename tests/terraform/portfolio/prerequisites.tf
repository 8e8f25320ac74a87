resource "aws_servicecatalog_tag_option" "this" {
  key   = "platform"
  value = "tests"
}

resource "aws_servicecatalog_organizations_access" "this" {
  enabled = true

  depends_on = [aws_organizations_organization.this]
}
