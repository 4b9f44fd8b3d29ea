"""Settings of the web alone: environment variables with the prefix ``WENBAN_WEB_``."""

from urllib.parse import urlsplit

from pydantic import Field, SecretStr
from pydantic_settings import BaseSettings, SettingsConfigDict

_LIST = r"^[^\s;'\"]*$"


class WebSettings(BaseSettings):
    """How the web page is reached and guarded. Every field is an environment variable ``WENBAN_WEB_<FIELD>``."""

    model_config = SettingsConfigDict(env_prefix="WENBAN_WEB_", extra="ignore")

    url: str | None = Field(None, pattern=r"^https?://[^\s/]+$", description="公网网址，例：https://wenban.example")
    secret: SecretStr | None = Field(None, description="签名密钥；不写则用 home/web.key，没有就生成")
    origins: str = Field("", pattern=_LIST, description="可以嵌入网页的门户网址，逗号隔开")
    proxies: str = Field("", pattern=_LIST, description="可信的反向代理地址或网段，逗号隔开；不写则不看代理头")
    metrics: bool = Field(False, description="运行指标 /metrics 是否不限本机")
    per_address: int = Field(600, ge=1, description="同一地址每分钟最多多少次请求")
    per_session: int = Field(60, ge=1, description="同一会话每分钟最多提交多少次")
    upload_mb: int = Field(10, ge=1, le=100, description="一个附件最多多少 MB")

    @property
    def https(self) -> bool:
        """Whether the page is reached by https only: cookies are then marked so."""
        return self.url is not None and urlsplit(self.url).scheme == "https"

    @property
    def allowed_origins(self) -> tuple[str, ...]:
        """Origins that may show the page in a frame."""
        return tuple(filter(None, self.origins.split(",")))

    @property
    def trusted_proxies(self) -> list[str]:
        """Proxies whose headers are believed."""
        return list(filter(None, self.proxies.split(",")))
