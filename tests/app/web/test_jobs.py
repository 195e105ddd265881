"""Long work runs one at a time, says how far it is, and can be called off."""

import threading
import time

import pytest

from lessor.app.web.jobs import KEPT, Finished, Jobs
from lessor.core.issue import FaultsError, Issue
from tests.app.web.pages import browsing_new_store

FAULT = Issue("store-busy", "another command holds it", "wait until it is done")


@pytest.fixture
def jobs():
    made = Jobs()
    yield made
    made.close()


def ended(jobs: Jobs, number: int):
    """The job once nothing changes any more."""
    for _ in range(500):
        found = jobs.standing(number)
        assert found is not None
        if found.is_over:
            return found
        time.sleep(0.01)
    raise AssertionError("the job does not end")


def test_a_job_that_is_done_leads_to_its_result(jobs):
    number = jobs.submit(
        "Close {period}", lambda progress: Finished((), "/there"), period="2026-06"
    )
    found = ended(jobs, number)
    assert (found.state, found.finished.path, found.values) == (
        "done",
        "/there",
        {"period": "2026-06"},
    )


def test_faults_are_told_and_what_no_one_foresaw_is_not_lost(jobs, caplog):
    def refused(progress):
        raise FaultsError([FAULT])

    def broken(progress):
        raise ZeroDivisionError

    found = ended(jobs, jobs.submit("a", refused))
    assert (found.state, found.finished.issues) == ("failed", (FAULT,))
    found = ended(jobs, jobs.submit("b", broken))
    assert (found.state, found.finished.issues) == ("failed", ())
    assert "ZeroDivisionError" in caplog.text


def test_a_job_stops_at_its_next_step_and_one_that_waits_never_begins(jobs):
    begun, steps = threading.Event(), []

    def long(progress):
        for step in range(10_000):
            begun.set()
            steps.append(step)
            progress.step(step, 10_000)
            time.sleep(0.001)
        return Finished()

    running, waiting = jobs.submit("long", long), jobs.submit("next", long)
    assert begun.wait(5)
    assert jobs.standing(waiting).state == "waiting"
    jobs.cancel(waiting)
    jobs.cancel(running)
    assert ended(jobs, running).state == "cancelled"
    count = len(steps)
    assert 0 < ended(jobs, running).done <= count < 10_000
    assert ended(jobs, waiting).state == "cancelled"
    assert len(steps) == count


def test_the_newest_jobs_are_remembered(jobs):
    numbers = [jobs.submit("a", lambda progress: Finished()) for _ in range(KEPT + 20)]
    ended(jobs, numbers[-1])
    jobs.submit("a", lambda progress: Finished())
    assert jobs.standing(numbers[0]) is None
    assert len(jobs.all()) <= KEPT + 1
    assert [each.number for each in jobs.all()] == sorted(
        (each.number for each in jobs.all()), reverse=True
    )


@pytest.fixture
def site_and_browser(tmp_path, monkeypatch):
    from lessor.app.web import site

    made = []
    before = site.Site.__init__

    def noted(self, home, records):
        before(self, home, records)
        made.append(self)

    monkeypatch.setattr(site.Site, "__init__", noted)
    with browsing_new_store(tmp_path / "store") as browser:
        yield made[0], browser


def test_the_pages_show_a_job_and_call_it_off(site_and_browser):
    site, browser = site_and_browser
    assert "Nothing has run" in browser.get("/jobs").text
    going = threading.Event()

    def work(progress):
        while True:
            progress.step(3, 7)
            going.set()
            time.sleep(0.005)

    number = site.jobs.submit("Work", work)
    assert going.wait(5)
    shown = browser.get(f"/jobs/{number}").text
    assert 'value="3" max="7"' in shown
    assert 'hx-trigger="every' in shown
    partial = browser.get(f"/jobs/{number}", headers={"hx-request": "true"}).text
    assert "<html" not in partial
    browser.post(f"/jobs/{number}/cancel")
    assert ended(site.jobs, number).state == "cancelled"
    shown = browser.get(f"/jobs/{number}").text
    assert "hx-trigger" not in shown
    assert "Called off" in shown
    assert f'href="/jobs/{number}"' in browser.get("/jobs").text


def test_an_unknown_job_is_no_page(site_and_browser):
    _, browser = site_and_browser
    assert browser.get("/jobs/99").status_code == 404
    assert browser.post("/jobs/99/cancel").status_code == 404
