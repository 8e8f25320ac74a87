"""One file per command; a file is imported only when its command is called."""
