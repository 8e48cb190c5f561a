/** What mailings and our other sites put into the address of this page. */

import { type Dict, readAddress, readVisitor } from "./page";

const OURS = /&sm(client|conv|lid|pid|man|uuid|ts)=[^&#]*/g;
const UTM = /&utm_\w+=[^&#]*/g;

const enum Limit {
  /** A link older than this was copied or forwarded: it names another browser. */
  FRESH_MS = 120000,
}

/** What the address brought; `uri` is the address without it, but with UTM. */
export const arrived = { uri: "", visitor: "", link: {} as Dict };

/** Read our parameters from the address, also behind a bare `&`, and take them out of it. */
export const readArrival = (): void => {
  const address = readAddress();
  // Mailers append to addresses without looking: the first of ours may have to begin the query.
  const marked = address.replace(address.includes("?") ? "?" : /&(?=sm\w+=|utm_)/, "?&");
  if (marked.search(OURS) < 0) return;
  const found = Object.fromEntries(new URLSearchParams(marked.replace("#", "&")));
  const { smclient, smconv } = found;
  arrived.uri = remove(marked, OURS);
  arrived.link = { link: smclient, smconv, smlid: found.smlid, smpid: found.smpid, manual: found.smman };
  if (Math.abs(Date.now() - +found.smts) < Limit.FRESH_MS) arrived.visitor = readVisitor(found.smuuid);
  history.replaceState(history.state, "", smclient || smconv ? remove(marked.replace(UTM, ""), OURS) : arrived.uri);
};

const remove = (marked: string, marks: RegExp): string =>
  marked.replace(marks, "").replace("?&", "?").replace(/\?(#|$)/, "$1");
