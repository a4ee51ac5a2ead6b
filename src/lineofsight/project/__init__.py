"""What a user declares: one YAML file, read into frozen models, with errors that name file, line and remedy."""

from lineofsight.project.load import LoadedProject, load_project
from lineofsight.project.models import Project

__all__ = ["LoadedProject", "Project", "load_project"]
