"""Aligning A, C and B in time: one row per customer and moment."""

from lineofsight.episodes.build import build_episodes
from lineofsight.episodes.file import EpisodeFile, fingerprint

__all__ = ["EpisodeFile", "build_episodes", "fingerprint"]
