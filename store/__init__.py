"""Keeps everything: TinyDB page files behind a write-ahead journal, original bytes in a folder,
backups of both while they are in use. Knows `inbox` and nothing else of Earshot."""
