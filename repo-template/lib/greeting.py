"""Shared by every script: `import greeting`."""


def greet(name, times):
    return f"Hello {name}, for the {times}. time"
