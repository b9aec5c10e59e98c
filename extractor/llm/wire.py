"""One request to a chat server and its answer: limits, repetition of failed transport, the call log.

What a server or the network does wrong (busy, broken, silent, cut off) is repeated here and nowhere else; what is wrong
*in* an answer is not this module's concern.
"""

from __future__ import annotations

import logging
import random
import time
from collections.abc import Callable, Generator, Mapping
from dataclasses import dataclass
from email.utils import parsedate_to_datetime
from functools import cache
from typing import TYPE_CHECKING, Any

from ..errors import ModelError
from .limits import check_budget, gate
from .log import Call, CallLog, content_key
from .settings import Settings
from .usage import Tally, Usage, estimate_tokens

if TYPE_CHECKING:
    import openai

_LONGEST_WAIT = 120.0
_REPEATED = frozenset({408, 409, 425, 429, 500, 502, 503, 504, 520, 522, 524, 529})


@dataclass(frozen=True, slots=True)
class Errand:
    """What a request is for, as the log tells it."""

    kind: str
    subject: str
    prompt: str = ""
    """Hash of the prompt file."""
    tally: Tally | None = None
    """Where the report's own usage is counted."""


class TransportError(ModelError):
    """A server that refuses a request, or cannot be had after every try."""

    def __init__(self, message: str, status: str) -> None:
        super().__init__(message)
        self.status = status
        """``http 401``, ``timeout``, ``reset``, ``not json``."""


@cache
def client_of(key: str, base_url: str, timeout: float) -> openai.OpenAI:
    """The process's client of a server, which repeats nothing by itself."""
    import openai

    return openai.OpenAI(api_key=key, base_url=base_url, timeout=timeout, max_retries=0)


def chat(request: Mapping[str, Any], settings: Settings, log: CallLog, errand: Errand) -> Call:
    """The answer to a chat request: from the log when it was ever answered, else from the server.

    Raises TransportError when the server refuses or stays unreachable, BudgetError before a call that the budget does not allow.
    """
    client = client_of(settings.key, settings.base_url, settings.timeout)
    return _whole(request, settings, log, errand, lambda: client.chat.completions.with_raw_response.create(**request))


def embeddings(request: Mapping[str, Any], settings: Settings, log: CallLog, errand: Errand) -> Call:
    """The answer to an embedding request, on the same terms as :func:`chat`."""
    client = client_of(settings.key, settings.base_url, settings.timeout)
    return _whole(request, settings, log, errand, lambda: client.embeddings.with_raw_response.create(**request))


def _whole(request: Mapping[str, Any], settings: Settings, log: CallLog, errand: Errand, send: Callable[[], Any]) -> Call:
    key = content_key(request, settings.base_url)
    known = replayed(key, log, errand)
    if known is not None:
        return known
    going = attempted(request, key, settings, log, errand, lambda: sent(send, settings))
    while True:
        try:
            next(going)
        except StopIteration as end:
            call: Call = end.value
            return call


def replayed(key: str, log: CallLog, errand: Errand) -> Call | None:
    """The answer that the log holds under this key, counted as replayed; None when it was never answered."""
    known = log.answer(key)
    if known is not None:
        log.count(Usage(replayed=1))
        if errand.tally:
            errand.tally.add(Usage(0, 1, known.tokens_in, known.tokens_out), errand.prompt)
    return known


Going = Generator[str, None, "dict[str, Any] | Failure"]
"""One request on its way: the text of the answer so far, whenever it has grown, and at the end the body or why there is none."""


def attempted(
    request: Mapping[str, Any], key: str, settings: Settings, log: CallLog, errand: Errand, send: Callable[[], Going]
) -> Generator[str, None, Call]:
    """A request sent until it is answered or no try is left; yields what ``send`` yields, and begins anew with every try.

    One that is no longer listened to is logged as ``stopped``. Raises as :func:`chat`.
    """
    about = estimate_tokens(str(request.get("messages") or request.get("input") or "")) + 200
    model = str(request.get("model", ""))
    check_budget(settings, log, about, errand.subject)
    for attempt in range(1, settings.transport_tries + 1):
        started = time.monotonic()
        heard, going = "", send()
        outcome: dict[str, Any] | Failure = Failure("stopped", "没有听完 (no longer listened to)", passing=False)
        try:
            with gate(settings.base_url, settings.concurrency, settings.rpm, settings.tpm).entered(about):
                while True:
                    try:
                        heard = next(going)
                    except StopIteration as end:
                        outcome = end.value
                        break
                    yield heard
        finally:
            going.close()
            response = outcome if isinstance(outcome, dict) else None
            usage = _usage(response, heard, request, settings, time.monotonic() - started)
            if errand.tally:
                errand.tally.add(usage, errand.prompt)
            number = log.record(
                key=key,
                kind=errand.kind,
                subject=errand.subject,
                model=model,
                prompt=errand.prompt,
                status="answered" if isinstance(outcome, dict) else outcome.status,
                request=request,
                response=response,
                usage=usage,
            )
        if isinstance(outcome, dict):
            found = log.call(number)
            assert found is not None
            return found
        if not outcome.passing or attempt == settings.transport_tries:
            log.judge(number, outcome.error)
            raise TransportError(_explained(outcome, settings, attempt, model, errand.kind), outcome.status) from None
        pace = settings.backoff * 2 ** (attempt - 1) * random.uniform(0.75, 1.25)
        time.sleep(min(pace if outcome.wait is None else outcome.wait, _LONGEST_WAIT))
    raise AssertionError("a loop over at least one try returns or raises")


