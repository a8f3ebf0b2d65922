"""Bytes in, facts out: what a recording is, how long it lasts, how loud it is, how it looks drawn.

PyAV reads containers and decodes, packet by packet; pydub measures the samples. Nothing here
changes a recording, and no file can make Earshot open another file or an address.
"""
