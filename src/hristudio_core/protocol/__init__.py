"""The protocol language: a file becomes a frozen model, or a list of problems."""
