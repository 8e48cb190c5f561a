"""How a visit began, told from the page's address and the referrer."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from footfall.model import Channel, Touchpoint
from footfall.pipeline.touchpoint import MailingLink, clean_path, read_touchpoint

SHOP = "https://shop.example.com"
OWN = frozenset({"shop.example.com", "localhost:8080"})
DIRECT, SEARCH, SOCIAL = Channel.DIRECT, Channel.SEARCH, Channel.SOCIAL
ASSISTANT, CAMPAIGN, REFERRAL = Channel.ASSISTANT, Channel.CAMPAIGN, Channel.REFERRAL
INTERNAL = Channel.INTERNAL


def read(uri: str = "/", referrer: str = "", link: MailingLink | None = None) -> Touchpoint:
    return read_touchpoint(SHOP + uri, referrer, OWN, link)


@pytest.mark.parametrize(
    ("referrer", "source", "term"),
    [
        ("https://www.google.com/", "Google", None),  # not provided
        ("https://www.google.com/search?q=red+shoes", "Google", "red shoes"),
        ("https://www.google.co.uk/search?q=red%20shoes", "Google", "red shoes"),
        ("https://www.google.com.br/search?q=sapatos", "Google", "sapatos"),
        ("https://www.google.pl/url?sa=t&q=&esrc=s", "Google", None),
        ("https://google.com./search?q=dot", "Google", "dot"),
        ("https://user:secret@www.google.com/search?q=x", "Google", "x"),
        ("https://www.bing.com/search?q=buty%20zimowe", "Bing", "buty zimowe"),
        ("https://www.bing.com/search?q=%20", "Bing", None),
        ("https://duckduckgo.com/", "DuckDuckGo", None),
        ("https://search.yahoo.com/search?p=shoes", "Yahoo!", "shoes"),
        ("https://yandex.ru/search/?text=%D0%BE%D0%B1%D1%83%D0%B2%D1%8C", "Yandex", "обувь"),
        ("https://www.baidu.com/s?wd=shoes", "Baidu", "shoes"),
        ("https://www.baidu.com/s?wd=caf%E9", "Baidu", "café"),  # Latin-1
        ("https://www.ecosia.org/search?q=shoes", "Ecosia", "shoes"),
        ("https://search.brave.com/", "Brave", None),
        ("https://www.qwant.com/?q=a&q=b", "Qwant", "a"),
        ("https://www.startpage.com/", "StartPage", None),
        ("https://szukaj.onet.pl/wyniki.html?qt=buty", "Onet.pl", "buty"),
        ("android-app://com.google.android.googlequicksearchbox/", "Google", None),
    ],
)
def test_search_engines_tell_their_phrase(referrer: str, source: str, term: str | None) -> None:
    found = read(referrer=referrer)

    assert (found.channel, found.source, found.term) == (SEARCH, source, term)
    assert found.medium == "organic"


@pytest.mark.parametrize(
    ("referrer", "channel", "source"),
    [
        ("", DIRECT, ""),
        ("https://m.facebook.com/", SOCIAL, "Facebook"),
        ("https://l.facebook.com/l.php?u=https%3A%2F%2Fshop", SOCIAL, "Facebook"),
        ("https://www.instagram.com/", SOCIAL, "Instagram"),
        ("https://t.co/abc", SOCIAL, "Twitter"),
        ("https://x.com/", SOCIAL, "Twitter"),
        ("https://lnkd.in/x", SOCIAL, "LinkedIn"),
        ("https://www.youtube.com/watch?v=1", SOCIAL, "YouTube"),
        ("https://out.reddit.com/x", SOCIAL, "reddit"),
        ("https://pl.pinterest.com/", SOCIAL, "Pinterest"),
        ("https://chatgpt.com/", ASSISTANT, "ChatGPT"),
        ("https://www.perplexity.ai/search", ASSISTANT, "Perplexity"),
        ("https://claude.ai/", ASSISTANT, "Claude"),
        ("https://gemini.google.com/app", ASSISTANT, "Gemini"),
        ("https://copilot.microsoft.com/", ASSISTANT, "Copilot"),
        ("android-app://com.facebook.katana/", SOCIAL, "Facebook"),
        ("android-app://com.linkedin.android", SOCIAL, "LinkedIn"),
        ("android-app://com.twitter.android", SOCIAL, "Twitter"),
        ("android-app://m.facebook.com", SOCIAL, "Facebook"),  # an app that shows pages
        ("android-app://com.google.android.gm/", REFERRAL, "mail.google.com"),
        ("android-app://com.slack/", REFERRAL, "slack.com"),
        ("android-app://single/", REFERRAL, "single"),
        ("https://mail.google.com/mail/u/0", REFERRAL, "mail.google.com"),
        ("https://blog.example.org/post?q=no+phrase", REFERRAL, "blog.example.org"),
        ("https://www.blog.example.org:8443/post", REFERRAL, "blog.example.org"),
        ("https://xn--bcher-kva.example/", REFERRAL, "bücher.example"),
        ("https://bücher.example/", REFERRAL, "bücher.example"),
        ("https://xn--99999999.example/", REFERRAL, "xn--99999999.example"),
        ("https://[2001:db8::1]/x", REFERRAL, "2001:db8::1"),
        ("http://192.0.2.1/x", REFERRAL, "192.0.2.1"),
        ("https://shop.example.com/cart", INTERNAL, "shop.example.com"),
        ("HTTPS://SHOP.Example.COM/cart", INTERNAL, "shop.example.com"),
        ("http://localhost:8080/cart", INTERNAL, "localhost"),
        ("http://localhost:9090/cart", REFERRAL, "localhost"),
    ],
)
def test_referrer_tells_channel(referrer: str, channel: Channel, source: str) -> None:
    found = read(referrer=referrer)

    assert (found.channel, found.source) == (channel, source)
    assert found.term is None


@pytest.mark.parametrize(
    "referrer",
    [
        "https://",
        "https:///path",
        "https://[::1",
        "http://host:99999/",
        "http://host:port/",
        "http://a b/",
        "http://<script>/",
        "javascript:alert(1)",
        "about:blank",
        "data:text/html,x",
        "ios-app://284882215/https/x",
        "null",
        "undefined",
        "//google.com/",
        "www.google.com",
        "\0",
    ],
)
def test_malformed_referrer_is_direct(referrer: str) -> None:
    found = read(referrer=referrer)

    assert (found.channel, found.source) == (DIRECT, "")
    assert found.referrer == referrer  # kept as evidence


@pytest.mark.parametrize(
    ("uri", "source", "medium", "campaign", "term", "content"),
    [
        ("/?utm_source=news&utm_campaign=sale%20x", "news", "", "sale x", None, ""),
        ("/?a=1&utm_source=n&utm_medium=m&utm_term=t&utm_content=c", "n", "m", "", "t", "c"),
        ("/page&utm_source=news&utm_campaign=x", "news", "", "x", None, ""),  # a bare "&"
        ("/#utm_source=news", "news", "", "", None, ""),
        ("/#/route?utm_source=news", "news", "", "", None, ""),
        ("/?UTM_Source=news", "news", "", "", None, ""),
        ("/?utm_source=first&utm_source=second", "first", "", "", None, ""),
        ("/?utm_source=a+b", "a b", "", "", None, ""),
        ("/?utm_source=a%2520b", "a b", "", "", None, ""),  # escaped twice
        ("/?utm_source=caf%E9", "café", "", "", None, ""),
        ("/?utm_source=100%", "100%", "", "", None, ""),
        ("/?utm_medium=email", "", "email", "", None, ""),
        ("/?utm_campaign=only", "", "", "only", None, ""),
    ],
)
def test_campaign_is_told_by_utm(
    uri: str, source: str, medium: str, campaign: str, term: str | None, content: str
) -> None:
    found = read(uri)

    assert found.channel is CAMPAIGN
    assert (found.source, found.medium) == (source, medium)
    assert (found.campaign, found.term, found.content) == (campaign, term, content)


@pytest.mark.parametrize(
    "uri", ["/", "/?utm_source=", "/?q=utm_source=news", "/utm_source=news", "/?xutm_source=n"]
)
def test_without_marks_is_no_campaign(uri: str) -> None:
    assert read(uri).channel is DIRECT


def test_campaign_without_source_takes_referrer() -> None:
    found = read("/?utm_campaign=only", "https://www.facebook.com/")

    assert (found.channel, found.source) == (CAMPAIGN, "Facebook")


def test_own_site_is_no_source_of_campaign() -> None:
    assert read("/?utm_campaign=only", f"{SHOP}/before").source == ""


@pytest.mark.parametrize(
    ("uri", "referrer", "channel", "source", "medium", "click_id"),
    [
        ("/?gclid=a", "https://www.google.com/", CAMPAIGN, "Google Ads", "cpc", "gclid:a"),
        ("/?wbraid=a", "", CAMPAIGN, "Google Ads", "cpc", "wbraid:a"),
        ("/?msclkid=a", "https://www.bing.com/", CAMPAIGN, "Microsoft Ads", "cpc", "msclkid:a"),
        ("/?yclid=a", "", CAMPAIGN, "Yandex Direct", "cpc", "yclid:a"),
        ("/?ttclid=a", "", CAMPAIGN, "TikTok", "cpc", "ttclid:a"),
        ("/page&gclid=a", "", CAMPAIGN, "Google Ads", "cpc", "gclid:a"),
        ("/?fbclid=a", "https://l.facebook.com/", SOCIAL, "Facebook", "social", "fbclid:a"),
        ("/?fbclid=a", "", SOCIAL, "Facebook", "social", "fbclid:a"),  # an app without referrer
        ("/?fbclid=a", "https://a.example/", REFERRAL, "a.example", "referral", "fbclid:a"),
        ("/?fbclid=a", f"{SHOP}/", INTERNAL, "shop.example.com", "", "fbclid:a"),
        ("/?mc_eid=a", "", CAMPAIGN, "Mailchimp", "email", "mc_eid:a"),
        ("/?srsltid=a", "https://www.google.com/", SEARCH, "Google", "organic", "srsltid:a"),
        ("/?gclid=", "", DIRECT, "", "", ""),
        ("/?utm_source=g&utm_medium=cpc&gclid=a", "", CAMPAIGN, "g", "cpc", "gclid:a"),
    ],
)
def test_click_ids_tell_their_system(
    uri: str, referrer: str, channel: Channel, source: str, medium: str, click_id: str
) -> None:
    found = read(uri, referrer)

    assert (found.channel, found.source, found.medium) == (channel, source, medium)
    assert found.click_id == click_id


def test_assistant_names_itself_in_utm() -> None:
    found = read("/?utm_source=chatgpt.com")

    assert (found.channel, found.source, found.medium) == (ASSISTANT, "ChatGPT", "assistant")


def test_mailing_beats_everything_else() -> None:
    found = read(
        "/?utm_source=autumn&gclid=x", "https://www.google.com/", MailingLink("m1", "l1", "p1")
    )

    assert (found.channel, found.source, found.medium) == (Channel.MAILING, "autumn", "email")
    assert (found.mailing, found.link, found.product) == ("m1", "l1", "p1")


@pytest.mark.parametrize(
    ("uri", "path"),
    [
        ("", "/"),
        ("/", "/"),
        ("/a?x=1&y=2", "/a?x=1&y=2"),
        ("/a?b=1&utm_source=x", "/a?b=1"),
        ("/a?utm_source=x&b=1", "/a?b=1"),
        ("/a?utm_source=x&utm_id=7&gclid=1", "/a"),
        ("/a?UTM_SOURCE=x", "/a"),
        ("/a?utm_source=x#top", "/a#top"),
        ("/a#utm_source=x", "/a"),
        ("/page&smclient=1&smconv=2&smlid=3&smpid=4", "/page"),
        ("/page&smclient=1&a=b", "/page?a=b"),
        ("/?gclid=1", "/"),
        ("/a?gclsrc=1&q=w", "/a?q=w"),
        ("/a?b=utm_source=3", "/a?b=utm_source=3"),
        ("/ben&jerry", "/ben&jerry"),  # a name, not a query
        ("/a&b?c=1", "/a&b?c=1"),
        ("/a?smuuid=x&smts=1", "/a"),
    ],
)
def test_path_loses_marks_only(uri: str, path: str) -> None:
    assert clean_path(uri) == path


@given(st.text(max_size=80), st.text(max_size=80))
def test_nothing_makes_reading_fail(uri: str, referrer: str) -> None:
    assert isinstance(read(uri, referrer), Touchpoint)
    assert isinstance(read(f"/?{uri}", f"https://{referrer}"), Touchpoint)


@given(st.text(alphabet="ab/?&#=", max_size=30))
def test_cleaning_twice_changes_nothing(uri: str) -> None:
    assert clean_path(clean_path(uri)) == clean_path(uri)
