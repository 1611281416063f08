"""The pages of segments: rules, members, why, overlap, target lists."""
