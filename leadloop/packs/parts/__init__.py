"""The kinds of content: for each what it would make, how it is made, whether it may go again, and how it goes."""
