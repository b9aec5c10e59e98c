"""What the user allows and wants of a language model: which one, where, how fast, for how much."""

from __future__ import annotations

import os
import re
from collections.abc import Mapping
from decimal import Decimal
from pathlib import Path
from typing import Any, Literal, Self
from urllib.parse import urlsplit, urlunsplit

from pydantic import Field, SecretStr, ValidationError, field_validator, model_validator
from pydantic_settings import BaseSettings, SettingsConfigDict

from ..errors import SettingsError

Mode = Literal["json_schema", "tools", "json"]
"""How a server is told to answer in a structure: a JSON Schema, a tool's parameters, or any JSON object."""

OPENAI_URL = "https://api.openai.com/v1"


def _default_log() -> Path:
    cache = os.environ.get("XDG_CACHE_HOME") or str(Path.home() / ".cache")
    return Path(cache) / "gongkai" / "llm.sqlite"


class Settings(BaseSettings):
    """Settings of model calls, from the environment. A key alone is not consent: a model must be named."""

    model_config = SettingsConfigDict(extra="ignore", frozen=True, populate_by_name=True, protected_namespaces=(), env_ignore_empty=True)

    api_key: SecretStr | None = Field(None, validation_alias="OPENAI_API_KEY")
    base_url: str = Field(OPENAI_URL, validation_alias="OPENAI_BASE_URL")
    model: str | None = Field(None, validation_alias="GONGKAI_MODEL")
    embedding_model: str | None = Field(None, validation_alias="GONGKAI_EMBEDDING_MODEL")
    structured: Literal["auto", "json_schema", "tools", "json"] = Field("auto", validation_alias="GONGKAI_STRUCTURED")
    """``auto`` tries them once with a small question and remembers what the server can do."""
    concurrency: int = Field(4, ge=1, le=64, validation_alias="GONGKAI_CONCURRENCY")
    rpm: int | None = Field(None, ge=1, validation_alias="GONGKAI_RPM")
    """Requests per minute that the server allows; None: no limit of ours."""
    tpm: int | None = Field(None, ge=1, validation_alias="GONGKAI_TPM")
    """Tokens per minute, counted by estimate before a call and as billed after it."""
    timeout: float = Field(120, gt=0, validation_alias="GONGKAI_TIMEOUT")
    """Seconds to wait for one answer."""
    transport_tries: int = Field(5, ge=1, le=20, validation_alias="GONGKAI_TRANSPORT_TRIES")
    """Requests for one answer when the server is busy, broken or unreachable."""
    content_tries: int = Field(3, ge=1, le=10, validation_alias="GONGKAI_CONTENT_TRIES")
    """Answers asked for when what comes back cannot be used."""
    backoff: float = Field(1.0, ge=0, le=60, validation_alias="GONGKAI_BACKOFF")
    """Seconds before the first repetition, doubled each time; a Retry-After header goes first."""
    temperature: float | None = Field(0.0, ge=0, le=2, validation_alias="GONGKAI_TEMPERATURE")
    price_in: Decimal | None = Field(None, ge=0, validation_alias="GONGKAI_PRICE_IN")
    price_out: Decimal | None = Field(None, ge=0, validation_alias="GONGKAI_PRICE_OUT")
    """Prices of a million tokens read and written, in any one currency."""
    budget: Decimal | None = Field(None, gt=0, validation_alias="GONGKAI_BUDGET")
    """Most that a run may cost, in the currency of the prices."""
    budget_tokens: int | None = Field(None, ge=1, validation_alias="GONGKAI_BUDGET_TOKENS")
    log_path: Path = Field(default_factory=_default_log, validation_alias="GONGKAI_LLM_LOG")

    @field_validator("base_url")
    @classmethod
    def _is_an_address(cls, value: str) -> str:
        parts = urlsplit(value)
        if parts.scheme not in ("http", "https") or not parts.hostname:
            raise ValueError(f"不是 http(s) 地址：{value!r} (not an http or https address)")
        if parts.username or parts.password:
            raise ValueError("地址里不能带用户名和密码，密钥请放在 OPENAI_API_KEY (no credentials in the address)")
        return urlunsplit(parts).rstrip("/")

    @model_validator(mode="after")
    def _budget_has_prices(self) -> Self:
        if self.budget is not None and (self.price_in is None or self.price_out is None):
            raise ValueError(
                "设了 GONGKAI_BUDGET 就要有 GONGKAI_PRICE_IN 和 GONGKAI_PRICE_OUT，或改用 GONGKAI_BUDGET_TOKENS "
                "(a budget in money needs prices; GONGKAI_BUDGET_TOKENS needs none)"
            )
        return self

    @property
    def active(self) -> bool:
        """Whether a model may be asked: it is named, and there is a key or a server of one's own."""
        return bool(self.model) and (self.api_key is not None or self.base_url != OPENAI_URL)

    @property
    def key(self) -> str:
        """The key for the request header; servers of one's own mostly want none."""
        return self.api_key.get_secret_value().strip() if self.api_key else "none"

    @property
    def reader(self) -> str:
        """The name under which the model's readings enter the evidence."""
        return f"llm:{self.model}"

    def require(self) -> str:
        """The model's name; SettingsError when no model may be asked."""
        if not self.model:
            raise SettingsError(
                "没有指定模型：请设 GONGKAI_MODEL，例如 export GONGKAI_MODEL=qwen-plus；只有密钥不算同意调用 "
                "(no model is named: set GONGKAI_MODEL; a key alone is not consent)"
            )
        if not self.active:
            raise SettingsError(
                "没有密钥：请设 OPENAI_API_KEY，或用 OPENAI_BASE_URL 指向自己的服务 (set OPENAI_API_KEY, or OPENAI_BASE_URL)"
            )
        return self.model

    def cost(self, tokens_in: int, tokens_out: int) -> Decimal | None:
        """What so many tokens cost; None without prices."""
        if self.price_in is None or self.price_out is None:
            return None
        return (self.price_in * tokens_in + self.price_out * tokens_out) / 1_000_000

    def scrub(self, text: str) -> str:
        """The text without the key, also where a server echoes it cut short or starred out."""
        if self.api_key is None:
            return text
        secret = self.key
        if secret:
            text = text.replace(secret, "***")
        return re.sub(r"\b(?:sk|Bearer)[- ][\w*-]{6,}", "***", text)


