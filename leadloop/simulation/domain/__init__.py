"""The model, its inputs and its measures. Pure: chance is a function of a seed, the clock is the model's own."""
