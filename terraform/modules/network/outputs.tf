output "vpc_id" {
  description = "The network."
  value       = aws_vpc.this.id
}

output "subnet_ids" {
  description = "Private subnets, one in each zone, in order of the zones."
  value       = [for zone in local.zones : aws_subnet.private[zone].id]
}

output "endpoint_security_group_id" {
  description = "Group of the interface endpoints."
  value       = aws_security_group.endpoints.id
}

output "s3_endpoint_id" {
  description = "The S3 gateway endpoint."
  value       = aws_vpc_endpoint.gateway["s3"].id
}

output "s3_prefix_list_id" {
  description = "Prefix list of S3, for egress rules."
  value       = aws_vpc_endpoint.gateway["s3"].prefix_list_id
}