@dataclass(frozen=True, slots=True)
class Failure:
    """A request without an answer."""

    status: str
    error: str
    passing: bool = True
    """Whether the same request may succeed later."""
    wait: float | None = None
    """Seconds the server asks to wait; None: it does not say."""


def sent(send: Callable[[], Any], settings: Settings) -> Going:
    """One request whose answer comes in one piece: nothing on the way."""
    try:
        body = send().http_response.json()
    except Exception as error:
        return failure_of(error, settings)
    return body if isinstance(body, dict) else Failure("not json", "回答不是 JSON 对象 (the body is no JSON object)")
    yield


def failure_of(error: Exception, settings: Settings) -> Failure:
    """What kept a request from being answered; anything that is neither the server's nor the network's doing is raised again."""
    import httpx2
    import openai

    if isinstance(error, openai.APITimeoutError | httpx2.TimeoutException):
        return Failure("timeout", f"{settings.timeout:g} 秒内没有回答 (no answer in time)")
    if isinstance(error, openai.APIConnectionError | httpx2.TransportError):
        return Failure("reset", settings.scrub(f"连接失败 {error.__cause__ or error}"))
    if isinstance(error, openai.APIStatusError):
        text = settings.scrub(str(error.message))[:500]
        passing = error.status_code in _REPEATED and "insufficient_quota" not in text
        return Failure(f"http {error.status_code}", text, passing, _retry_after(error.response.headers))
    if isinstance(error, ValueError | RecursionError | httpx2.DecodingError):
        return Failure("not json", settings.scrub(f"回答不是 JSON：{error}")[:300])
    raise error


def _retry_after(headers: Mapping[str, str]) -> float | None:
    """Seconds that a server asks to wait, as a number or a date; None when it does not say."""
    for name, unit in (("retry-after-ms", 1000.0), ("retry-after", 1.0)):
        value = headers.get(name)
        if not value:
            continue
        try:
            return max(0.0, float(value) / unit)
        except ValueError:
            try:
                return max(0.0, parsedate_to_datetime(value).timestamp() - time.time())
            except (TypeError, ValueError):
                continue
    return None


def _usage(response: Mapping[str, Any] | None, heard: str, request: Mapping[str, Any], settings: Settings, seconds: float) -> Usage:
    """What a request consumed: as the server bills it, by estimate where it broke off after a part of its answer, else nothing."""
    if response is not None:
        tokens_in, tokens_out = (_count(response.get("usage"), name) for name in ("prompt_tokens", "completion_tokens"))
    elif heard:
        tokens_in, tokens_out = estimate_tokens(str(request.get("messages"))), estimate_tokens(heard)
    else:
        return Usage(seconds=seconds)
    return Usage(1, 0, tokens_in, tokens_out, settings.cost(tokens_in, tokens_out), seconds)


def _count(usage: object, name: str) -> int:
    """A count of tokens as a server states it; 0 for anything that is none, since a paid answer must not be lost over its bill."""
    value = usage.get(name) if isinstance(usage, Mapping) else None
    return int(value) if isinstance(value, int | float) and 0 <= value < 2**53 else 0


_REASONS = {
    "http 401": "密钥不对或已失效，请检查 OPENAI_API_KEY (the key is not accepted)",
    "http 403": "这个密钥没有权限 (the key has no permission)",
    "http 404": "服务上没有这个模型或地址，请检查 GONGKAI_MODEL 和 OPENAI_BASE_URL (no such model or address)",
    "http 429": "服务繁忙或额度用完 (rate limit or quota)",
    "timeout": "服务没有及时回答，可加大 GONGKAI_TIMEOUT (no answer in time)",
    "reset": "连不上服务，请检查 OPENAI_BASE_URL 和网络 (cannot connect)",
    "cut": "回答写到一半断了 (the answer broke off)",
    "garbled": "回答中途混进了别的东西 (something else came amid the answer)",
    "endless": "回答没完没了，不再等 (the answer never ends)",
}


def _explained(failure: Failure, settings: Settings, attempts: int, model: str, kind: str) -> str:
    reason = _REASONS.get(failure.status, "服务出错 (the server failed)")
    called = "模型"
    if kind == "embedding":
        called, reason = "向量模型", reason.replace("GONGKAI_MODEL", "GONGKAI_EMBEDDING_MODEL")
    tries = f"，试了 {attempts} 次" if attempts > 1 else ""
    return f"{called} {model}（{settings.base_url}）{tries}：{failure.status}，{reason}。{failure.error}".rstrip("。") + "。"


logging.getLogger("instructor").setLevel(logging.CRITICAL)
"""instructor logs whole requests and errors; the call log keeps them, without secrets."""
