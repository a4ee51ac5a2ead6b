"""Where tables come from, and which of their files are opened."""

from lineofsight.sources.feeds import Feed, locate_feed, locate_feeds
from lineofsight.sources.reads import FilesRead

__all__ = ["Feed", "FilesRead", "locate_feed", "locate_feeds"]
