variable "name" {
  description = "Name of the pipeline, and prefix of the names of its resources."
  type        = string

  validation {
    condition     = can(regex("^[a-z][a-z0-9-]{2,29}$", var.name))
    error_message = "name is 3 to 30 lower-case letters, digits and dashes: account and region are appended for the bucket."
  }
}

variable "account_id" {
  description = "Account id of the management account, which runs the pipeline."
  type        = string

  validation {
    condition     = can(regex("^[0-9]{12}$", var.account_id))
    error_message = "account_id is twelve digits, in quotes so that a leading zero stays."
  }
}

variable "region" {
  description = "Region of the pipeline."
  type        = string

  validation {
    condition     = can(regex("^[a-z]{2}(-[a-z]+)+-[0-9]$", var.region))
    error_message = "region is a region such as eu-west-2."
  }
}

variable "organization_id" {
  description = "Organisation in whose accounts the pipeline may assume the role."
  type        = string

  validation {
    condition     = can(regex("^o-[a-z0-9]{10,32}$", var.organization_id))
    error_message = "organization_id looks like o-a1b2c3d4e5; take it from the outputs of live/organization."
  }
}

variable "image" {
  description = "URI with digest of the image that vends an account, with Terraform and its providers."
  type        = string

  validation {
    condition     = can(regex("^[0-9]{12}\\.dkr\\.ecr\\.[a-z0-9-]+\\.amazonaws\\.com/[a-z0-9/_-]+@sha256:[0-9a-f]{64}$", var.image))
    error_message = "image is an address in ECR with its digest, ...@sha256:...: a tag could move between two accounts of one run."
  }
}

variable "key_arn" {
  description = "Customer managed key of account list, results, logs and executions."
  type        = string

  validation {
    condition     = can(regex("^arn:aws[a-z-]*:kms:[a-z0-9-]+:[0-9]{12}:key/", var.key_arn))
    error_message = "key_arn is the ARN of a key (not of an alias), arn:aws:kms:REGION:ACCOUNT:key/ID."
  }
}

variable "state_access" {
  description = "Bucket of the Terraform states, and the IAM role that a build assumes in each account."
  type = object({
    state_bucket = string
    role_name    = string
  })

  validation {
    condition     = can(regex("^[a-z0-9][a-z0-9-]{2,62}$", var.state_access.state_bucket)) && can(regex("^[\\w+=,.@-]{1,64}$", var.state_access.role_name))
    error_message = "state_access.state_bucket is the name of a bucket and state_access.role_name the name of a role, without a path and without wildcards."
  }
}

variable "limits" {
  description = "Parallel accounts; tolerated failures in percent of the accounts, above which a run stops; build timeout in minutes."
  type = object({
    concurrency                  = optional(number, 20)
    tolerated_failure_percentage = optional(number, 5)
    build_minutes                = optional(number, 45)
  })
  default = {}

  validation {
    condition     = var.limits.concurrency >= 1 && var.limits.concurrency <= 1000 && floor(var.limits.concurrency) == var.limits.concurrency
    error_message = "limits.concurrency is 1 to 1000 whole accounts; zero would mean 10,000 at once to Step Functions."
  }

  validation {
    condition     = var.limits.tolerated_failure_percentage >= 0 && var.limits.tolerated_failure_percentage <= 50
    error_message = "limits.tolerated_failure_percentage is 0 to 50: when more than half of the accounts fail, the change is wrong and the rest is better left alone."
  }

  validation {
    condition     = var.limits.build_minutes >= 5 && var.limits.build_minutes <= 480
    error_message = "limits.build_minutes is 5 to 480, as CodeBuild has it."
  }
}

variable "alarm_topic_arn" {
  description = "SNS topic of the alarms for failed accounts and failed runs."
  type        = string

  validation {
    condition     = can(regex("^arn:aws[a-z-]*:sns:[a-z0-9-]+:[0-9]{12}:[\\w-]+$", var.alarm_topic_arn))
    error_message = "alarm_topic_arn is the ARN of an SNS topic, arn:aws:sns:REGION:ACCOUNT:NAME."
  }
}

variable "access_log_bucket" {
  description = "Bucket that receives the access logs."
  type        = string

  validation {
    condition     = can(regex("^[a-z0-9][a-z0-9-]{2,62}$", var.access_log_bucket))
    error_message = "access_log_bucket is the name of a bucket; module access_logs makes one."
  }
}
