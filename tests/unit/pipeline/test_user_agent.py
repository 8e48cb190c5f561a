"""What a visit was made with, from the user agent and the hints beside it."""

import crawleruseragents
import pytest
import ua_parser
from hypothesis import example, given
from hypothesis import strategies as st
from tests.support.browsers import APPS, DESKTOPS, OTHERS, PEOPLE, PHONES

from footfall.model import Device
from footfall.pipeline.user_agent import ClientHints, read_device, without_build

NONE = ClientHints()
FROZEN = DESKTOPS[0]  # Chrome says Windows NT 10.0 for ever
ANDROID = PHONES[4]


@pytest.mark.parametrize("user_agent", [*PHONES, *APPS])
def test_phones_are_phones(user_agent: str) -> None:
    assert read_device(user_agent, NONE).kind == "phone"


@pytest.mark.parametrize("user_agent", DESKTOPS)
def test_desktops_are_desktops(user_agent: str) -> None:
    assert read_device(user_agent, NONE).kind == "desktop"


@pytest.mark.parametrize(
    ("user_agent", "kind"),
    zip(OTHERS, ["tv", "tv", "tv", "unknown", "tablet", "tablet"], strict=True),
)
def test_other_devices_are_told(user_agent: str, kind: str) -> None:
    assert read_device(user_agent, NONE).kind == kind


@pytest.mark.parametrize(
    ("user_agent", "browser", "version", "system"),
    [
        (DESKTOPS[0], "Chrome", "131.0", "Windows"),
        (DESKTOPS[1], "Edge", "131.0", "Windows"),
        (DESKTOPS[2], "Opera", "115.0", "Windows"),
        (DESKTOPS[7], "Safari", "18.1", "Mac OS X"),
        (DESKTOPS[10], "Firefox", "132.0", "Windows"),
        (DESKTOPS[11], "Firefox", "132.0", "Ubuntu"),
        (PHONES[0], "Safari", "17.5", "iOS"),
        (PHONES[1], "Chrome", "131.0", "iOS"),
        (PHONES[2], "Firefox", "132.0", "iOS"),
        (PHONES[4], "Chrome", "131.0", "Android"),
        (PHONES[5], "Samsung Internet", "27.0", "Android"),
        ("", "", "", ""),
        ("?", "", "", ""),
    ],
)
def test_browser_and_system_are_told(
    user_agent: str, browser: str, version: str, system: str
) -> None:
    device = read_device(user_agent, NONE)

    assert (device.browser, device.browser_version, device.system) == (browser, version, system)


@pytest.mark.parametrize(
    ("hints", "system", "version"),
    [
        (ClientHints(platform='"Windows"', platform_version='"15.0.0"'), "Windows", "11"),
        (ClientHints(platform="Windows", platform_version="13.0.0"), "Windows", "11"),
        (ClientHints(platform="Windows", platform_version="10.0.0"), "Windows", "10"),
        (ClientHints(platform="Windows", platform_version="0.3.0"), "Windows", "8"),
        (ClientHints(platform="Windows"), "Windows", "10"),
        (ClientHints(platform='"macOS"', platform_version='"14.6.1"'), "Mac OS X", "14.6"),
        (ClientHints(platform="Linux"), "Linux", ""),
        (ClientHints(platform_version="15.0.0"), "Windows", "10"),
        (ClientHints(platform='""', platform_version="15.0.0"), "Windows", "10"),
    ],
)
def test_platform_hints_win(hints: ClientHints, system: str, version: str) -> None:
    device = read_device(FROZEN, hints)

    assert (device.system, device.system_version) == (system, version)


@pytest.mark.parametrize(
    ("brands", "browser", "version"),
    [
        ('"Brave";v="131", "Chromium";v="131", "Not_A Brand";v="24"', "Brave", "131"),
        ('"Google Chrome";v="131", "Chromium";v="131"', "Chrome", "131"),
        ('"Not/A)Brand";v="8", "Chromium";v="126", "Microsoft Edge";v="126"', "Edge", "126"),
        ("Brave/131;Chromium/131", "Brave", "131"),
        ('"Chromium";v="131", "Not?A_Brand";v="99"', "Chrome", "131.0"),
        ('"";v=""', "Chrome", "131.0"),
        ("nonsense", "Chrome", "131.0"),
    ],
)
def test_brands_name_browser_in_disguise(brands: str, browser: str, version: str) -> None:
    device = read_device(FROZEN, ClientHints(brands=brands))

    assert (device.browser, device.browser_version) == (browser, version)


def test_hidden_model_is_no_model() -> None:
    hidden = ANDROID.replace("SM-S918B", "K")

    assert read_device(hidden, NONE).model == ""
    assert read_device(hidden, ClientHints(model='"Pixel 8"')).model == "Pixel 8"


@example("", "", "¹")  # a digit to str.isdigit, no number to int
@given(st.text(max_size=200), st.text(max_size=60), st.text(max_size=20))
def test_nothing_makes_reading_fail(user_agent: str, brands: str, version: str) -> None:
    hints = ClientHints(brands, "Windows", version, version, brands)

    assert isinstance(read_device(user_agent, hints), Device)


def test_every_person_has_browser() -> None:
    nameless = [agent for agent in PEOPLE if not read_device(agent, NONE).browser]

    assert nameless == []


MACHINES = [
    user_agent
    for entry in crawleruseragents.CRAWLER_USER_AGENTS_DATA
    for user_agent in entry["instances"]
]


def test_builds_tell_the_parser_nothing() -> None:
    """Everything that is read of a browser is the same with its builds as without."""
    built = [agent.replace(".0.0.0", ".0.6778.86") for agent in [*PEOPLE, *MACHINES]]
    shortened = [agent for agent in built if without_build(agent) != agent]

    assert len(shortened) > 150
    for agent in shortened:
        assert read_parts(agent) == read_parts(without_build(agent)), agent


def read_parts(user_agent: str) -> list[object]:
    parsed = ua_parser.parse(user_agent).with_defaults()
    browser, system, device = parsed.user_agent, parsed.os, parsed.device
    return [browser.family, browser.major, browser.minor, system.family, system.major, device]


def test_builds_of_browser_become_one() -> None:
    agents = {f"{FROZEN} Chrome/131.0.{build}.{build} OPR/9.1.2" for build in range(9)}

    assert len({without_build(agent) for agent in agents}) == 1
