/** Cookies, with the lives and the scope that the account chose. */

import { doc, type Dict } from "./page";

const PATH = ";path=/;max-age=";
const DOMAIN = ";domain=";

let lives: Dict = {};
let scope = "";

/** Lives are in days; a cookie without one is never set. */
export const chooseLives = (days: Dict, domain: unknown, isSecure: unknown): void => {
  lives = days;
  scope = ";samesite=lax" + (domain ? DOMAIN + domain : "") + (isSecure ? ";secure" : "");
};

export const readCookie = (name: string): string => (doc.cookie.match("(?:^|; )" + name + "=([^;]*)") || [])[1] || "";

export const writeCookie = (name: string, value: string): void => {
  doc.cookie = name + "=" + value + PATH + ~~((lives[name] as number) * 86400) + scope;
};

/** Drop it wherever it stands: plugins set it for a domain above this host, servers for the host. */
export const dropCookie = (name: string): void =>
  ("." + location.hostname).split(".").forEach((_, at, labels) => {
    doc.cookie = name + "=" + PATH + 0 + (at ? DOMAIN + labels.slice(at).join(".") : "");
  });

export const dropCookies = (): void => Object.keys(lives).forEach(dropCookie);
