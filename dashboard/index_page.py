"""Turns Streamlit's start page into the desk's: Chinese, titled, without a pointer to an interface that is off."""

from __future__ import annotations

import base64
import re
from hashlib import sha256
from pathlib import Path

import streamlit

TITLE = "回应台"
FAVICON = (
    '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 32 32"><rect width="32" height="32" rx="7" fill="#1f4e79"/>'
    '<circle cx="16" cy="16" r="10" fill="none" stroke="#fff" stroke-width="2.5"/><path d="M16 9.5V16l4.6 3" '
    'fill="none" stroke="#fff" stroke-width="2.5" stroke-linecap="round" stroke-linejoin="round"/></svg>'
)
WATCH_STYLE = """#desk-lost{position:fixed;inset:0 0 auto;z-index:1000001;background:#6f120a;color:#fff;padding:10px 16px;font-size:16px}
#desk-lost button{margin-left:16px}
#desk-alarm{position:fixed;right:8px;bottom:8px;z-index:1000000;background:#fff;color:#1b2733;border:1px solid #9fb0c0;border-radius:6px;
padding:4px 10px;font-size:14px;max-width:min(360px,94vw);line-height:1.6}
.wall #desk-alarm{right:auto;bottom:auto;left:50%;top:8px}
#desk-alarm.refused{border:2px solid #8a5a00;background:#fbe0a6}
#desk-alarm p{margin:6px 0}
#desk-alarm button,#desk-lost button{font:inherit;padding:3px 12px;margin-right:8px;border:1px solid #1f4e79;border-radius:6px;background:#fff;color:#1f4e79;cursor:pointer}
[data-testid="stMainBlockContainer"]{padding-bottom:3.6rem!important}
@media(max-width:640px){
#desk-alarm:not([open]){padding:0;border-radius:50%}
#desk-alarm:not([open]) summary{display:block;width:40px;height:40px;font-size:0;background:no-repeat center/22px url("data:image/svg+xml,%3Csvg xmlns='http://www.w3.org/2000/svg' viewBox='0 0 24 24' fill='none' stroke='%231b2733' stroke-width='2' stroke-linejoin='round' stroke-linecap='round'%3E%3Cpath d='M6 16V11a6 6 0 0 1 12 0v5l2 2H4zM10 21h4M3 3l18 18'/%3E%3C/svg%3E")}
#desk-alarm.on:not([open]) summary{background-image:url("data:image/svg+xml,%3Csvg xmlns='http://www.w3.org/2000/svg' viewBox='0 0 24 24' fill='none' stroke='%231b2733' stroke-width='2' stroke-linejoin='round' stroke-linecap='round'%3E%3Cpath d='M6 16V11a6 6 0 0 1 12 0v5l2 2H4zM10 21h4'/%3E%3C/svg%3E")}
}
[hidden]{display:none!important}
"""
"""What watch.js draws beside a page."""

# Streamlit's own tool bars and hints speak English, and nothing in them is needed here.
_STYLE = """<style>
[data-testid="stElementToolbar"],[data-testid="stStatusWidget"],[data-testid="InputInstructions"]{display:none!important}
a[href="#stMain"]{font-size:0!important}
a[href="#stMain"]::after{content:"跳到正文";font-size:1rem}
[data-testid="stFileUploaderDropzoneInstructions"],[data-testid="stFileUploaderDropzone"] button p{display:none!important}
[data-testid="stFileUploaderDropzone"] button::after{content:"选择文件"}
[data-testid="stFileChip"]:has([data-testid="stFileChipIconError"])::after{content:"没有上传：超过上面写明的大小或传输中断，请分成几个文件";color:#8c1d13;font-weight:600;white-space:normal;padding-left:.5rem}
[data-testid="stTable"] td>div{max-width:none!important}
[data-testid="stTable"] td p{margin:0}
@media(max-width:640px){[data-testid="stTable"] td,[data-testid="stTable"] td *{white-space:normal!important;overflow-wrap:anywhere!important}
[data-testid="stTable"] td,[data-testid="stTable"] th{padding-left:.2rem!important;padding-right:.2rem!important}
.st-key-paper_body td,.st-key-paper_body td *{overflow-wrap:break-word!important}}
:focus-visible{outline:3px solid #1f6fb5!important;outline-offset:1px}
[data-testid="stPageLink-NavLink"]{padding:0!important;background:none!important}
[data-testid="stPageLink-NavLink"] p{white-space:normal!important;overflow-wrap:anywhere;color:#1f4e79;text-decoration:underline;text-underline-offset:3px}
[data-testid="stExpandSidebarButton"]{width:auto!important}
[data-testid="stExpandSidebarButton"]::after{content:"菜单";font-size:1rem;padding-right:.4rem}
[class*="st-key-row_"]{padding:.45rem .8rem!important}
[data-testid="stCaptionContainer"],[data-testid="stCaptionContainer"] p{color:#51606f!important;opacity:1!important}
[data-testid="stWidgetLabel"] p{color:#1b2733!important}
[data-stale="true"]{opacity:1!important;transition:none!important}
.st-key-incident_news{min-height:2.5rem}
.st-key-page_head{margin-top:-.8rem}
.st-key-page_head h2{padding:0}
</style>"""
# Streamlit opens every link in a new tab; these few belong to the same one.
_SCRIPT = """<script>
document.addEventListener("click", (event) => {
  const link = event.target.closest && event.target.closest("a[href$='/signin'],a[href$='/signout'],a[href$='/password']")
  if (link && link.origin === location.origin) { event.preventDefault(); location.assign(link.href) }
}, true)
</script>"""
_NO_SCRIPT = "<noscript><p>回应台需要浏览器启用 JavaScript，请在浏览器设置中打开后刷新本页。</p></noscript>"


def index_html() -> str:
    """The page that starts the desk in a browser."""
    html = (Path(streamlit.__file__).parent / "static" / "index.html").read_text("utf-8")
    html = html.replace('<html lang="en">', '<html lang="zh-CN" translate="no">')
    html = re.sub(r"<title>.*?</title>", f"<title>{TITLE}</title>", html, flags=re.DOTALL)
    html = re.sub(r'<link rel="shortcut icon"[^>]*>', '<link rel="icon" href="./favicon.svg" />', html)
    html = html.replace(
        "</head>", f'{_STYLE}<style>{WATCH_STYLE}</style>{_SCRIPT}<script src="./watch.js" defer></script></head>'
    )
    html = re.sub(r'<link rel="service-desc"[^>]*>', "", html)
    html = re.sub(r"<!--.*?-->", "", html, flags=re.DOTALL)
    return re.sub(r"<noscript>.*?</noscript>", _NO_SCRIPT, html, flags=re.DOTALL)


def content_policy(html: str) -> str:
    """A policy under which the page can reach this desk and nothing else; inline scripts are named by their hash."""
    inline = re.findall(r"<script>(.*?)</script>", html, flags=re.DOTALL)
    hashes = " ".join(f"'sha256-{base64.b64encode(sha256(text.encode()).digest()).decode()}'" for text in inline)
    return "; ".join(
        (
            "default-src 'self'",
            # Vega (the trend chart) compiles its expressions, hence 'unsafe-eval'.
            f"script-src 'self' 'unsafe-eval' {hashes}".rstrip(),
            "style-src 'self' 'unsafe-inline'",
            "img-src 'self' data: blob:",
            "font-src 'self' data:",
            "connect-src 'self'",
            "worker-src 'self' blob:",
            "object-src 'none'",
            "base-uri 'self'",
            "form-action 'self'",
            "frame-ancestors 'none'",
        )
    )
