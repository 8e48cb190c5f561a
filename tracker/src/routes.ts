/** When does a page begin? Loads, routes of single-page applications, back from the cache. */

import { doc, page, safely } from "./page";

const TITLE_MS = 300;

type Begin = (referrer: string) => void;

/** A plain anchor is a place on a page; `#/` and `#!` are routes. */
const address = (): string => {
  const { pathname, search, hash } = page.location;
  return pathname + search + (/^#[/!]/.test(hash) ? hash : "");
};

export const current = { address: "" };

/** Call `begin` for each page; `leave` before the next one. */
export const watchRoutes = (begin: Begin, leave: () => void): void => {
  let href = page.location.href;
  let timer = 0;
  let waiting: (() => void) | undefined;
  const settle = (): void => {
    clearTimeout(timer);
    const work = waiting;
    waiting = undefined;
    work?.();
  };
  const look = safely(() => {
    const now = address();
    if (now === current.address) return;
    settle();
    leave();
    const from = href;
    current.address = now;
    href = page.location.href;
    // Titles of such applications change after the address does.
    waiting = () => begin(from);
    timer = page.setTimeout(safely(settle), TITLE_MS);
  });
  for (const name of ["pushState", "replaceState"] as const) {
    const original = page.history[name];
    page.history[name] = function (this: History, ...given: Parameters<History["pushState"]>) {
      original.apply(this, given);
      look();
    };
  }
  page.addEventListener("popstate", look);
  page.addEventListener("hashchange", look);
  page.addEventListener("pagehide", safely(settle));
  page.addEventListener("pageshow", safely((event: Event) => {
    if ((event as PageTransitionEvent).persisted) begin(doc.referrer);
  }));
  current.address = address();
  begin(doc.referrer);
};

/** A page fetched in advance may never be looked at. */
export const whenShown = (work: () => void): void => {
  if ((doc as Document & { prerendering?: boolean }).prerendering)
    doc.addEventListener("prerenderingchange", safely(work), { once: true });
  else work();
};
