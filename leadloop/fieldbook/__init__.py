"""The pages on which people declare what they ask of leads beside our columns, and see where each field is used."""
