/** The tracker: sees the page views of a browser, and who says who its owner is. */

import { chooseLives, dropCookie, dropCookies, readCookie, writeCookie } from "./cookies";
import { arrived, readArrival } from "./links";
import { beginCounting, box, emptyOutbox, keep, later, nextNumber, resend, send } from "./outbox";
import { type Command, type Dict, doc, FILE, host, page } from "./page";
import { isContact, listen, random, readAddress, readVisitor, safely } from "./page";
import { watchRoutes, whenShown } from "./routes";

interface Config {
  consent?: boolean;
  domains?: string[];
  cookies?: Dict;
  cookieDomain?: string;
}

interface Agent {
  getHighEntropyValues(names: string[]): Promise<Dict>;
}

const enum Limit {
  HELD = 50,
  SESSION_MS = 1800000,
  SHORTEST_LOOK_MS = 1000,
}

const smid = page._smid!;
const kept = "smq.c" + smid;

let config: Config | undefined;
let isOpen = false; // may set cookies and send
let held: (() => void)[] | undefined = []; // until we may; nothing is held after a no
let hints: Dict = {};
let how = "cookie";
let uri = "";
let view = 0;
let clock = 0;
let shownAt = 0;

const commands: Record<string, Command> = {
  event: (name, data) => report("event", { name, data }),
  identify: (id) =>
    whenOpen(() => {
      if (!isContact(id)) return;
      identifyAs(id, "api");
      report("identify");
    }),
  consent: (given) => {
    decide = () => answer(given);
    if (config) decide();
  },
  reset: () =>
    whenOpen(() => {
      ["smclient", "smuuid", "smvr", "smg"].forEach(dropCookie);
      arrived.visitor = "";
      meet();
    }),
};

/** See the page at once, but set and send nothing before the account's wishes are known. */
const load = safely((): void => {
  const declared = page.SalesmanagoObject || page.ManagoObject;
  const name = declared || "sm";
  const queue = page[name] as { q?: Iterable<unknown>[] } | undefined;
  const first = page.smEvent?.sm;
  const sm = first || safely((command, ...given) => commands[command as string]?.(...given));
  if (!smid) return;
  // Where no name was declared, a global `sm` is the page's own.
  if (declared || !queue) page[name] = sm;
  if (!first) {
    page.smEvent = Object.assign(sm.bind(0, "event"), { sm });
    safely(readArrival)();
    safely(see)();
    learnHints();
  }
  for (const given of queue?.q || []) sm(...given);
});

const see = (): void => {
  begin(doc.referrer, arrived.uri, arrived.link);
  listen(window, "online", resend);
  listen(doc, "visibilitychange", () => (doc.hidden ? leave() : (shownAt = Date.now())));
  watchRoutes(begin, leave);
};

const begin = (referrer: string, address?: string, link?: Dict): void => {
  view = Date.now();
  shownAt = doc.hidden ? 0 : view;
  uri = address || readAddress();
  report("page", {
    referrer,
    lang: navigator.language,
    // No time zone: asking for it costs 15 ms in a fresh process.
    screen: screen.width + "x" + screen.height,
    snippets: doc.querySelectorAll(FILE).length,
    ...link,
  });
};

/** The page is hidden or left: tell how long it was looked at since we last told. */
const leave = (): void => {
  const engaged = Date.now() - shownAt;
  if (shownAt && engaged >= Limit.SHORTEST_LOOK_MS) report("engaged", { engaged });
  shownAt = 0;
};

const learnHints = (): void => {
  const agent = (navigator as Navigator & { userAgentData?: Agent }).userAgentData;
  if (!agent) return learn();
  // Brand, platform and whether it is mobile come with every request as headers.
  agent.getHighEntropyValues(["model", "platformVersion"]).then(({ model, platformVersion }) => {
    hints = { model, platformVersion };
  }).then(learn, learn);
};

/** What the account wished at the last page holds for this one, even while the server is down. */
const learn = safely((): void => {
  if (box[kept]) start(box[kept]);
  fetch(host + "/dynamic/" + smid + "/config.json")
    .then((answer) => (answer.status < 500 ? answer.text() : ""))
    .then((text) => {
      start(text);
      if (isOpen && text) keep(kept, text);
    })
    .catch(() => config || later(learn));
});

