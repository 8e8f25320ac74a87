output "studio_repository_url" {
  description = "Address of the Studio image without tag or digest."
  value       = aws_ecr_repository.studio.repository_url
}
