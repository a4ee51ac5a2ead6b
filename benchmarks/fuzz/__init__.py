"""Project files and data spoilt by chance: whatever they hold, a command ends with a result or a sentence."""
