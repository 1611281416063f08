"""What the product reaches on its hot paths, next to what this machine can do at best, measured in the same run."""
