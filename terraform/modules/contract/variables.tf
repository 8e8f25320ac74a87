variable "contracts_file" {
  description = "Path of contracts.yaml, the only place that spells an SSM path."
  type        = string
}

variable "scope" {
  description = "Scope in contracts.yaml whose parameters are written, such as spoke."
  type        = string

  validation {
    condition     = can(regex("^[a-z][a-z_]*$", var.scope))
    error_message = "scope is a lower-case word of contracts.yaml, such as spoke or hub."
  }
}

variable "values" {
  description = "Key of the scope -> value; every declared key and no other. A list is joined with commas."
  type        = map(string)

  validation {
    condition     = alltrue([for value in values(var.values) : length(value) > 0])
    error_message = "Every contract needs a value; SSM refuses empty ones. Look for the empty string in values."
  }
}
