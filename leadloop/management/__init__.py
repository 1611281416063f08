"""The verbs of the `leadloop` command, one module each."""
