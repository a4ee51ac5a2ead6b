"""Of the sentences under "What was found", how many are false? Companies whose truth is planted tell."""