const start = (text: string): void => {
  if (config) return;
  config = JSON.parse(text) as Config;
  const { cookies = {}, domains = [], cookieDomain } = config;
  if (page._smclt) cookies.smclient = page._smclt;
  chooseLives(cookies, cookieDomain, page._smcsec);
  if (domains[1]) {
    const part = doc.createElement("script");
    part.src = host + "/static/sm-links.js?" + domains;
    doc.head.append(part);
  }
  decide();
};

/** Once the account's wishes are known: what the visitor's answer, given now or before, allows. */
let decide = (): void => {
  if (mayOpen()) open();
};

const answer = (given: unknown): void => {
  const data = typeof given === "object" ? (given as Dict) : { tracking: given };
  const isYes = data.tracking === true;
  if (isYes) writeCookie("smconsent", "1");
  if (isYes || isOpen) report("consent", { data });
  if (!isYes) refuse();
  else if (!isOpen) open();
};

/** Asked anew for every hit: another tab or page may have changed the answer. */
const mayOpen = (): boolean => +(readCookie("smconsent") || !config!.consent) === 1;

const open = (): void => {
  const { link } = arrived.link;
  isOpen = true;
  meet();
  if (isContact(page._smclientid)) identifyAs(page._smclientid, "login");
  // A link never takes a browser over from another contact: the server looks at it.
  else if (isContact(link) && !isContact(readCookie("smclient"))) identifyAs(link, "link");
  resend();
  held?.forEach((work) => work());
};

const refuse = (): void => {
  isOpen = false;
  held = undefined;
  dropCookies();
  emptyOutbox();
  // Where consent is not asked for, only a cookie can remember the no.
  if (!config!.consent) writeCookie("smconsent", "0");
};

/** The cookies of a visitor. */
const meet = (): void => {
  const known = visitor() || arrived.visitor;
  const id = known || Date.now().toString(16) + random("-xxxxxxxxxxxx-xxxxxxxx-xxxxxxxx-xxxxxxxx-xxxxxxxxxxxx");
  const from = doc.referrer.split("/")[2];
  if (!known) beginCounting(id);
  writeCookie("smuuid", id);
  writeCookie("smg", readCookie("smg") || random("xxxxxxxx-xxxx-4xxx-8xxx-xxxxxxxxxxxx"));
  writeCookie("_smvs", readCookie("_smvs") ||
    (!from ? "DIRECT" : /google|bing|yahoo|yandex|baidu|duckduckgo/.test(from) ? "SEARCH_ENGINE" : "NEXT"));
};

const visitor = (): string => readVisitor(readCookie("smuuid"));

const identifyAs = (id: string, kind: string): void => {
  dropCookie("smclient");
  writeCookie("smclient", id);
  how = kind;
};

const report = (type: string, more?: Dict): void => {
  clock = Math.max(clock + 1, Date.now());
  const hit = {
    smid, type, uri, location: location.host, scheme: location.protocol.slice(0, -1), timestamp: clock, cp: view,
    title: doc.title, hit: clock.toString(16) + random("xxxxxxxxxxxx"), ...more,
  };
  whenOpen(() => post(hit));
};

const whenOpen = (work: () => void): void => {
  if (isOpen && mayOpen()) work();
  else if (held && held.length < Limit.HELD) held.push(work);
};

const post = (hit: Dict): void => {
  const uuid = visitor();
  send({
    ...hit, ...hints, uuid, how,
    ns: hit.type === "page" && countVisit(),
    client: readCookie("smclient"),
    vs: readCookie("_smvs"),
    seq: nextNumber(uuid),
    ok: readCookie("smconsent"),
    auto: +navigator.webdriver,
  });
  how = "cookie";
};

/** Count the visit in smvr; true when a new one begins. */
const countVisit = (): boolean => {
  const seen = { visits: 0, views: 0, ts: 0, isNewSession: true };
  safely(() => Object.assign(seen, JSON.parse(atob(decodeURIComponent(readCookie("smvr"))))))();
  seen.isNewSession = !(view - seen.ts < Limit.SESSION_MS);
  seen.visits += +seen.isNewSession;
  seen.views++;
  seen.ts = view;
  writeCookie("smvr", btoa(JSON.stringify(seen)));
  return seen.isNewSession;
};

whenShown(load);
