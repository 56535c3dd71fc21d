"""Every screen of the desk, as somebody sees it; tests/browser/story.py fills them."""

from collections.abc import Callable
from dataclasses import dataclass

from playwright.sync_api import Page

from app.cli.cast import KNOWN
from app.practice.story import PAGE_ID, STOVE

NOBODY = ""
Act = Callable[[Page], None]


@dataclass(frozen=True)
class Screen:
    """A page as somebody sees it; `act` is what they do there before one looks."""

    route: str
    path: str
    who: str = "Aino"
    act: Act | None = None
    name: str = ""

    @property
    def picture(self) -> str:
        """What a picture of it is called."""
        return self.name or self.route.replace(".", "-")


def press(selector: str, *, then: str = "", **fields: str) -> Act:
    """Fill in fields by their ids, press something, wait for something else."""

    def act(page: Page) -> None:
        for field, value in fields.items():
            page.locator(f"#{field.replace('_', '-', 1)}").fill(value)
        page.locator(selector).first.click()
        if then:
            page.locator(then).first.wait_for()

    return act


def type_in(selector: str, text: str, *, then: str) -> Act:
    """Type as a person does, and wait for what shows up."""

    def act(page: Page) -> None:
        page.locator(selector).press_sequentially(text)
        page.locator(then).first.wait_for()

    return act


def with_a_password(email: str, password: str, then: str) -> Act:
    """From the first page of the sign-in on."""

    def act(page: Page) -> None:
        page.locator("#email").fill(email)
        page.locator("form.fields button").click()
        page.locator("#f-password").fill(password)
        page.locator("form button[type=submit]").click()
        page.locator(then).wait_for()

    return act


def choose_one(what: str) -> Act:
    """Choose the first row, and open one of the things to do with it."""

    def act(page: Page) -> None:
        page.locator(".sel").first.click()
        page.locator(f"#bulk details:has({what}) > summary").click()

    return act


def change_twice(page: Page) -> None:
    """An answer that was changed in another window meanwhile: the server shows both texts."""
    page.locator("#draft").fill("Toisen ikkunan sanat")
    page.evaluate("""async () => {
        const form = document.querySelector(".composer")
        await fetch(form.dataset.draft, {method: "POST", body: new FormData(form)})
        form.querySelector("#draft").value = "Minun sanani"
        form.querySelector("[name=version]").value = "99"
        form.submit()
    }""")
    page.locator("#mine").wait_for()


def approve(page: Page) -> None:
    """By hand, once the bar takes taps."""
    page.locator(".thumb-bar:not([inert])").wait_for()
    read = page.locator("[data-read]")
    if read.is_visible():
        read.click()
    page.locator("[data-approve]").click()
    page.locator(".toast [aria-keyshortcuts=z]").first.wait_for()


