/** The page's globals that we may touch, and the few things every part needs. */

export type Dict = Record<string, unknown>;

export type Command = (...given: unknown[]) => void;

export interface Page {
  _smid?: string;
  _smclientid?: string;
  _smclt?: number;
  _smcsec?: boolean;
  SalesmanagoObject?: string;
  ManagoObject?: string;
  smEvent?: ((name: string) => void) & { sm?: Command };
  [name: string]: unknown;
}

export const page = window as unknown as Page;
export const doc = document;

export const FILE = 'script[src*="/static/sm.js"]';

/** Where this script came from, and where its hits go. */
export const host = ((doc.currentScript || doc.querySelector(FILE)) as HTMLScriptElement | null)
  ?.src.split("/static/")[0];

/** Nothing of ours may ever break a page. */
export const safely = <A extends unknown[]>(work: (...given: A) => void) => (...given: A): void => {
  try {
    work(...given);
  } catch {
    // A page must work without us.
  }
};

export const listen = (target: EventTarget, names: string, work: (event: Event) => void): void =>
  names.split(" ").forEach((name) => target.addEventListener(name, safely(work), true));

/** Replace each x by a random hexadecimal digit. */
export const random = (pattern: string): string =>
  pattern.replace(/x/g, () => (crypto.getRandomValues(new Uint8Array(1))[0] % 16).toString(16));

/** A contact id is a UUID; `null`, `undefined`, `0` and `[object Object]` are nobody. */
export const isContact = (id: unknown): id is string =>
  /^[\da-f]{8}(-[\da-f]{4}){3}-[\da-f]{12}$/i.test(id as string);

/** Path, query and fragment of this page. */
export const readAddress = (): string => location.href.slice(location.origin.length);

/** The id of a visitor as it stands in a cookie or a link, "" for anything else. */
export const readVisitor = (text: string): string => (/^[\da-f-]{16,80}$/.test(text) ? text : "");
