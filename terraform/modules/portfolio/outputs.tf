output "id" {
  description = "Id of the portfolio."
  value       = aws_servicecatalog_portfolio.this.id
}
