/** The tracker: sees the page views of a browser, and who says who its owner is. */

import { DAYS, dropCookie, place, readCookie, store, writeCookie } from "./cookies";
import { arrived, decorate, readArrival } from "./links";
import { emptyOutbox, flush, nextNumber, openOutbox, resend, send } from "./outbox";
import { doc, type Dict, isContact, page, random, safely } from "./page";
import { watchRoutes, whenShown } from "./routes";

interface Config {
  consent?: boolean;
  domains?: string[];
  cookies?: Record<string, number>;
  cookieDomain?: string;
  secure?: boolean;
}
type Queue = ((...given: unknown[]) => void) & { q?: ArrayLike<unknown>[]; on?: boolean };

const MOST_HELD = 50;
const SESSION_MS = 1800000;

const smid = page._smid;
const name = String(page.SalesmanagoObject || "sm");
const script = (doc.currentScript || doc.querySelector('script[src*="/static/sm.js"]')) as HTMLScriptElement | null;
const host = script ? new URL(script.src).origin : "";

let config: Config = {};
let isOpen = false; // may set cookies and send
let isRefused = false;
let held: Dict[] = [];
let hints: Dict = {};
let arrival: ReturnType<typeof readArrival> = { link: {}, visitor: "" };
let how = "cookie";
let view = 0;
let visible = 0;
let shownAt = 0;
let uri = "";

const visitor = (): string => readCookie("smuuid");

const identifyAs = (id: string, kind: string): void => {
  writeCookie("smclient", id.toLowerCase());
  how = kind;
};

/** The cookies of a visitor; all of them only once we may. */
const meet = (): void => {
  const fresh = Date.now().toString(16) + [12, 8, 8, 8, 12].map((size) => "-" + random(size)).join("");
  writeCookie("smuuid", visitor() || arrival.visitor || fresh);
  if (!readCookie("smg")) {
    const id = random(32).replace(/^(.{8})(.{4}).(.{3}).(.{3})(.{12})$/, "$1-$2-4$3-8$4-$5");
    writeCookie("smg", id);
  }
  if (!readCookie("_smvs")) {
    const from = doc.referrer;
    const isSearch = /\/\/[^/]*(google|bing|duckduckgo|yahoo|yandex|ecosia|qwant|baidu|seznam|startpage)\./.test(from);
    writeCookie("_smvs", !from ? "DIRECT" : isSearch ? "SEARCH_ENGINE" : "NEXT");
  }
  const linked = arrival.link.link as string | undefined;
  if (page._smclientid && isContact(page._smclientid)) identifyAs(page._smclientid, "login");
  // A link never takes a browser over from another contact: the server looks at it.
  else if (linked && isContact(linked) && !readCookie("smclient")) identifyAs(linked, "link");
};

/** Count the visit in smvr; true when a new one begins. */
const countVisit = (): boolean => {
  let seen: Dict = {};
  try {
    seen = JSON.parse(atob(readCookie("smvr")));
  } catch {
    /* the first time, or somebody else's */
  }
  const now = Date.now();
  const isNew = !(now - Number(seen.ts) < SESSION_MS);
  writeCookie("smvr", btoa(JSON.stringify({
    visits: (Number(seen.visits) || 0) + (isNew ? 1 : 0),
    views: (Number(seen.views) || 0) + 1,
    ts: now,
    numberOfRejectionButtonClick: 0,
    isNewSession: isNew,
  })));
  return isNew;
};

const report = (type: string, more: Dict): void => {
  const hit: Dict = { smid, type, uri, location: page.location.host, scheme: page.location.protocol.slice(0, -1),
    timestamp: Date.now(), time: new Date().toISOString(), session: 1, cp: view, hit: random(20), title: doc.title, ...more };
  if (isOpen) post(hit);
  else if (!isRefused && held.length < MOST_HELD) held.push(hit);
};

const post = (hit: Dict): void => {
  if (hit.type === "page") hit.ns = countVisit();
  send({ ...hit, ...hints, uuid: visitor(), client: readCookie("smclient"), how, vs: readCookie("_smvs"),
    seq: nextNumber(), ok: config.consent ? 1 : undefined, auto: navigator.webdriver ? 1 : undefined });
  how = "cookie";
};

const open = (): void => {
  isOpen = true;
  isRefused = false;
  meet();
  const waiting = held;
  held = [];
  waiting.forEach(post);
  resend();
};

