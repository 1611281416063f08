"""A funnel to try everything on: an invented company's last year. In: a seed. Out: people, rules and leads, made as real ones are."""
