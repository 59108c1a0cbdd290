"""docs/commands.md is what the commands say of themselves. ``MEDKG_RECORD=1`` writes it anew."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

import click

from medkg.cli import COMMANDS, cli

PAGE = Path(__file__).resolve().parents[2] / "docs" / "commands.md"
HEAD = """# Commands

What `medkg COMMAND --help` says, in one page. Exit codes: 0 done, 1 refused or failed, 2 wrong usage.
`medkg --home FOLDER COMMAND` chooses the store; all other [settings](settings.md) come from `MEDKG_*` or `medkg.toml`.
"""


def sections(command: click.Command, name: str, parent: click.Context) -> Iterator[str]:
    context = click.Context(command, info_name=name, parent=parent, max_content_width=100, terminal_width=100)
    yield f"## {context.command_path}\n\n```text\n{command.get_help(context)}\n```\n"
    if isinstance(command, click.Group):
        for child in command.list_commands(context):
            found = command.get_command(context, child)
            assert found is not None
            yield from sections(found, child, context)


def reference() -> str:
    root = click.Context(cli, info_name="medkg", **cli.context_settings)
    parts = [HEAD]
    for name in COMMANDS:
        command = cli.get_command(root, name)
        assert command is not None, f"{name} is listed and cannot be imported"
        parts += sections(command, name, root)
    return "\n".join(parts)


def test_the_page_says_what_the_commands_say() -> None:
    text = reference()
    if os.environ.get("MEDKG_RECORD"):
        PAGE.write_text(text, encoding="utf-8")
    assert PAGE.read_text(encoding="utf-8") == text, "run this test with MEDKG_RECORD=1 and read the difference"


def test_every_command_and_option_explains_itself() -> None:
    root = click.Context(cli, info_name="medkg", **cli.context_settings)
    for name in COMMANDS:
        command = cli.get_command(root, name)
        assert command is not None
        assert command.help, f"medkg {name} has no help"
        unexplained = [item.name for item in command.params if isinstance(item, click.Option) and not item.help]
        assert not unexplained, f"options of medkg {name} without help: {unexplained}"
