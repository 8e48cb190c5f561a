/** When does a page begin? Loads, routes of single-page applications, back from the cache. */

import { doc, listen, readAddress, safely } from "./page";

const enum Limit {
  TITLE_MS = 300,
}

/** Call `begin` for each page after the first, `leave` before it and when all is left. */
export const watchRoutes = (begin: (referrer: string, address?: string) => void, leave: () => void): void => {
  let { href } = location;
  let route = readRoute();
  let from: string;
  let address: string;
  let timer = 0;
  const settle = safely((): void => {
    if (!timer) return;
    clearTimeout(timer);
    timer = 0;
    begin(from, address);
  });
  const look = safely((): void => {
    if (readRoute() === route) return;
    settle();
    leave();
    from = href;
    href = location.href;
    address = readAddress();
    route = readRoute();
    // Titles of such applications change after the address does.
    timer = setTimeout(settle, Limit.TITLE_MS);
  });
  listen(window, "popstate hashchange", look);
  listen(window, "pagehide", () => {
    settle();
    leave();
  });
  listen(window, "pageshow", (event) => {
    if ((event as PageTransitionEvent).persisted) begin(doc.referrer);
  });
  for (const name of ["pushState", "replaceState"] as const) {
    const original = history[name];
    history[name] = function (...given) {
      original.apply(this, given);
      look();
    };
  }
};

/** A page fetched in advance may never be looked at. */
export const whenShown = (work: () => void): void => {
  if ((doc as Document & { prerendering?: boolean }).prerendering) listen(doc, "prerenderingchange", work);
  else work();
};

/** A plain anchor is a place on a page; `#/` and `#!` are routes. */
const readRoute = (): string => location.href.replace(/#(?![/!]).*/, "");