def load_settings(**values: object) -> Settings:
    """Settings from the environment with these values on top; SettingsError names the variable at fault."""
    try:
        return Settings(**{name: value for name, value in values.items() if value is not None})  # type: ignore[arg-type]
    except ValidationError as error:
        raise SettingsError(f"模型设置有误 (model settings)：{'；'.join(map(_said, error.errors()))}") from None


_WANTED = {
    "int_parsing": "应是整数 (a whole number)",
    "int_from_float": "应是整数 (a whole number)",
    "float_parsing": "应是数 (a number)",
    "decimal_parsing": "应是数 (a number)",
    "greater_than": "应大于 {gt} (more than {gt})",
    "greater_than_equal": "至少是 {ge} (at least {ge})",
    "less_than_equal": "至多是 {le} (at most {le})",
    "literal_error": "应是 {expected} 之一 (one of these)",
}


def _said(problem: Mapping[str, Any]) -> str:
    """What is wrong with one setting, by the name under which it was set, with the value that was given."""
    name = ".".join(str(part) for part in problem["loc"])
    wanted = _WANTED.get(problem["type"])
    if wanted is None:
        told = problem["msg"].removeprefix("Value error, ")
        return f"{name}：{told}" if name else told
    return f"{name} {wanted.format(**problem.get('ctx', {})).replace(' or ', '、')}，现在是“{problem['input']}”"
