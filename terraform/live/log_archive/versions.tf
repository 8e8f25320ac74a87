terraform {
  required_version = ">= 1.10"
  required_providers {
    aws = {
      source  = "hashicorp/aws"
      version = ">= 5.100, < 7"
    }
  }

  # Bucket, key and region come from scripts/vend; one state per account.
  backend "s3" {
    use_lockfile = true
    encrypt      = true
  }
}
