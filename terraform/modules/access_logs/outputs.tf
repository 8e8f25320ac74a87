output "name" {
  description = "The bucket."
  value       = aws_s3_bucket.this.bucket

  depends_on = [aws_s3_bucket_policy.this] # S3 refuses to log into a bucket whose policy does not let it
}
