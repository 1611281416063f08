"""Score models and the written definition of a qualified lead. In: facts. Out: scores with reasons, stages."""
