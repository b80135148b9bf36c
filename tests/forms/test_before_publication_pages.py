"""Pages on which people propose, approve, plan and answer suggestions."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, timedelta
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from articles import documents
from articles.actions.category import update_category
from articles.actions.draft import replace_draft
from articles.actions.people import create_role, create_user
from articles.actions.planning import plan_archiving, plan_publication
from articles.actions.proposing import approve_proposal, propose_article
from articles.actions.publishing import publish_article, restore_version
from articles.actions.suggesting import merge_suggestion, suggest_change
from articles.models import Article, Category, Plan, Proposal, Suggestion, User, Version
from tests.conftest import MakeArticle
from tests.pages.conftest import counted, tables

from .conftest import draft_of, filled

SignIn = Callable[[User], Client]


@pytest.fixture
def eve(admin: User, category: Category) -> User:
    """May edit in the shared category, but not publish."""
    create_role(None, "scribes")
    update_category(admin, category.pk, grants={"scribes": ["edit"], "writers": ["publish"], "readers": ["view"]})
    return create_user(None, "eve", password=None, first_name="Eve", last_name="Ek", roles=["editor", "scribes"])


def write(user: User, article: Article, markdown: str) -> None:
    replace_draft(user, article.pk, documents.from_markdown(markdown).document)


def html(response: Any) -> str:
    text: str = response.content.decode()
    return text


# --- Proposals ---------------------------------------------------------------------------------------


def test_who_may_not_publish_proposes_on_the_same_page(
    article: Article, eve: User, alice: User, signed_in: SignIn
) -> None:
    write(eve, article, "A permit costs **795 kr**.")
    client, address = signed_in(eve), f"/articles/{article.pk}/publish/"
    page = html(client.get(address))
    assert "Publishing here is for Alice Ahlgren" in page
    assert 'value="publish"' not in page
    assert client.post(address, {**filled(page), "do": "publish"}).status_code == 403
    response = client.post(address, {**filled(page), "do": "propose", "note": "The fee rose"})
    proposal = Proposal.objects.get()
    assert response.headers["Location"] == proposal.get_absolute_url()
    assert "Waits for approval" in html(client.get(proposal.get_absolute_url()))
    assert "Eve Ek proposed a new version" in html(signed_in(alice).get(article.get_absolute_url()))


def test_approving_publishes_and_says_so_when_readers_see_something_newer(
    article: Article, eve: User, alice: User, signed_in: SignIn
) -> None:
    write(eve, article, "A permit costs **795 kr**.")
    proposal = propose_article(eve, article.pk, note="The fee rose")
    client, address = signed_in(alice), proposal.get_absolute_url()
    page = html(client.get(address))
    assert "<ins>795" in page
    write(alice, article, "A permit costs **845 kr**.")
    publish_article(alice, article.pk)
    refused = client.post(address, {**filled(page), "do": "approve"})
    assert refused.status_code == 409
    assert "Version 2 was published by Alice Ahlgren meanwhile" in html(refused)
    assert "<del>845" in html(refused)
    assert client.post(address, {**filled(html(refused)), "do": "approve"}).status_code == 302
    assert Version.objects.get(article=article, number=3).approved_by == alice
    assert "approved by Alice Ahlgren" in html(client.get(f"/articles/{article.pk}/history/"))


def test_a_returned_proposal_and_its_comment_stand_on_the_editing_page(
    article: Article, eve: User, alice: User, signed_in: SignIn
) -> None:
    write(eve, article, "Other.")
    proposal = propose_article(eve, article.pk)
    client, address = signed_in(alice), proposal.get_absolute_url()
    assert client.post(address, {"do": "return", "answer": " "}).status_code == 422
    assert client.post(address, {"do": "return", "answer": "Name the <year>."}).status_code == 302
    for page in (f"/articles/{article.pk}/edit/", f"/articles/{article.pk}/edit/?as=markdown"):
        assert "Name the &lt;year&gt;." in html(signed_in(eve).get(page))
    assert "Name the" not in html(signed_in(alice).get("/proposals/"))
    assert "Name the &lt;year&gt;." in html(signed_in(eve).get("/proposals/?show=mine"))


def test_lists_ask_as_often_for_many_as_for_few(
    make_article: MakeArticle, eve: User, alice: User, bob: User, signed_in: SignIn
) -> None:
    tomorrow = timezone.now() + timedelta(days=1)

    def more(count: int) -> None:
        for _ in range(count):
            article = make_article(f"Fence {Article.objects.count()}")
            write(eve, article, "Other.")
            propose_article(eve, article.pk)
            plan_archiving(alice, article.pk, tomorrow)
            if Suggestion.objects.count() < 15:
                suggest_change(bob, article.pk, documents.from_markdown("Other.").document, "Clearer")

    addresses = {
        "/proposals/": alice, "/proposals/?show=planned": alice, "/proposals/?show=mine": eve,
        "/suggestions/": alice, "/suggestions/?show=mine": bob, "/api/v1/proposals": alice, "/api/v1/plans": alice,
        "/api/v1/suggestions": alice, "/api/v1/suggestions?mine=true": bob, "/api/v1/proposals?mine=true": eve,
    }  # fmt: skip

    def asked() -> dict[str, int]:
        found = {}
        for address, user in addresses.items():
            client = signed_in(user)
            client.get(address)
            with counted() as queries:
                assert client.get(address).status_code == 200
            found[address] = len(tables(queries))
        return found

    more(2)
    few = asked()
    more(10)
    assert asked() == few
    assert max(few.values()) <= 6


def test_a_button_that_there_is_not_does_nothing(article: Article, eve: User, alice: User, signed_in: SignIn) -> None:
    write(eve, article, "Other.")
    proposal = propose_article(eve, article.pk)
    plan = plan_archiving(alice, article.pk, timezone.now() + timedelta(days=1))
    client, asker = signed_in(alice), signed_in(eve)
    form = filled(html(client.get(f"/articles/{article.pk}/publish/")))
    for do in ({"do": "aprove"}, {}):
        assert asker.post(proposal.get_absolute_url(), do).status_code == 422
        answer = client.post(plan.get_absolute_url(), do)
        assert answer.status_code == 422
        assert "It is not clear what to do." in html(answer)
    assert client.post(f"/articles/{article.pk}/publish/", {**form, "do": "plann"}).status_code == 422
    assert (Proposal.objects.get().state, Plan.objects.get().state) == ("open", "waiting")
    assert Version.objects.filter(article=article).count() == 1


# --- Before publishing --------------------------------------------------------------------------------


def test_what_an_author_should_mend_is_told_and_only_errors_stand_in_the_way(
    article: Article, alice: User, signed_in: SignIn
) -> None:
    client, address = signed_in(alice), f"/articles/{article.pk}/publish/"
    write(alice, article, "See [here](https://example.org).")
    page = html(client.get(address))
    assert "The words of a link say nothing" in page
    assert client.post(address, filled(page) | {"do": "publish"}).status_code == 302
    write(alice, article, "")
    page = html(client.get(address))
    assert "The text is empty." in page
    assert client.post(address, filled(page) | {"do": "publish"}).status_code == 422


def test_the_difference_is_shown_as_each_sort_of_readers_sees_it(
    make_article: MakeArticle, alice: User, signed_in: SignIn
) -> None:
    article = make_article("Fees", "Public.\n\n::: roles manager\nInternal: 120 kr.\n:::")
    write(alice, article, "Public.\n\n::: roles manager\nInternal: 130 kr.\n:::")
    client, address = signed_in(alice), f"/articles/{article.pk}/publish/"
    assert "<ins>130" in html(client.get(address))
    assert "<ins>130" in html(client.get(f"{address}?for=manager"))
    assert "Nothing changes for these readers" in html(client.get(f"{address}?for=-"))


def test_a_second_press_of_publish_publishes_nothing_twice(article: Article, alice: User, signed_in: SignIn) -> None:
    write(alice, article, "Other.")
    client, address = signed_in(alice), f"/articles/{article.pk}/publish/"
    sent = filled(html(client.get(address))) | {"do": "publish"}
    assert client.post(address, sent).status_code == 302
    again = client.post(address, sent)
    assert again.status_code == 409
    assert "Version 2 was published by Alice Ahlgren meanwhile" in html(again)
    assert Version.objects.filter(article=article).count() == 2


# --- Plans -------------------------------------------------------------------------------------------


def test_publishing_is_planned_in_the_time_of_the_centre_and_cancelled(
    article: Article, alice: User, eve: User, bob: User, signed_in: SignIn
) -> None:
    write(alice, article, "From January.")
    client, address = signed_in(alice), f"/articles/{article.pk}/publish/"
    sent = filled(html(client.get(address)))
    assert client.post(address, {**sent, "do": "plan"}).status_code == 422
    spring = _spring_forward()
    refused = client.post(address, {**sent, "do": "plan", "day": spring.isoformat(), "hour": "02:30"})
    assert (refused.status_code, "clocks are put forward" in html(refused)) == (422, True)
    day = timezone.localdate() + timedelta(days=30)
    assert client.post(address, {**sent, "do": "plan", "day": day.isoformat(), "hour": "06:00"}).status_code == 302
    plan = Plan.objects.get()
    local = timezone.localtime(plan.at)
    assert (local.date(), local.hour, local.minute) == (day, 6, 0)
    assert "To be published" in html(signed_in(eve).get(article.get_absolute_url()))
    assert "To be published" not in html(signed_in(bob).get(article.get_absolute_url()))
    assert client.post(plan.get_absolute_url(), {"do": "cancel"}).status_code == 302
    plan.refresh_from_db()
    assert plan.state == "cancelled"


def _spring_forward() -> date:
    """The next last Sunday of March, on which 02:30 does not exist in Stockholm."""
    today = timezone.localdate()
    year = today.year + (today > date(today.year, 3, 24))
    return next(day for day in (date(year, 3, number) for number in range(31, 24, -1)) if day.weekday() == 6)


def test_a_plan_that_was_overtaken_says_so_and_is_kept_by_who_looked(
    article: Article, alice: User, signed_in: SignIn
) -> None:
    write(alice, article, "Planned.")
    plan = plan_publication(alice, article.pk, timezone.now() + timedelta(days=1))
    write(alice, article, "Corrected.")
    publish_article(alice, article.pk)
    client = signed_in(alice)
    assert "it will not be carried out" in html(client.get(article.get_absolute_url()))
    page = html(client.get(plan.get_absolute_url()))
    assert "<del>Corrected" in page
    assert client.post(plan.get_absolute_url(), {**filled(page), "do": "keep"}).status_code == 302
    plan.refresh_from_db()
    assert plan.base == Version.objects.get(article=article, number=2)


def test_an_article_is_archived_later(article: Article, alice: User, signed_in: SignIn) -> None:
    client, address = signed_in(alice), f"/articles/{article.pk}/archive/"
    assert client.post(address, {"do": "plan", "hour": "06:00"}).status_code == 422
    day = (timezone.localdate() + timedelta(days=3)).isoformat()
    assert client.post(address, {"do": "plan", "day": day, "hour": "06:00"}).status_code == 302
    assert client.post(address, {"do": "plan", "day": day, "hour": "06:00"}).status_code == 422
    assert Plan.objects.get().action == "archive"
    article.refresh_from_db()
    assert article.status == "published"


# --- Suggestions ----------------------------------------------------------------------------------------


def test_a_reader_suggests_what_they_see_and_sees_the_answer(
    make_article: MakeArticle, alice: User, bob: User, signed_in: SignIn
) -> None:
    article = make_article("Fees", "Public.\n\n::: roles manager\nInternal: 120 kr.\n:::")
    reader, address = signed_in(bob), f"/articles/{article.pk}/suggest/"
    assert address in html(reader.get(article.get_absolute_url()))
    page = html(reader.get(address))
    assert "120 kr" not in page
    sent = filled(page)
    assert sent["text"].strip() == "Public."
    missing = reader.post(address, {**sent, "text": "Public, <b>and clear</b>.", "reason": ""})
    assert missing.status_code == 422
    assert filled(html(missing))["text"] == "Public, <b>and clear</b>."
    assert reader.post(address, {**sent, "text": "Public, and clear.", "reason": "Clearer"}).status_code == 302
    suggestion = Suggestion.objects.get()
    editor = signed_in(alice)
    page = html(editor.get(suggestion.get_absolute_url()))
    assert "<ins>, and clear" in page.replace("<ins>,</ins> <ins>", "<ins>, ")
    response = editor.post(suggestion.get_absolute_url(), {**filled(page), "do": "merge", "answer": "Thank you"})
    assert response.headers["Location"] == f"/articles/{article.pk}/edit/"
    assert draft_of(article) == "Public, and clear.\n\n::: roles manager\nInternal: 120 kr.\n:::\n"
    assert "Thank you" in html(reader.get(suggestion.get_absolute_url()))
    assert "Taken over" in html(reader.get("/suggestions/"))


def test_a_title_is_suggested_on_the_page_and_compared(
    article: Article, alice: User, bob: User, signed_in: SignIn
) -> None:
    reader, address = signed_in(bob), f"/articles/{article.pk}/suggest/"
    sent = filled(html(reader.get(address)))
    assert sent["title"] == "Building permit"
    refused = reader.post(address, {**sent, "title": " ", "reason": "Clearer"})
    assert refused.status_code == 422
    assert "Give the article a title." in html(refused)
    assert reader.post(address, {**sent, "title": "Permits to build", "reason": "Clearer"}).status_code == 302
    page = signed_in(alice).get(Suggestion.objects.get().get_absolute_url())
    assert html(page).count("<strong><ins>Permits to build</ins></strong>") == 2


def test_the_document_of_a_script_is_taken_as_it_is(article: Article, bob: User, signed_in: SignIn) -> None:
    import json

    document = documents.from_markdown("From the **editor**.").document
    sent = {"document": json.dumps(document), "reason": "Clearer", "version": 1, "text": "ignored"}
    client, address = signed_in(bob), f"/articles/{article.pk}/suggest/"
    assert client.post(address, {**sent, "document": '{"type": "doc"'}).status_code == 422
    assert client.post(address, {**sent, "document": '{"type": "doc", "content": [{"type": "x"}]}'}).status_code == 422
    deep = '{"a":' * 100_000 + "1" + "}" * 100_000
    assert client.post(address, {**sent, "document": deep}).status_code == 422
    again = html(client.post(address, {**sent, "reason": ""}))
    assert "From the" in again.partition("data-start-document>")[2].partition("</script>")[0]
    assert client.post(address, sent).status_code == 302
    assert Suggestion.objects.get().document == documents.canonical(document)


def test_whoever_merges_chooses_between_the_draft_and_the_suggestion(
    article: Article, alice: User, bob: User, signed_in: SignIn
) -> None:
    made = suggest_change(bob, article.pk, documents.from_markdown("A permit costs **845 kr**.").document, "So it is")
    write(alice, article, "A permit costs **795 kr**.")
    client, address = signed_in(alice), made.get_absolute_url()
    page = html(client.get(address))
    assert 'name="choice-0"' in page
    refused = client.post(address, {**filled(page), "do": "merge"})
    assert (refused.status_code, "Choose what is to stand" in html(refused)) == (422, True)
    assert client.post(address, {**filled(page), "do": "merge", "choice-0": "theirs"}).status_code == 302
    assert draft_of(article) == "A permit costs **845 kr**.\n"


def test_declining_is_answered(article: Article, alice: User, bob: User, signed_in: SignIn) -> None:
    made = suggest_change(bob, article.pk, documents.from_markdown("Other.").document, "Clearer")
    client, address = signed_in(alice), made.get_absolute_url()
    assert client.post(address, {"do": "decline", "answer": ""}).status_code == 422
    assert client.post(address, {"do": "decline", "answer": "It is right <so>."}).status_code == 302
    assert "It is right &lt;so&gt;." in html(signed_in(bob).get(address))
    assert client.post(address, {"do": "merge"}).status_code == 409


def test_who_suggests_too_often_keeps_their_text(article: Article, bob: User, signed_in: SignIn) -> None:
    for number in range(20):
        suggest_change(bob, article.pk, documents.from_markdown(f"Other {number}.").document, "Clearer")
    sent = {"text": "One more.", "reason": "Clearer", "version": 1}
    response = signed_in(bob).post(f"/articles/{article.pk}/suggest/", sent)
    assert response.status_code == 429
    assert "One more." in html(response)
    body = {"markdown": "One more.", "reason": "Clearer"}
    answer = signed_in(bob).post(f"/api/v1/articles/{article.pk}/suggestions", body, content_type="application/json")
    assert (answer.status_code, 0 < int(answer.headers["Retry-After"]) <= 3_601) == (429, True)


def test_nothing_in_a_text_ends_the_block_of_data(make_article: MakeArticle, bob: User, signed_in: SignIn) -> None:
    article = make_article("Hostile", "`</script><script>alert(1)</script>`")
    page = html(signed_in(bob).get(f"/articles/{article.pk}/suggest/"))
    assert "<script>alert" not in page


def test_readers_see_what_was_taken_over_since_the_first_version_that_holds_it(
    article: Article, eve: User, alice: User, bob: User, signed_in: SignIn
) -> None:
    write(eve, article, "A permit costs **795 kr**.\n\nMore.")
    proposal = propose_article(eve, article.pk)
    suggested = documents.from_markdown("A permit to build costs **745 kr**.").document
    suggestion = suggest_change(bob, article.pk, suggested, "Clearer")
    merge_suggestion(alice, suggestion.pk, choices={0: "both"})
    reader, later = signed_in(bob), "Readers see it when the draft is published."
    approve_proposal(alice, proposal.pk)  # frozen before
    assert later in html(reader.get(suggestion.get_absolute_url()))
    publish_article(alice, article.pk)
    restore_version(alice, article.pk, 1)
    assert "Readers see it since version 3." in html(reader.get(suggestion.get_absolute_url()))
