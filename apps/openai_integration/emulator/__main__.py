"""`python -m apps.openai_integration.emulator`: the emulator without Django."""

import argparse

from apps.openai_integration.emulator import cli

if __name__ == "__main__":
    parser = argparse.ArgumentParser(description="An offline OpenAI-compatible server.")
    cli.add_arguments(parser)
    cli.run(**vars(parser.parse_args()), say=lambda line: print(line, flush=True))  # noqa: T201
