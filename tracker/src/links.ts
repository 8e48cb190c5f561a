/** Links: what mailings and our other sites put into an address, and what we put into theirs. */

import { doc, type Dict, page } from "./page";

const OURS = /[?&](smclient|smconv|smlid|smpid|smman|smuuid|smts)=([^&#]*)/g;
const UTM = /[?&]utm_\w+=[^&#]*/g;
/** A link older than this was copied or forwarded: it names another browser. */
const FRESH_MS = 120000;

export interface Arrival {
  link: Dict;
  visitor: string;
}

/** Read our parameters from the address, also behind a bare `&`, and take them out of it. */
export const readArrival = (): Arrival => {
  const found: Record<string, string> = {};
  const { pathname, search, hash } = page.location;
  const strip = (text: string): string => {
    const rest = text.replace(OURS, (_all, name, value) => {
      found[name] = decodeURIComponent(value);
      return "";
    });
    return rest;
  };
  const before = pathname + search;
  let after = strip(before);
  if (before !== after) {
    const shown = (found.smclient || found.smconv ? after.replace(UTM, "") : after).replace(/&/, repair);
    after = after.replace(/&/, repair);
    arrived.uri = after + hash;
    page.history.replaceState(page.history.state, "", shown + hash);
  }
  const age = Date.now() - Number(found.smts);
  return {
    link: {
      link: found.smclient,
      smconv: found.smconv,
      smlid: found.smlid,
      smpid: found.smpid,
      manual: found.smman,
    },
    visitor: age >= 0 && age < FRESH_MS && /^[\da-f-]{16,80}$/.test(found.smuuid) ? found.smuuid : "",
  };
};

/** The address of this page as it is reported: with UTM, which the address bar may have lost. */
export const arrived = { uri: "" };

/** The first `&` of an address without `?` begins its query. */
const repair = (mark: string, at: number, text: string): string => (text.slice(0, at).includes("?") ? mark : "?");

/** Give links to the account's other sites this visitor's id at the moment of use. */
export const decorate = (domains: string[], visitor: () => string): void => {
  const hand = (event: Event): void => {
    const link = (event.target as Element).closest?.("a[href]") as HTMLAnchorElement | null;
    const id = visitor();
    if (!link || !id || link.host === page.location.host || !domains.includes(link.host)) return;
    const url = new URL(link.href);
    url.searchParams.set("smuuid", id);
    url.searchParams.set("smts", String(Date.now()));
    link.href = url.href;
  };
  for (const kind of ["mousedown", "touchstart", "keydown", "click"])
    doc.addEventListener(kind, (event) => {
      try {
        hand(event);
      } catch {
        /* the link works as it is */
      }
    }, { capture: true, passive: true });
};
