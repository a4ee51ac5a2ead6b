"""What speaks for and against one claim, a file a subject; `report.explain` puts the case together."""
