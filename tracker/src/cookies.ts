/** Cookies and storage, which any browser may refuse. */

import { doc, page } from "./page";

export const DAYS: Record<string, number> = {
  smuuid: 365,
  smclient: 3650,
  smvr: 3650,
  _smvs: 365,
  smg: 365,
  smconsent: 365,
};

export const place = { domain: "", secure: false };

export const readCookie = (name: string): string => {
  const found = doc.cookie.match(new RegExp("(?:^|; )" + name + "=([^;]*)"));
  return found ? decodeURIComponent(found[1]) : "";
};

export const writeCookie = (name: string, value: string, days = DAYS[name]): void => {
  doc.cookie =
    name + "=" + encodeURIComponent(value) + ";path=/;SameSite=Lax;max-age=" + Math.round(days * 86400) +
    (place.domain && ";domain=" + place.domain) + (place.secure ? ";Secure" : "");
};

export const dropCookie = (name: string): void => writeCookie(name, "", 0);

export const store = (name: string, value?: string | null): string | null => {
  try {
    const kept = page.localStorage;
    if (value === null) kept.removeItem(name);
    else if (value !== undefined) kept.setItem(name, value);
    return kept.getItem(name);
  } catch {
    return null;
  }
};
