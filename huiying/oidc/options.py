"""The settings of signing in at an identity provider: which one, as which client, and which of its words names an account."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field, field_validator

from huiying.oidc.addresses import BadAddress, whole_address

Word = Annotated[str, Field(pattern=r"^[!-~]{1,255}$")]


class Options(BaseModel):
    """统一认证（OIDC）"""

    model_config = ConfigDict(extra="forbid", frozen=True)

    issuer: str = Field(
        description="统一认证的签发者地址（issuer），与它公布的一字不差；须是 https://，只有本机可用 http://",
        examples=["https://id.example.gov.cn"],
    )
    client_id: Word = Field(description="回应台在统一认证登记的客户端编号", examples=["huiying"])
    client_secret_file: Path = Field(
        description="客户端密钥文件（一行，只有回应台自己的系统用户能读）", examples=["oidc.secret"]
    )
    claim: Word = Field(
        "preferred_username",
        description="统一认证给出的哪一项与回应台的用户名对应；必须由单位统一分配、各人不同、本人改不了",
    )
    scopes: tuple[Word, ...] = Field(("profile",), description="除 openid 外请求哪些范围，够给出上面那一项即可")
    label: str = Field("统一认证登录", min_length=1, max_length=20, description="登录页上按钮的文字")
    passwords: Literal["everyone", "administrators"] = Field(
        "everyone", description="谁还可以用本台密码登录：everyone 所有人；administrators 只有管理员（应急）"
    )
    timeout_seconds: Annotated[float, Field(gt=0, le=60)] = Field(10, description="向统一认证询问一次最多等多少秒")
    leeway_seconds: Annotated[int, Field(ge=0, le=300)] = Field(60, description="两边时钟最多容许相差多少秒")
    ca_file: Path | None = Field(None, description="除系统自带的以外，还信任哪个证书文件")
    allow_private_hosts: tuple[str, ...] = Field(
        (),
        description="统一认证的其他接口若在签发者以外的内网主机上，写明“主机:端口”；签发者自己的主机不必写，其余内网地址一律不访问",
    )

    @field_validator("issuer")
    @classmethod
    def _safe_issuer(cls, value: str) -> str:
        try:
            parts = whole_address(value)
        except BadAddress as fault:
            raise ValueError(str(fault)) from None
        if parts.query or "?" in value:
            raise ValueError("签发者地址不能带“?”")
        return value
