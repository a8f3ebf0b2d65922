"""Carries messages to contacts and back; one module or package per channel."""
