"""The programs' way to everything: one OpenAPI over the verbs that people use. In: keys and JSON. Out: JSON and problem+json."""
