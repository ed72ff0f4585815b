"""`python -m openai_emulator`: the emulator without Django."""

import argparse

from openai_emulator import cli

if __name__ == "__main__":
    parser = argparse.ArgumentParser(description="An offline OpenAI-compatible server.")
    cli.add_arguments(parser)
    cli.run(**vars(parser.parse_args()), say=lambda line: print(line, flush=True))  # noqa: T201
