"""One settings model: environment variables with the prefix ``WENBAN_``."""

from pathlib import Path

from platformdirs import user_data_path
from pydantic import Field, SecretStr
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
    webhook_url: str | None = Field(None, description="Telegram 推送消息的公网网址")
    webhook_listen: str = Field("127.0.0.1", description="推送服务监听的地址")
    webhook_port: int = Field(8443, ge=0, le=65535, description="推送服务监听的端口")
    webhook_secret: SecretStr | None = Field(None, description="推送密钥，1–256 位字母、数字、_、-")

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
    def database_path(self) -> Path:
        """The SQLite file of the store."""
        return self.home / "wenban.db"
