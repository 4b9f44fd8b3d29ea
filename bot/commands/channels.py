"""Commands that run a channel until they are stopped."""

import click

from bot.commands.context import settings
from bot.commands.serving import current
from bot.errors import UserError

HOW_TO_START = (
    "还没有 Telegram 机器人令牌。请在 Telegram 里向 @BotFather 发送 /newbot 申请，"
    "再运行：WENBAN_TELEGRAM_TOKEN=令牌 wenban telegram"
)


@click.command("telegram")
@click.option("--webhook", is_flag=True, help="由 Telegram 推送消息（需要 WENBAN_WEBHOOK_URL），不写则自己去取")
def telegram_command(webhook: bool) -> None:
    """运行 Telegram 机器人，按 Ctrl+C 停止。

    例：WENBAN_TELEGRAM_TOKEN=令牌 wenban telegram
    """
    chosen = settings()
    if chosen.telegram_token is None or not chosen.telegram_token.get_secret_value().strip():
        raise UserError(HOW_TO_START)
    if webhook and not (chosen.webhook_url and chosen.webhook_secret):
        raise UserError("推送方式需要设置 WENBAN_WEBHOOK_URL 和 WENBAN_WEBHOOK_SECRET。")
    from bot.channels.telegram.app import run

    run(chosen, current(chosen), webhook=webhook)