const refuse = (): void => {
  isOpen = false;
  isRefused = true;
  held = [];
  Object.keys(DAYS).forEach(dropCookie);
  emptyOutbox();
  store("smseq", null);
};

const commands: Record<string, (...given: unknown[]) => void> = {
  event: (event, data) => report("event", { name: String(event), data }),
  identify: (id) => {
    if (!isContact(id)) return;
    if (isOpen) identifyAs(id as string, "api");
    else page._smclientid = id as string;
    report("identify", { });
  },
  consent: (answer) => {
    const given = answer as Dict | boolean;
    const isYes = typeof given === "object" ? given.tracking !== false : given === true;
    if (!isYes) return refuse();
    if (config.consent) writeCookie("smconsent", "1");
    if (!isOpen) open();
    report("consent", { data: typeof given === "object" ? given : { tracking: true } });
  },
  reset: () => {
    ["smclient", "smuuid", "smvr", "smg"].forEach(dropCookie);
    arrival = { link: {}, visitor: "" };
    page._smclientid = undefined;
    if (isOpen) meet();
  },
};

const run = safely((command: unknown, ...given: unknown[]) => commands[String(command)]?.(...given));

const begin = (referrer: string): void => {
  view = Date.now();
  visible = 0;
  shownAt = doc.visibilityState === "hidden" ? 0 : view;
  uri = arrived.uri || page.location.pathname + page.location.search + page.location.hash;
  arrived.uri = "";
  const copies = doc.querySelectorAll('script[src*="/static/sm.js"]').length;
  report("page", { referrer, lang: navigator.language, screen: screen.width + "x" + screen.height,
    tz: Intl.DateTimeFormat().resolvedOptions().timeZone, snippets: copies > 1 ? copies : undefined, ...arrival.link });
  arrival.link = {};
};

const pause = (): void => {
  if (shownAt) visible += Date.now() - shownAt;
  shownAt = 0;
};

const leave = (): void => {
  pause();
  if (visible >= 1000) report("engaged", { engaged: visible });
  visible = 0;
};

const learnHints = (): void => {
  const agent = (navigator as Navigator & { userAgentData?: { getHighEntropyValues(names: string[]): Promise<Dict> } }).userAgentData;
  agent?.getHighEntropyValues(["fullVersionList", "model", "platform", "platformVersion"]).then((values) => {
    const brands = values.fullVersionList as { brand: string; version: string }[];
    hints = { brands: brands?.map((item) => item.brand + "/" + item.version).join(";"), platform: values.platform,
      platformVersion: values.platformVersion, model: values.model, mobile: values.mobile ? 1 : undefined };
  }).catch(() => undefined);
};

const start = (given: Config): void => {
  config = given;
  Object.assign(DAYS, given.cookies);
  if (page._smclt) DAYS.smclient = page._smclt;
  place.domain = given.cookieDomain || "";
  place.secure = !!(given.secure || page._smcsec);
  decorate(given.domains || [], visitor);
  if (!given.consent || readCookie("smconsent")) open();
  else if ((navigator as Navigator & { globalPrivacyControl?: boolean }).globalPrivacyControl) refuse();
};

/** Before we know what the account wants we set nothing, unless we were here before. */
const learn = (delay = 1000): void => {
  fetch(host + "/dynamic/" + smid + "/config.json")
    .then((answer) => (answer.ok ? answer.json() : {}))
    .then(safely(start))
    .catch(() => {
      if (visitor()) safely(start)({});
      else setTimeout(() => learn(Math.min(delay * 2, 60000)), delay);
    });
};

safely(() => {
  const queue = page[name] as Queue | undefined;
  if (!smid || queue?.on) return;
  const sm = run as Queue;
  sm.on = true;
  page[name] = sm;
  page.smEvent = (event) => run("event", event);
  whenShown(() => {
    openOutbox(host);
    learnHints();
    arrival = readArrival();
    watchRoutes(begin, leave);
    doc.addEventListener("visibilitychange", safely(() => {
      if (doc.visibilityState === "hidden") pause();
      else shownAt = Date.now();
    }));
    page.addEventListener("pagehide", safely(() => {
      leave();
      if (isOpen) flush();
    }));
    for (const given of Array.from(queue?.q || [])) run(...(Array.from(given) as [unknown, ...unknown[]]));
    learn();
  });
})();