NOTE = "button[name=mode][value=note]"
PRIVATELY = "button[name=mode][value=private]"
CODE = "form[action$=code]"
VILLE = "ville@riekkorinne.example"
SCREENS = (
    Screen("sign_in.show", "/sign-in", NOBODY),
    Screen("sign_in.password", "/sign-in", NOBODY, with_a_password(VILLE, "väärin", ".err"),
           name="sign_in-refused"),
    Screen("sign_in.code", "/sign-in", NOBODY, with_a_password(VILLE, KNOWN, CODE)),
    Screen("second_factor.recovery", "/sign-in/recovery", NOBODY),
    Screen("passwords.forgotten", "/sign-in/forgotten", NOBODY),
    Screen("passwords.done", "/sign-in/renewed", NOBODY),
    Screen("passwords.show", "/password/{password}", NOBODY),
    Screen("passwords.show", "/password/none", NOBODY, name="passwords-closed"),
    Screen("invitations.show", "/invitation/{invitation}", NOBODY),
    Screen("invitations.show", "/invitation/none", NOBODY, name="invitations-closed"),
    Screen("inbox.index", "/inbox", "Sanna"),
    Screen("inbox.index", "/inbox?view=mine", "Sanna", name="inbox-mine"),
    Screen("inbox.index", "/inbox?view=approval", "Sanna", name="inbox-approval"),
    Screen("inbox.index", "/inbox?view=snoozed", "Sanna", name="inbox-later"),
    Screen("inbox.index", "/inbox?view=done", "Sanna", name="inbox-done"),
    Screen("inbox.index", "/inbox?label=1", "Sanna", name="inbox-label"),
    Screen("inbox.index", "/inbox", "Mallory", name="inbox-empty"),
    Screen("inbox.index", "/inbox?open=keys", "Sanna", name="keys"),
    Screen("inbox.index", "/inbox?choose=1", "Sanna", choose_one("#bulk-to"), "bulk-hand-over"),
    Screen("inbox.index", "/inbox?choose=1", "Sanna", choose_one("#bulk-until"), "bulk-snooze"),
    Screen("inbox.index", "/inbox?choose=1", "Sanna", choose_one("#bulk-label"), "bulk-label"),
    Screen("search.index", "/inbox/search", "Sanna"),
    Screen("search.index", "/inbox/search?q=kilpisj", "Sanna", name="search-found"),
    Screen("search.index", "/inbox/search?q=olematon", "Sanna", name="search-nothing"),
    Screen("inbox.show", "/inbox/{public}", "Sanna", name="public"),
    Screen("inbox.show", "/inbox/{private}", "Sanna", name="private"),
    Screen("inbox.show", "/inbox/{public}", "Jere", name="public-sender"),
    Screen("inbox.show", "/inbox/{private}", "Jere", name="private-sender"),
    Screen("inbox.show", "/inbox/{public}", "Pirjo", name="public-reader"),
    Screen("inbox.show", "/inbox/{submitted}", "Sanna", name="waits-for-approval"),
    Screen("inbox.show", "/inbox/{returned}", "Sanna", name="returned"),
    Screen("inbox.show", "/inbox/{answered}", "Sanna", name="answered"),
    Screen("inbox.show", "/inbox/{failed}", "Sanna", name="failed"),
    Screen("inbox.show", "/inbox/{written}", "Sanna", name="written"),
    Screen("inbox.show", "/inbox/{public}?open=handover", "Sanna", name="hand-over"),
    Screen("inbox.show", "/inbox/{public}?open=snooze", "Sanna", name="snooze"),
    Screen("inbox.show", "/inbox/{public}?open=done", "Sanna", name="done"),
    Screen("inbox.show", "/inbox/{public}?open=actions", "Sanna", name="actions"),
    Screen("inbox.show", "/inbox/{public}?open=labels", "Sanna", name="labels-on"),
    Screen("inbox.show", "/inbox/{public}?open=holding", "Sanna", name="holding-reply"),
    Screen("inbox.show", "/inbox/{public}", "Sanna", press(NOTE, then=".composer--note"), "note"),
    Screen("inbox.show", "/inbox/{public}", "Sanna",
           press(PRIVATELY, then=".private-once"), "private-reply"),
    Screen("inbox.show", "/inbox/{public}", "Sanna",
           press(".menu-of", then="#act .acts"), "message-menu"),
    Screen("actions.show", "/messages/{comment}", "Sanna"),
    Screen("actions.show", "/messages/{comment}", "Aino",
           press(".act-final summary", then=".act-final .btn--danger"), "message-delete"),
    Screen("inbox.show", "/inbox/{written}", "Sanna",
           type_in("#draft", "@", then=".mentions button:visible"), "mention"),
    Screen("inbox.show", "/inbox/{conflict}", "Ville", change_twice, "conflict"),
    Screen("inbox.older", "/inbox/{public}/older?before={before}", "Sanna"),
    Screen("contacts.show", "/contacts/{contact}", "Sanna"),
    Screen("written.form", "/write-down", "Sanna"),
    Screen("written.form", "/write-down", "Sanna",
           type_in("#f-name", "Kaisa", then="#people-found label"), "written-people"),
    Screen("written.form", "/write-down", "Sanna",
           press("[data-main]", then=".errsum", f_name=" ", f_text="Soitti."), "written-errors"),
    Screen("replies.sent_back", "/sent-back", "Sanna"),
    Screen("replies.sent_back", "/sent-back", "Jere", name="sent-back-empty"),
    Screen("approvals.index", "/approvals", "Mallory", name="approvals-empty"),
    Screen("approvals.index", "/approvals"),
    Screen("approvals.show", "/approvals/{draft}"),
    Screen("approvals.show", "/approvals/{secret}", name="approvals-private"),
    Screen("approvals.show", "/approvals/{overtaken}", name="approvals-changed"),
    Screen("approvals.show", "/approvals/{draft}?edit=1", name="approvals-edit"),
    Screen("approvals.show", "/approvals/{draft}?open=sendback", name="approvals-send-back"),
    Screen("approvals.decided", "/approvals/decided"),
    Screen("notices.index", "/notices"),
    Screen("notices.index", "/notices", "Mallory", name="notices-empty"),
    Screen("channels.index", "/channels"),
    Screen("channels.show", "/channels/{channel}"),
    Screen("channels.show", "/channels/{frozen}", name="channels-frozen"),
    Screen("channels.show", "/channels/{channel}", "Sanna", name="channels-reader"),
    Screen("channels.show", "/channels/{called}", name="channels-written"),
    Screen("channels.connect", "/channels/connect"),
    Screen("signing_in.show", "/channels/sign-in/"),
    Screen("signing_in.show", "/channels/sign-in/?channel={frozen}", name="signing_in-again"),
    Screen("steps.show", "/channels/steps/facebook"),
    Screen("steps.show", "/channels/steps/x", name="steps-x"),
    Screen("privacy.show", "/privacy", NOBODY),
    Screen("privacy.deletion", "/data-deletion", NOBODY),
    Screen("privacy.status", "/data-deletion/{deletion}", NOBODY),
    Screen("channels.not_taken_in", "/channels/not-taken-in"),
    Screen("channels.connect", "/channels/connect", "Aino",
           press("form.fields [type=submit]", then=".errsum", f_external_id="x", f_token="x"),
           "channels-connect-errors"),
    Screen("members.index", "/members"),
    Screen("members.index", "/members", "Sanna", name="members-reader"),
    Screen("members.show", "/members/{member}"),
    Screen("members.ask_leave", "/members/{member}/leave"),
    Screen("roles.index", "/members/roles"),
    Screen("roles.form", "/members/{member}/roles/give"),
    Screen("roles.ask_end", "/members/{member}/roles/{grant}/end"),
    Screen("passwords.ask_link", "/members/{member}/password-link"),
    Screen("passwords.ask_link", "/members/{other}/password-link", "Aino",
           press("form.fields [type=submit]", then="#f-link"), "passwords-link-made"),
    Screen("invitations.form", "/members/invite"),
    Screen("invitations.form", "/members/invite", "Aino",
           press("form.fields [type=submit]", then=".errsum", f_until="2001-01-01"),
           "invitations-errors"),
    Screen("invitations.form", "/members/invite", "Aino",
           press("form.fields [type=submit]", then="#link-t"), "invitations-made"),
    Screen("audit.index", "/audit"),
    Screen("audit.index", "/audit?since=2001-01-01&until=2001-01-02", name="audit-empty"),
    Screen("audit.restored", "/audit/restored", name="audit-agrees"),
    Screen("audit.index", "/audit", "Sanna", name="refused"),
    Screen("inbox.index", "/nowhere", name="not-found"),
    Screen("settings.index", "/settings/"),
    Screen("settings.index", "/settings/", "Sanna", name="more"),
    Screen("settings.account", "/settings/account"),
    Screen("settings.desk", "/settings/desk"),
    Screen("settings.desk", "/settings/desk", "Aino",
           press("form [type=submit]", then=".errsum", f_public_undo_seconds="900"),
           "settings-desk-errors"),
    Screen("setup.index", "/setup"),
    Screen("labels.index", "/settings/labels"),
    Screen("labels.index", "/settings/labels", "Aino",
           press("form[action$=labels] [type=submit]", then=".errsum", f_name="palautus"),
           "labels-errors"),
    Screen("holding.index", "/settings/holding-replies"),
    Screen("notice_settings.show", "/settings/notices"),
    Screen("second_factor.index", "/settings/second-factor"),
    Screen("second_factor.setup", "/settings/second-factor", "Aino",
           press("form.fields [type=submit]", then="#f-code")),
    Screen("second_factor.index", "/settings/second-factor", "Ville", name="second_factor-on"),
    Screen("second_factor.ask_off", "/settings/second-factor/off", "Ville"),
    Screen("second_factor.ask_codes", "/settings/second-factor/codes", "Ville"),
    Screen("second_factor.ask_codes", "/settings/second-factor/codes", "Ville",
           press("main form [type=submit]", then="li.num"), "second_factor-codes"),
    Screen("sign_in.again", "/sign-in/again"),
    Screen("approvals.show", "/approvals/{goes}", "Aino", approve, "undo"),
)  # fmt: skip
STANDING_STILL = (
    Screen("audit.restored", "/audit/restored"),
    Screen("inbox.show", "/inbox/{public}", "Sanna", name="still"),
)
"""While nobody has confirmed that an older database was put back."""
PRACTICE = (
    *(
        Screen("", f"{{practice}}{path}", NOBODY, name=f"practice-{name}")
        for name, path in {
            "pages": "",
            "page": f"/pages/{PAGE_ID}",
            "post": f"/posts/{STOVE}",
            "messages": f"/pages/{PAGE_ID}/messages",
            "person": "/people/{person}",
            "controls": "/controls",
            "instagram": "/instagram",
            "instagram-account": "/instagram/{ig}",
            "instagram-picture": "/instagram/media/{media}",
            "instagram-messages": "/instagram/{ig}/messages",
            "instagram-person": "/instagram/people/{ig_person}",
            "x": "/x",
            "x-account": "/x/accounts/{x}",
            "x-post": "/x/posts/{x_post}",
            "x-messages": "/x/accounts/{x}/messages",
            "x-person": "/x/accounts/{x}/messages/{x_person}",
            "refused": "/nowhere",
        }.items()
    ),
    Screen("", "{platform}/v26.0/dialog/oauth?client_id={meta_app}&state=s&scope=pages_show_list"
           "&redirect_uri=http://127.0.0.1:8000/back", NOBODY, name="practice-dialog"),
    Screen("", "{platform}/i/oauth2/authorize?response_type=code&client_id={x_app}&state=s"
           "&scope=tweet.read&code_challenge_method=S256"
           "&code_challenge=E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM"
           "&redirect_uri=http://127.0.0.1:8000/back", NOBODY, name="practice-x-authorize"),
)  # fmt: skip
"""The platforms that stand in for the real ones have screens of their own."""
