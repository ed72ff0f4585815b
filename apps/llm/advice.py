"""What an operator should do about a failed call."""

from apps.llm import client
from apps.llm.endpoints import Endpoint, Purpose
from apps.llm.responses import ModelError

_BY_CODE = {
    "credentials_refused": "Check the key, and that its account may use this model.",
    "quota_exhausted": "Add credit at the provider, or name another server.",
    "rate_limited": "The provider allows fewer calls than this; ask for a higher limit, or wait.",
    "loading": "Wait until the server has loaded the model, and run this again.",
    "redirected": "Give the address that it leads to: calls are not redirected, since they carry the key.",
    "timeout": "Is the model too large for the machine? Raise OPENAI_TIMEOUT_S or the purpose's timeout_s.",
    "invalid_answer": "Is this the address of an API? It usually ends in /v1.",
    "context_exceeded": "Give the model more context, and OPENAI_CONTEXT_TOKENS its size.",
    "upstream_error": "Look into the server's own log.",
    "unavailable": "Look whether the server runs behind its gateway.",
    "request_refused": "Leave out what the server names, with OPENAI_TRAITS or OPENAI_BODY.",
    "empty_answer": "Does the model think until its limit is reached? Raise OPENAI_MAX_TOKENS, or lower its effort.",
    "truncated": "The answer had no end; raise OPENAI_MAX_TOKENS or choose another model.",
}
# By what the error of a connection says.
_CONNECTIONS = (
    (("name or service", "getaddrinfo", "nodename", "no address", "name resolution"),
     "The host {host} is not known here: check its spelling and this machine's DNS."),
    (("certificate", "tls", "ssl"), "The TLS connection failed: {said}."),
    (("proxy",), "The proxy of this machine refused the way: {said}."),
    (("refused",), "Nothing listens at {address}: is the server running, and is the port right?"),
    (("timed out", "unreachable"), "{host} does not answer: a firewall, or a machine that is off."),
    (("disconnected", "reset"), "{address} closed the connection: is it http where https is meant, or the reverse?"),
)  # fmt: skip


def advice(error: ModelError, endpoint: Endpoint, purpose: Purpose) -> str:
    """A sentence or two: the server's own words where there are any, and what to do. For a terminal alone."""
    if error.code == "unreachable":
        return _connection(error.said, endpoint)
    said = f'The server says: "{error.said[:500]}" ' if error.said else ""
    if error.code == "model_not_found":
        return said + _models(endpoint, purpose)
    return f"{said}{_BY_CODE.get(error.code, '')}".strip()


def _connection(said: str, endpoint: Endpoint) -> str:
    for words, sentence in _CONNECTIONS:
        if any(word in said.lower() for word in words):
            return sentence.format(host=endpoint.host, address=endpoint.address, said=said)
    return f"The connection to {endpoint.address} failed: {said}."


def _models(endpoint: Endpoint, purpose: Purpose) -> str:
    try:
        names = client.model_names(purpose)
    except ModelError:
        return f"{endpoint.address} has no list of models either: check the address, which usually ends in /v1."
    if endpoint.model in names:
        return f"The server has {endpoint.model}, but not this API: try OPENAI_API=chat_completions."
    return f"The server has no {endpoint.model!r}. It has: {', '.join(names[:30]) or 'none'}."
