"""The pure rules: headers, answers, pauses, settings, endpoints."""

from datetime import timedelta
from pathlib import Path

import pytest

from webhook_service import config, headers, moments
from webhook_service.addresses import Endpoint, Unknown, address_of, endpoint_of
from webhook_service.delivery import Attempt, State, after, judge, pause


@pytest.mark.parametrize(
    ("name", "fate"),
    [
        ("Content-Type", "shown"),
        ("User-Agent", "shown"),
        ("X-Github-Event", "shown"),
        ("X-Github-Delivery", "shown"),
        ("Authorization", "private"),
        ("X-Hub-Signature", "private"),
        ("X-Hub-Signature-256", "private"),
        ("X-Gitlab-Token", "private"),
        ("Cookie", "private"),
        ("X-Api-Key", "private"),
        ("Proxy-Authorization", "private"),
        ("Host", "dropped"),
        ("Content-Length", "dropped"),
        ("Connection", "dropped"),
        ("Transfer-Encoding", "dropped"),
        ("Expect", "dropped"),
        ("X-Pinnace-Delivery", "dropped"),
    ],
)
def test_each_header_is_shown_private_or_dropped(name, fate):
    kept = headers.sort([(name, "value")])
    assert (bool(kept.shown), bool(kept.private)) == (fate == "shown", fate == "private")


@pytest.mark.parametrize(
    ("status", "state"),
    [
        (200, State.DELIVERED), (202, State.DELIVERED), (204, State.DELIVERED),
        (400, State.REJECTED), (401, State.REJECTED), (403, State.REJECTED),
        (413, State.REJECTED), (422, State.REJECTED),
        (404, State.WAITING), (408, State.WAITING), (429, State.WAITING),
        (301, State.WAITING), (500, State.WAITING), (503, State.WAITING),
    ],
)  # fmt: skip
def test_what_an_answer_means(status, state):
    assert judge(status) is state


def test_pauses_double_up_to_five_minutes():
    seconds = [pause(attempts).total_seconds() for attempts in (1, 2, 3, 9, 10, 11, 1000)]
    assert seconds == [1, 2, 4, 256, 300, 300, 300]
    assert pause(0) == timedelta(seconds=1)


def test_a_delivery_is_dead_after_its_last_try_only():
    failed = Attempt(state=State.WAITING, status=503, reason="busy")
    assert after(failed, tries=2, limit=3) is failed
    dead = after(failed, tries=3, limit=3)
    assert (dead.state, dead.reason) == (
        State.DEAD,
        "given up after 3 attempts; the last: busy",
    )
    good = Attempt(state=State.DELIVERED, status=200)
    assert after(good, tries=3, limit=3) is good


def test_arguments_win_over_the_environment():
    settings = config.read(
        ["--port", "0", "--state", "/s"],
        {"WEBHOOK_PORT": "7", "WEBHOOK_ATTEMPTS": "5", "KUBECONFIG": "/k"},
    )
    assert (settings.port, settings.attempts) == (0, 5)
    assert settings.database == "sqlite:////s/deliveries.db"
    assert settings.kubeconfig == Path("/k")
    assert settings.host == "127.0.0.1"


def test_a_bad_number_names_its_variable():
    with pytest.raises(config.BadSetting, match="WEBHOOK_PORT: expected a number.*'http'"):
        config.read([], {"WEBHOOK_PORT": "http"})


@pytest.mark.parametrize(
    ("host", "allowed", "hosts"),
    [
        ("127.0.0.1", (), {"127.0.0.1", "localhost", "::1"}),
        ("0.0.0.0", (), None),
        ("0.0.0.0", ("hooks.example",), {"hooks.example"}),
        ("127.0.0.1", ("*",), None),
    ],
)
def test_hosts_a_request_may_be_addressed_to(host, allowed, hosts):
    settings = config.Settings(host=host, allowed_hosts=frozenset(allowed))
    assert settings.hosts() == (None if hosts is None else frozenset(hosts))


SOURCE = {
    "metadata": {"name": "es"},
    "spec": {
        "service": {"ports": [{"name": "push", "port": 12000}]},
        "template": {"metadata": {}},
        "github": {"push": {"webhook": {"endpoint": "/push", "port": "12000"}}},
        "webhook": {"train": {"endpoint": "/train", "port": "12001"}},
        "minio": {"upload": {"bucket": {"name": "b"}, "endpoint": "object-store:9000"}},
    },
}


def test_endpoints_of_events():
    assert endpoint_of(SOURCE, "push") == Endpoint(port=12000, path="/push")
    assert endpoint_of(SOURCE, "train") == Endpoint(port=12001, path="/train")


@pytest.mark.parametrize(
    ("event", "text"),
    [
        ("upload", "is of type minio: not over HTTP"),
        ("metadata", "no event 'metadata'; its events: push, train, upload"),
        ("ports", "no event"),
    ],
)
def test_events_that_nothing_can_be_posted_to(event, text):
    with pytest.raises(Unknown, match=text):
        endpoint_of(SOURCE, event)


def test_the_real_address_behind_a_service():
    service = {"spec": {"ports": [{"name": "a", "port": 1}, {"name": "b", "port": 2}]}}
    endpoints = {
        "subsets": [
            {
                "addresses": [{"ip": "127.0.0.1"}],
                "ports": [{"name": "a", "port": 11}, {"name": "b", "port": 22}],
            }
        ]
    }
    assert address_of(service, endpoints, 2) == "127.0.0.1:22"
    assert address_of(service, endpoints, 3) is None
    assert address_of(service, {}, 2) is None
    assert address_of({}, endpoints, 2) is None


@pytest.mark.parametrize(
    ("started", "finished", "text"),
    [
        ("2026-01-31T12:00:00Z", "2026-01-31T12:00:42Z", "42 s"),
        ("2026-01-31T12:00:00Z", "2026-01-31T12:01:42Z", "1 min 42 s"),
        ("2026-01-31T12:00:00Z", None, ""),
        ("soon", "later", ""),
    ],
)
def test_spans(started, finished, text):
    assert moments.span(started, finished) == text


def test_moments_are_text_whatever_comes():
    assert moments.moment("2026-01-31T12:00:00.123456Z") == "2026-01-31 12:00:00"
    assert moments.moment("<script>") == moments.moment(None) == ""
