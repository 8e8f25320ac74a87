"""The tables in the modules' READMEs, made from their variables and outputs."""
