"""From a project to a run: stages, stored episodes, checks."""
