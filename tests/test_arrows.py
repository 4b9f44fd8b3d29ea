"""Imports point one way: catalog <- index <- bot; whoosh, telegram and sqlalchemy stay in their rooms."""

import ast
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
MODULES = sorted(path for package in ("bot", "catalog", "index") for path in (ROOT / package).rglob("*.py"))
# (who, must not import, except these files)
RULES = [
    ("catalog", "index", ()),
    ("catalog", "bot", ()),
    ("index", "bot", ()),
    ("bot/conversation", "bot.channels", ()),
    ("bot/conversation", "bot.store", ()),
    ("bot/conversation", "bot.commands", ()),
    ("bot/channels", "bot.commands", ()),
    ("", "whoosh", ("index/engine.py",)),
    ("", "yaml", ("catalog/yaml_source.py", "catalog/dump.py")),
    ("", "telegram", ("bot/channels/telegram/",)),
    ("", "sqlalchemy", ("bot/store/",)),
    ("", "chinese_calendar", ("bot/mailbox/calendar.py",)),
    ("bot/mailbox", "bot.channels", ()),
    ("bot/mailbox", "bot.store", ()),
    ("bot/mailbox", "bot.office", ()),
    ("bot/conversation", "bot.office", ()),
    ("bot/store", "bot.office", ()),
    ("bot/store", "bot.channels", ()),
    ("bot/office", "bot.commands", ()),
    ("", "cryptography", ("bot/store/vault.py",)),
    ("", "jinja2", ("bot/mailbox/letters/rendering.py", "bot/channels/web/templating.py")),
    ("", "argon2", ("bot/store/passwords.py",)),
    ("", "pyotp", ("bot/store/one_time.py",)),
    ("", "filelock", ("index/shelf.py",)),
    ("", "pygal", ("bot/commands/catalogue_chart.py",)),
    ("", "openpyxl", ("catalog/workbook/xlsx.py",)),
    ("", "docx", ("bot/mailbox/letters/word.py",)),
    ("", "stdnum", ("bot/mailbox/identity.py",)),
    ("", "tnefparse", ("bot/mailbox/mail/tnef.py",)),
    ("", "aiosmtplib", ("bot/channels/mail/smtp.py",)),
    ("", "imap_tools", ("bot/channels/mail/imap.py",)),
    ("", "opencc", ("index/analysis.py",)),
]


def imports(path: Path) -> set[str]:
    """Dotted names of everything that ``path`` imports, also inside functions."""
    found: set[str] = set()
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            found |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and node.module:
            found |= {node.module, *(f"{node.module}.{alias.name}" for alias in node.names)}
    return found


@pytest.mark.parametrize(("who", "forbidden", "allowed"), RULES)
def test_no_arrow_points_the_wrong_way(who: str, forbidden: str, allowed: tuple[str, ...]) -> None:
    wrong = [
        path.relative_to(ROOT).as_posix()
        for path in MODULES
        if path.relative_to(ROOT).as_posix().startswith(who)
        and not path.relative_to(ROOT).as_posix().startswith(allowed or ("//",))
        and any(name == forbidden or name.startswith(f"{forbidden}.") for name in imports(path))
    ]
    assert wrong == []


def test_the_rules_see_imports() -> None:
    assert "whoosh.index" in imports(ROOT / "index" / "engine.py") or "whoosh" in imports(
        ROOT / "index" / "engine.py"
    )
