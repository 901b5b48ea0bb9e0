"""Draws the desk's own HTML forms: sign-in, change of password, sign-out; every value is escaped."""

from __future__ import annotations

from dataclasses import dataclass
from html import escape

STYLE = """
*{box-sizing:border-box}
body{margin:0;min-height:100vh;display:flex;align-items:center;justify-content:center;background:#eef2f6;color:#1b2733;
font-family:"Noto Sans CJK SC","Source Han Sans SC","PingFang SC","Microsoft YaHei",sans-serif;font-size:16px}
main{width:min(400px,92vw);background:#fff;border:1px solid #d5dde5;border-radius:10px;padding:28px 32px 32px}
h1{font-size:22px;margin:0 0 2px}
p.sub{margin:0 0 20px;color:#51606f;font-size:14px}
label{display:block;margin:14px 0 4px;font-size:15px}
input[type=text],input[type=password]{width:100%;padding:10px 12px;border:1px solid #9fb0c0;border-radius:6px;font:inherit}
input:focus,button:focus-visible,a:focus-visible{outline:3px solid #7fb2e5;outline-offset:1px}
button{width:100%;margin-top:22px;padding:11px;border:0;border-radius:6px;background:#1f4e79;color:#fff;font:inherit;
font-weight:600;cursor:pointer}
button:hover{background:#163a5b}
.note{border-radius:6px;padding:10px 12px;margin:0 0 8px;font-size:14px;line-height:1.6}
.wrong{background:#fbe9e7;border:1px solid #c9584c}
.sample{background:#fff6df;border:1px solid #d9a520}
.plain{background:#eaf2fa;border:1px solid #9cc0e3}
.way{display:block;margin:18px 0 22px;padding:11px;border-radius:6px;background:#1f4e79;color:#fff;font-weight:600;
text-align:center;text-decoration:none}
.way:hover{background:#163a5b}
summary{cursor:pointer;color:#51606f;font-size:14px}
a{color:#1f4e79}
footer{margin-top:18px;font-size:13px;color:#51606f;line-height:1.6}
""".strip()


def page(title: str, body: str) -> str:
    """A whole page around `body`, which is trusted HTML."""
    return (
        f'<!DOCTYPE html><html lang="zh-CN" translate="no"><head><meta charset="utf-8"><title>{escape(title)} · 回应台</title>'
        '<meta name="viewport" content="width=device-width, initial-scale=1"><link rel="icon" href="/favicon.svg">'
        f"<style>{STYLE}</style></head><body><main>{body}</main></body></html>"
    )


def note(text: str | None, kind: str = "wrong") -> str:
    """A framed sentence, or nothing."""
    role = "alert" if kind == "wrong" else "note"
    return f'<p class="note {kind}" role="{role}">{escape(text)}</p>' if text else ""


@dataclass(frozen=True, slots=True)
class Offer:
    """Another way to sign in: `label` and `address` of its button, `trouble` with it, and where to sign out of it too.

    Unless `passwords_for_all` the form for passwords is folded up: it is for administrators.
    """

    label: str
    address: str
    passwords_for_all: bool
    trouble: str | None
    way_out: str | None


def sign_in(
    office: str,
    form_token: str,
    target: str,
    wrong: str | None,
    said: str | None,
    sample: bool,
    offer: Offer | None = None,
) -> str:
    """The sign-in form. `target` is where to go afterwards; `wrong` why the last try was refused."""
    banner = note("样例数据：这里的网站、帖文和事件都是虚构的，仅供演示。", "sample") if sample else ""
    return page(
        "登录",
        f"<h1>回应台</h1><p class='sub'>{escape(office)} · 公开事项反映与回应</p>{banner}{note(said, 'plain')}"
        f"{_way_out(offer)}{note(wrong)}{_other_way(offer, wrong)}"
        f"{_folded(offer, _password_form(form_token, target, offer), wrong)}"
        "<footer>忘记密码或账户被锁定，请联系管理员重设。</footer>",
    )


def _password_form(form_token: str, target: str, offer: Offer | None) -> str:
    # Who signs in elsewhere does not want the keyboard of a telephone to open here.
    focus = " autofocus" if offer is None else ""
    return (
        f"<form method='post' action='/signin' autocomplete='on'>{_hidden(form_token)}"
        f"<input type='hidden' name='next' value='{escape(target)}'>"
        "<label for='username'>用户名</label>"
        f"<input id='username' name='username' type='text' autocomplete='username'{focus} required maxlength='80'>"
        "<label for='password'>密码</label>"
        "<input id='password' name='password' type='password' autocomplete='current-password' required maxlength='200'>"
        "<button type='submit'>登录</button></form>"
    )


def _other_way(offer: Offer | None, wrong: str | None) -> str:
    if offer is None:
        return ""
    down = f"{offer.label}暂时用不了：{offer.trouble}" if offer.trouble and not wrong else None
    return f"{note(down)}<a class='way' href='{escape(offer.address)}'>{escape(offer.label)}</a>"


def _way_out(offer: Offer | None) -> str:
    if offer is None or offer.way_out is None:
        return ""
    return (
        "<p class='note plain' role='note'>统一认证那边可能仍是登录状态，公用电脑上请"
        f"<a href='{escape(offer.way_out)}'>同时退出统一认证</a>。</p>"
    )


def _folded(offer: Offer | None, form: str, wrong: str | None) -> str:
    if offer is None:
        return form
    if offer.passwords_for_all:
        return f"<p class='sub'>或用本台的密码登录</p>{form}"
    unfolded = " open" if wrong or offer.trouble else ""
    return f"<details{unfolded}><summary>管理员应急：用密码登录</summary>{form}</details>"


def change_password(form_token: str, name: str, shortest: int, forced: bool, wrong: str | None) -> str:
    """The form that changes one's own password; `forced` at the first sign-in."""
    why = note("这是初始密码，须先换成自己的密码才能进入值班台。", "plain") if forced else ""
    away = "<a href='/signout'>退出登录</a>" if forced else "<a href='/'>不改了，返回值班台</a>"
    return page(
        "修改密码",
        f"<h1>修改密码</h1><p class='sub'>{escape(name)}</p>{why}{note(wrong)}"
        f"<form method='post' action='/password'>{_hidden(form_token)}"
        "<label for='old'>原密码</label>"
        "<input id='old' name='old' type='password' autocomplete='current-password' autofocus required maxlength='200'>"
        f"<label for='new'>新密码（至少 {shortest} 个字符）</label>"
        "<input id='new' name='new' type='password' autocomplete='new-password' required maxlength='200'>"
        "<label for='again'>再输一次新密码</label>"
        "<input id='again' name='again' type='password' autocomplete='new-password' required maxlength='200'>"
        f"<button type='submit'>保存新密码</button></form><footer>{away}</footer>",
    )


def sign_out(form_token: str, name: str) -> str:
    """The form that asks whether to sign out."""
    return page(
        "退出登录",
        f"<h1>退出登录</h1><p class='sub'>{escape(name)}</p><form method='post' action='/signout'>{_hidden(form_token)}"
        "<button type='submit' autofocus>退出登录</button></form><footer><a href='/'>返回值班台</a></footer>",
    )


def refusal(title: str, why: str) -> str:
    """A page that says why something is not served."""
    return page(title, f"<h1>{escape(title)}</h1>{note(why)}<footer><a href='/'>返回值班台</a></footer>")


def _hidden(form_token: str) -> str:
    return f"<input type='hidden' name='form_token' value='{escape(form_token)}'>"
