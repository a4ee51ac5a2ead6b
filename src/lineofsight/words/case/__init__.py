"""What speaks for and against one claim, a file a subject; `explanation` puts the case together."""
