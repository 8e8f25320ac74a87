variable "name_prefix" {
  description = "Prefix of resource names, from platform.yaml."
  type        = string

  validation {
    condition     = can(regex("^[a-z][a-z0-9-]{1,30}$", var.name_prefix))
    error_message = "name_prefix is 2 to 31 lower-case letters, digits and dashes."
  }
}

variable "requests" {
  description = "Name -> service, quota code, requested value, and the usage metric where AWS publishes one."
  type = map(object({
    service = string
    quota   = string
    value   = number
    usage   = optional(object({ service = string, resource = string, class = optional(string, "None") }))
  }))

  validation {
    condition     = alltrue([for request in var.requests : can(regex("^L-[0-9A-F]{8}$", request.quota))])
    error_message = "requests: a quota code is L- and eight digits or letters A to F, such as L-3F53BF0F; `aws service-quotas list-service-quotas` names them."
  }

  validation {
    condition     = alltrue([for request in var.requests : request.value >= 1 && floor(request.value) == request.value])
    error_message = "requests: a value is a whole number of at least 1; AWS does not lower a quota, so leave out what need not be raised."
  }
}

variable "alarm_percent" {
  description = "Percentage of a quota in use at which the alarm fires."
  type        = number
  default     = 80

  validation {
    condition     = var.alarm_percent > 0 && var.alarm_percent <= 100
    error_message = "alarm_percent is between 1 and 100."
  }
}

variable "alarm_topic_arns" {
  description = "SNS topics of the alarm."
  type        = set(string)
  default     = []

  validation {
    condition     = alltrue([for arn in var.alarm_topic_arns : can(regex("^arn:aws[a-z-]*:sns:[a-z0-9-]+:[0-9]{12}:[\\w-]+$", arn))])
    error_message = "alarm_topic_arns are ARNs of SNS topics, arn:aws:sns:REGION:ACCOUNT:NAME."
  }
}
