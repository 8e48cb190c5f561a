/** Hits stay in the outbox until the server has them: page closing, offline, a server down. */

import { store } from "./cookies";
import { type Dict, page, safely } from "./page";

const PREFIX = "smq.";
const MOST = 200;
const LONGEST_URL = 4000;

let host = "";
let delay = 1000;
let timer = 0;
let isSending = false;
/** For browsers without storage: what this page still has to send. */
const memory: Record<string, string> = {};

export const openOutbox = (url: string): void => {
  host = url;
  page.addEventListener("online", safely(resend));
};

export const nextNumber = (): number | undefined => {
  const number = Number(store("smseq") || 0) + 1;
  return store("smseq", String(number)) === null ? undefined : number;
};

const names = (): string[] => {
  const found = Object.keys(memory);
  try {
    for (const name of Object.keys(page.localStorage))
      if (name.startsWith(PREFIX) && !memory[name]) found.push(name);
  } catch {
    /* memory alone */
  }
  return found.sort();
};

const take = (name: string): void => {
  delete memory[name];
  store(name, null);
};

const nameOf = (hit: Dict): string =>
  PREFIX + String(hit.timestamp) + String(1e6 + ((hit.seq as number) || 0)) + hit.hit;

/** Keep the hit, then send it: a page view as a gif, all else as a batch of one. */
export const send = (hit: Dict): void => {
  const name = nameOf(hit);
  const text = JSON.stringify(hit);
  memory[name] = text;
  if (store(name, text) !== null) delete memory[name];
  const kept = names();
  if (kept.length > MOST) take(kept[0]);
  const query = Object.entries(hit)
    .filter(([, value]) => value !== undefined && value !== "")
    .map(([key, value]) => key + "=" + encodeURIComponent(String(value)))
    .join("&");
  if (hit.type === "page" && query.length < LONGEST_URL) {
    const image = new Image();
    image.onload = safely(() => {
      take(name);
      resend();
    });
    image.onerror = safely(later);
    image.src = host + "/api/r.gif?" + query;
  } else resend();
};

/** Send everything that waits, oldest first. The server recognises what it has. */
export const resend = (): void => {
  const waiting = names().slice(0, 50);
  if (!waiting.length || isSending) return;
  isSending = true;
  clearTimeout(timer);
  fetch(host + "/api/hits", { method: "POST", body: body(waiting), keepalive: true, credentials: "include" })
    .then((answer) => {
      isSending = false;
      // What the server refuses for good (it has kept it whole) is not sent for ever.
      if (answer.ok || answer.status === 400 || answer.status === 413) {
        waiting.forEach(take);
        delay = 1000;
        if (names().length) resend();
      } else later();
    })
    .catch(() => {
      isSending = false;
      later();
    });
};

/** The page goes away: what still waits leaves by beacon, and stays kept until acknowledged. */
export const flush = (): void => {
  const waiting = names().slice(-20);
  if (waiting.length) navigator.sendBeacon(host + "/api/hits", body(waiting));
};

export const emptyOutbox = (): void => names().forEach(take);

const later = (): void => {
  clearTimeout(timer);
  timer = page.setTimeout(safely(resend), delay);
  delay = Math.min(delay * 2, 60000);
};

const body = (waiting: string[]): string => {
  const sent = Date.now();
  return JSON.stringify(
    waiting.map((name) => ({ ...JSON.parse(memory[name] || store(name) || "{}"), sent })),
  );
};
