"""One settings model: environment variables with the prefix ``WENBAN_``."""

from pathlib import Path

from platformdirs import user_data_path
from pydantic import Field, SecretStr, model_validator
from pydantic_settings import BaseSettings, SettingsConfigDict

from catalog.load import SHIPPED


class Settings(BaseSettings):
    """Where data lies and how channels connect. Every field is an environment variable ``WENBAN_<FIELD>``."""

    model_config = SettingsConfigDict(env_prefix="WENBAN_", extra="ignore")

    home: Path = Field(
        default_factory=lambda: user_data_path("wenban"), description="数据文件夹：索引、数据库、自己的目录"
    )
    catalog: Path | None = Field(None, description="目录文件夹；不写则用 home/catalog，再没有就用自带的沙市区目录")
    telegram_token: SecretStr | None = Field(None, description="Telegram 机器人令牌，向 @BotFather 申请")
    telegram_api: str = Field("https://api.telegram.org", description="Telegram 接口地址")
    key: SecretStr | None = Field(
        None, description="封存个人信息的密钥，新的在前、逗号隔开；不写则用 home/secret.key，没有就生成"
    )
    database: str | None = Field(None, description="PostgreSQL 地址；不写则用 home/wenban.db（SQLite）")
    mail_from: str = Field("mailbox@localhost", pattern=r"^[^@\s]+@[^@\s]+$", description="信箱的邮件地址")
    mail_out: str | None = Field(
        None, description="发信：smtps://用户:密码@服务器；不写则放进 home/mail/out（Maildir）"
    )
    mail_in: str | None = Field(
        None, description="收信：imaps://用户:密码@服务器；不写则从 home/mail/in（Maildir）取"
    )
    office_name: str | None = Field(None, description="落款的机构名称；不写则用“…人民政府办公室”")
    review_authority: str | None = Field(None, description="行政复议机关的名称，写进答复书")
    letter_days: int = Field(5, ge=1, le=60, description="来信办理时限，工作日")
    letter_days_complex: int = Field(10, ge=1, le=60, description="复杂来信办理时限，工作日")
    follow_up_days: int = Field(15, ge=1, le=60, description="差评回访整改时限，工作日")
    staff: str | None = Field(None, description="终端里办理办件的工作人员账号")
    webhook_url: str | None = Field(None, description="Telegram 推送消息的公网网址")
    webhook_listen: str = Field("127.0.0.1", description="推送服务监听的地址")
    webhook_port: int = Field(8443, ge=0, le=65535, description="推送服务监听的端口")
    webhook_secret: SecretStr | None = Field(None, description="推送密钥，1–256 位字母、数字、_、-")

    @model_validator(mode="after")
    def _terms_fit(self) -> "Settings":
        if self.letter_days > self.letter_days_complex:
            raise ValueError("letter_days is longer than letter_days_complex")
        return self

    @property
    def catalog_folder(self) -> Path:
        """The catalogue in use: the chosen one, else the home's own, else the shipped one."""
        if self.catalog is not None:
            return self.catalog
        own = self.home / "catalog"
        return own if own.is_dir() else SHIPPED

    @property
    def index_folder(self) -> Path:
        """Where index directories are kept."""
        return self.home / "index"

    @property
    def database_place(self) -> Path | str:
        """The SQLite file of the store, or the address of another database."""
        return self.database or self.home / "wenban.db"

    @property
    def mail_out_url(self) -> str:
        """Where mail goes."""
        return self.mail_out or f"maildir:{self.home / 'mail' / 'out'}"

    @property
    def mail_in_url(self) -> str:
        """Where mail comes from."""
        return self.mail_in or f"maildir:{self.home / 'mail' / 'in'}"
