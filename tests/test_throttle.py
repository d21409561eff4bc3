"""Who tries many links is asked to wait; whoever holds a good one is not."""

from __future__ import annotations

from datetime import timedelta

import pytest

from recruiting.db import db
from recruiting.web.throttle import BAD_LINKS, MOST_NETWORKS, BadLinks
from tests.answers.asked import answer_path, asked_application
from tests.feedback.invited import invitation
from tests.feedback.test_views import path_of as feedback_path
from tests.feedback.test_views import state
from tests.make import MONDAY

ONE = timedelta(seconds=1)


def test_so_many_are_few_and_one_more_waits_until_the_first_is_a_minute_old():
    counter = BadLinks(most=3, window=timedelta(minutes=1))
    assert [counter.wait("a", MONDAY + n * ONE) for n in range(3)] == [None] * 3
    assert counter.wait("a", MONDAY + 3 * ONE) == 57 * ONE
    assert counter.wait("b", MONDAY + 3 * ONE) is None
    assert counter.wait("a", MONDAY + 120 * ONE) is None


def test_it_remembers_a_limited_number_of_networks():
    counter = BadLinks()
    for number in range(MOST_NETWORKS + 50):
        counter.wait(str(number), MONDAY)
    assert len(counter._seen) == MOST_NETWORKS
    assert "0" not in counter._seen


@pytest.mark.parametrize("kind", ["answer", "reopen", "stop", "feedback"])
def test_sixty_wrong_links_meet_429_and_good_ones_still_open(app, client, frozen, kind):
    good = [answer_path(asked_application()), feedback_path(invitation())]
    db.session.commit()
    before = state()
    codes = [client.get(f"/{kind}/wrong{number}").status_code for number in range(60)]
    assert codes == [404] * 30 + [429] * 30
    refused = client.post(f"/{kind}/wrong")
    assert refused.status_code == 429
    assert 0 < int(refused.headers["Retry-After"]) <= 61
    assert [client.get(path).status_code for path in good] == [200, 200]
    elsewhere = {"REMOTE_ADDR": "198.51.100.7"}
    assert client.get(f"/{kind}/wrong", environ_base=elsewhere).status_code == 404
    assert state() == before
    frozen(MONDAY + timedelta(minutes=2))
    assert client.get(f"/{kind}/wrong").status_code == 404
    assert app.extensions[BAD_LINKS].most == 30
