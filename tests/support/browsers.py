"""User agents that people have: browsers, apps that show pages, televisions, old phones."""

from __future__ import annotations

_KHTML = "AppleWebKit/537.36 (KHTML, like Gecko)"
_IPHONE = "Mozilla/5.0 (iPhone; CPU iPhone OS 17_5_1 like Mac OS X) AppleWebKit/605.1.15"
_IPHONE_WEB = f"{_IPHONE} (KHTML, like Gecko)"
_ANDROID = f"Mozilla/5.0 (Linux; Android 14; SM-S918B) {_KHTML}"
_WEBVIEW = f"Mozilla/5.0 (Linux; Android 13; Pixel 7 Build/TQ3A.230805.001; wv) {_KHTML}"
_WINDOWS = f"Mozilla/5.0 (Windows NT 10.0; Win64; x64) {_KHTML}"
_MAC = "Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7)"
_LINUX = f"Mozilla/5.0 (X11; Linux x86_64) {_KHTML}"

DESKTOPS = (
    f"{_WINDOWS} Chrome/131.0.0.0 Safari/537.36",
    f"{_WINDOWS} Chrome/131.0.0.0 Safari/537.36 Edg/131.0.2903.86",
    f"{_WINDOWS} Chrome/130.0.0.0 Safari/537.36 OPR/115.0.0.0",
    f"{_WINDOWS} Chrome/128.0.0.0 Safari/537.36 Vivaldi/6.9.3447.37",
    f"{_WINDOWS} Chrome/128.0.0.0 YaBrowser/24.10.0.0 Safari/537.36",
    f"{_WINDOWS} Chrome/122.0.0.0 Whale/3.25.232.19 Safari/537.36",
    f"{_MAC} {_KHTML} Chrome/131.0.0.0 Safari/537.36",
    f"{_MAC} AppleWebKit/605.1.15 (KHTML, like Gecko) Version/18.1 Safari/605.1.15",
    f"{_LINUX} Chrome/131.0.0.0 Safari/537.36",
    f"{_LINUX} Ubuntu Chromium/118.0.0.0 Chrome/118.0.0.0 Safari/537.36",
    "Mozilla/5.0 (Windows NT 10.0; Win64; x64; rv:132.0) Gecko/20100101 Firefox/132.0",
    "Mozilla/5.0 (X11; Ubuntu; Linux x86_64; rv:132.0) Gecko/20100101 Firefox/132.0",
    "Mozilla/5.0 (Windows NT 6.1; WOW64; Trident/7.0; AS; rv:11.0) like Gecko",
    f"Mozilla/5.0 (X11; CrOS x86_64 14541.0.0) {_KHTML} Chrome/130.0.0.0 Safari/537.36",
)
PHONES = (
    f"{_IPHONE_WEB} Version/17.5 Mobile/15E148 Safari/604.1",
    f"{_IPHONE_WEB} CriOS/131.0.6778.73 Mobile/15E148 Safari/604.1",
    f"{_IPHONE_WEB} FxiOS/132.0 Mobile/15E148 Safari/605.1.15",
    f"{_IPHONE_WEB} Version/17.0 EdgiOS/130.0.2849.80 Mobile/15E148 Safari/605.1.15",
    f"{_ANDROID} Chrome/131.0.0.0 Mobile Safari/537.36",
    f"{_ANDROID} SamsungBrowser/27.0 Chrome/125.0.0.0 Mobile Safari/537.36",
    f"{_ANDROID} Chrome/130.0.0.0 Mobile Safari/537.36 OPR/86.0.0.0",
    f"{_ANDROID} Chrome/130.0.0.0 Mobile Safari/537.36 EdgA/130.0.0.0",
    "Mozilla/5.0 (Android 14; Mobile; rv:132.0) Gecko/132.0 Firefox/132.0",
    f"Mozilla/5.0 (Linux; Android 9; CUBOT NOTE S) {_KHTML} Chrome/96.0 Mobile Safari/537.36",
    f"Mozilla/5.0 (Linux; Android 10; Cubot P40) {_KHTML} Chrome/96.0 Mobile Safari/537.36",
    f"Mozilla/5.0 (Linux; U; Android 12; pl-pl; Redmi Note 9 Build/SP1A.210812.016) {_KHTML} "
    "Version/4.0 Chrome/112.0.5615.136 Mobile Safari/537.36 XiaoMi/MiuiBrowser/14.5.0",
    f"Mozilla/5.0 (Linux; U; Android 11; en-US; CPH2185 Build/RP1A.200720.011) {_KHTML} "
    "Version/4.0 Chrome/100.0.4896.58 UCBrowser/13.5.5.1313 Mobile Safari/537.36",
    "Mozilla/5.0 (Mobile; Nokia_8110_4G; rv:48.0) Gecko/48.0 Firefox/48.0 KAIOS/2.5",
)
APPS = (
    f"{_IPHONE} Mobile/21F90 [FBAN/FBIOS;FBAV/470.0.0.40.112;FBBV/6123;FBDV/iPhone15,2]",
    f"{_IPHONE_WEB} Mobile/21F90 Instagram 345.0.0.20.87 (iPhone15,2; iOS 17_5_1; pl_PL; pl)",
    f"{_IPHONE_WEB} GSA/344.0.695551749 Mobile/15E148 Safari/604.1",
    f"{_IPHONE_WEB} Mobile/15E148 MicroMessenger/8.0.50(0x18003237) NetType/WIFI Language/en",
    f"{_IPHONE_WEB} Mobile/15E148 BytedanceWebview/d8a21c6 musical_ly_34.5.0 JsSdk/2.0",
    f"{_IPHONE_WEB} Mobile/15E148 [LinkedInApp]/9.30.1234",
    f"{_IPHONE_WEB} Mobile/15E148 Twitter for iPhone/10.54",
    f"{_IPHONE_WEB} Mobile/15E148 Snapchat/13.0.0.40 (like Safari/8617.2.4.10.8, panda)",
    f"{_IPHONE_WEB} Mobile/15E148 [Pinterest/iOS]",
    f"{_WEBVIEW} Version/4.0 Chrome/130.0.6723.58 Mobile Safari/537.36",
    f"{_WEBVIEW} Version/4.0 Chrome/130.0.6723.58 Mobile Safari/537.36 "
    "[FB_IAB/FB4A;FBAV/488.0.0.64.78;]",
    f"{_WEBVIEW} Version/4.0 Chrome/130.0.6723.58 Mobile Safari/537.36 Instagram "
    "352.1.0.41.100 Android (33/13; 420dpi; 1080x2205; Google/google; Pixel 7; panther; pl_PL)",
    f"{_WEBVIEW} Version/4.0 Chrome/130.0 Mobile Safari/537.36 musical_ly_2023505030 "
    "AppName/musical_ly ByteLocale/pl",
    f"{_WEBVIEW} Version/4.0 Chrome/130.0 Mobile Safari/537.36 Line/14.16.0/IAB",
    f"{_WEBVIEW} Version/4.0 Chrome/130.0 Mobile Safari/537.36 GSA/15.43.37.28.arm64",
)
OTHERS = (
    f"Mozilla/5.0 (Web0S; Linux/SmartTV) {_KHTML} Chrome/94.0.4606.128 Safari/537.36 WebAppManager",
    f"Mozilla/5.0 (SMART-TV; LINUX; Tizen 6.5) {_KHTML} 85.0.4183.93/6.5 TV Safari/537.36",
    f"Mozilla/5.0 (Linux; Android 9; AFTKA) {_KHTML} Silk/122.6.7 Chrome/122.0 Safari/537.36",
    f"Mozilla/5.0 (PlayStation; PlayStation 5/9.00) {_KHTML} Version/16.4 Safari/605.1.15",
    "Mozilla/5.0 (iPad; CPU OS 16_6 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) "
    "Version/16.6 Mobile/15E148 Safari/604.1",
    f"Mozilla/5.0 (Linux; Android 12; SM-T870) {_KHTML} Chrome/130.0.0.0 Safari/537.36",
)
PEOPLE = (*DESKTOPS, *PHONES, *APPS, *OTHERS)
