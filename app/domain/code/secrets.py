"""The forms of secrets that people leave in sources: nobody is shown them again."""

import re

_BREAK = r"(?:\s|\\[nr]|[\"'+,])"
"""What stands between the lines of a key, in a file of its own or in a string."""
_PRIVATE_KEY = r"-----BEGIN (?:[A-Z]{1,20} ){0,4}PRIVATE KEY(?: BLOCK)?-----"
FORMS = {
    "an AWS access key": r"\b(?:AKIA|ASIA)[0-9A-Z]{16}\b",
    "an AWS secret access key": (
        r"(?P<name>(?i:aws_?secret(?:_?access)?_?key[\"']?[ \t]*(?:=>|[:=])[ \t]*[\"']?))"
        r"[A-Za-z0-9/+]{40}(?![A-Za-z0-9/+=])"
    ),
    "a GitHub token": (
        r"\b(?:gh[pousr]_[A-Za-z0-9_.-]{36,600}|github_pat_[A-Za-z0-9]{22}_[A-Za-z0-9]{59})\b"
    ),
    "a GitLab token": r"\bgl(?:pat|dt|rt|cbt|ptt|soat|ft)-[A-Za-z0-9_.-]{20,300}",
    "a Slack token": (
        r"\b(?:xox[abeoprs](?:\.xox[bp])?-[0-9][A-Za-z0-9-]{28,300}|xapp-\d-[A-Za-z0-9-]{30,300})\b"
    ),
    "a Stripe key": r"\b[rs]k_live_[A-Za-z0-9]{24,250}\b",
    "a Google API key": r"\bAIza[A-Za-z0-9_-]{35}(?![A-Za-z0-9_-])",
    "an OpenAI key": (
        r"\bsk-(?:(?:proj|svcacct|admin)-[A-Za-z0-9_-]{40,300}|[A-Za-z0-9]{40,300})"
        r"(?![A-Za-z0-9_-])"
    ),
    "an Anthropic key": r"\bsk-ant-[A-Za-z0-9_-]{80,300}(?![A-Za-z0-9_-])",
    "an npm token": r"\bnpm_[A-Za-z0-9]{36}\b",
    "a PyPI token": r"\bpypi-AgEIcHlwaS5vcmc[A-Za-z0-9_-]{50,500}",
    "a SendGrid key": r"\bSG\.[A-Za-z0-9_-]{22}\.[A-Za-z0-9_-]{43}(?![A-Za-z0-9_-])",
    "a Hugging Face token": r"\bhf_[A-Za-z]{34}\b",
    "a password in an address": (
        r"(?P<user>\b(?:postgres(?:ql)?|mysql|mariadb|mongodb|rediss?|amqps?)(?:\+[a-z0-9]{1,20})?"
        r"://[^\s:/@\"'`<>${}]{0,64}:)(?=[^@]{0,128}[a-z])(?=[^@]{0,128}[A-Z])(?=[^@]{0,128}\d)"
        r"[^\s:/@\"'`<>${}*]{8,128}(?=@)"
    ),
    "a private key": (
        rf"{_PRIVATE_KEY}{_BREAK}{{1,10}}"
        rf"(?:[A-Za-z-]{{1,20}}: [^\n\\]{{1,100}}{_BREAK}{{1,10}}){{0,4}}"
        rf"(?:[A-Za-z0-9+/=]{{40,}}{_BREAK}{{1,20}}){{2}}"
    ),
}
"""Regular expressions, by what they find."""

_MARKS = (
    "AKIA", "ASIA", "ghp_", "gho_", "ghu_", "ghs_", "ghr_", "github_pat_", "glpat-", "gldt-",
    "glrt-", "glcbt-", "glptt-", "glsoat-", "glft-", "xox", "xapp-", "k_live_", "AIza", "sk-",
    "npm_", "pypi-AgEI", "SG.", "hf_", "PRIVATE KEY",
)  # fmt: skip
"""One of these is in whatever the forms find, and to look for them is much faster."""
_NAMED = re.compile(
    r"aws_?secret|(?:postgres(?:ql)?|mysql|mariadb|mongodb|rediss?|amqps?)(?:\+[a-z0-9]{1,20})?://",
    re.IGNORECASE,
)
_WHOLE_KEY = (
    rf"{_PRIVATE_KEY}(?>[^-]{{0,400}}?[A-Za-z0-9+/=]{{40}})[^-]{{0,20000}}+"
    r"-----END [A-Z ]{1,60}-----"
)
_ANY = re.compile("|".join([_WHOLE_KEY, *FORMS.values()]))


def may_hold(text: str) -> bool:
    """Say whether it is worth looking for secrets in a text."""
    return any(mark in text for mark in _MARKS) or bool(_NAMED.search(text))


def redact(text: str) -> str:
    """Put `…` in the place of what has the form of a secret; lines keep their numbers.

    An example that only looks like one goes, too: nobody misses it.
    """
    if not may_hold(text):
        return text
    return _ANY.sub(_put_out, text)


def _put_out(found: re.Match[str]) -> str:
    """Keep what only says that a secret follows."""
    kept = found["name"] or found["user"] or ""
    return f"{kept}…" + "\n" * found[0].count("\n")
