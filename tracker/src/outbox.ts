/** Hits stay in the outbox until the server has them: page closing, offline, a server down. */

import { type Dict, host, safely } from "./page";

const enum Key {
  OURS = "smq.",
  HIT = "smq.h",
  COUNTER = "smq.n",
}

const enum Limit {
  HITS = 200,
  BATCH = 50,
  QUERY = 4000,
  /** Browsers keep at most 64 KB alive past a page; a character may take three bytes. */
  ALIVE = 20000,
  DELAY_MS = 60000,
}

/** localStorage where the browser grants it, else what this page remembers. */
export let box: Record<string, string> = {};
safely(() => {
  box = (localStorage as unknown as typeof box) || box;
})();

const flying: Record<string, boolean> = {};
let delay = 1000;

/** Keep the hit, then send it: a page view as a gif, all else as a batch. */
export const send = (hit: Dict): void => {
  const name = Key.HIT + hit.hit;
  const text = JSON.stringify(hit);
  const query = "r.gif?" + new URLSearchParams(JSON.parse(text));
  keep(name, text);
  list(Key.HIT).slice(0, -Limit.HITS).forEach(forget);
  if (hit.type === "page" && query.length < Limit.QUERY) ship([name], query);
  else resend();
};

/** Send what waits, oldest first. The server recognises what it has. */
export const resend = safely((): void => {
  const names = list(Key.HIT).filter((name) => !flying[name]).slice(0, Limit.BATCH);
  const texts = names.map((name) => box[name].slice(0, -1) + ',"sent":' + Date.now() + "}");
  // Written by hand: pages exist whose JSON.stringify makes strings of arrays.
  if (names[0]) ship(names, "hits", "[" + texts + "]");
});

export const later = (work: () => void): void => {
  setTimeout(safely(work), delay);
  delay = Math.min(delay * 2, Limit.DELAY_MS);
};

export const keep = (name: string, text: string): void => {
  try {
    box[name] = text;
  } catch {
    box = { [name]: text }; // the storage is full: what it holds leaves with the next page
  }
};

export const beginCounting = (visitor: string): void => keep(Key.COUNTER + visitor, "0");

/**
 * The next number of this browser: 1, 2, 3 … where the visitor began. Where counting did not
 * (an id brought by a link, another host, a storage that was cleared) it begins at the time, far
 * from all other counts of the same visitor: a second 1 would look like a repeat.
 */
export const nextNumber = (visitor: string): string => {
  const name = Key.COUNTER + visitor;
  keep(name, String(+(box[name] || Date.now() * 100) + 1));
  return box[name];
};

export const emptyOutbox = (): void => list(Key.OURS).forEach(forget);

const list = (prefix: string): string[] => Object.keys(box).filter((name) => name.startsWith(prefix)).sort();

const forget = (name: string): void => {
  delete box[name];
};

const ship = (names: string[], path: string, body?: string): void => {
  names.forEach((name) => (flying[name] = true));
  const keepalive = (body || path).length < Limit.ALIVE;
  fetch(host + "/api/" + path, { method: body && "POST", body, credentials: "include", keepalive })
    .then((answer) => {
      // What the server refuses for good (it has kept it whole) is not sent for ever.
      if (!/^2|400|413/.test(answer.status as unknown as string)) throw 0;
      names.forEach(forget);
      delay = 1000;
      resend();
    })
    .catch(safely(() => {
      names.forEach((name) => (flying[name] = false));
      later(resend);
    }));
};
