variable "contracts_file" {
  description = "Path of contracts.yaml, the only file with the names of the SSM parameters."
  type        = string
}

variable "scope" {
  description = "Scope in contracts.yaml whose parameters are created, such as spoke."
  type        = string

  validation {
    condition     = can(regex("^[a-z][a-z_]*$", var.scope))
    error_message = "scope is a lower-case word of contracts.yaml, such as spoke or hub."
  }
}

variable "values" {
  description = "Key of the scope -> value, for exactly the declared keys. A list is joined with commas."
  type        = map(string)

  validation {
    condition     = alltrue([for value in values(var.values) : length(value) > 0])
    error_message = "Every contract needs a value; SSM refuses empty ones. Look for the empty string in values."
  }
}
