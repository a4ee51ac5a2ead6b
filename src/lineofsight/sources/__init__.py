"""Where tables come from, and which of their files are opened."""

from lineofsight.sources.feeds import Feed, FilesRead, check_table, locate_feed, locate_feeds

__all__ = ["Feed", "FilesRead", "check_table", "locate_feed", "locate_feeds"]
