/** The page's globals that we may touch, and the few questions every part asks. */

export type Dict = Record<string, unknown>;

export interface Page extends Window {
  _smid?: string;
  _smclientid?: string;
  _smclt?: number;
  _smcsec?: boolean;
  SalesmanagoObject?: string;
  smEvent?: (name: string) => void;
  [name: string]: unknown;
}

export const page = window as unknown as Page;
export const doc = document;

/** Nothing of ours may ever break a page. */
export const safely = <A extends unknown[]>(work: (...given: A) => void) => (...given: A): void => {
  try {
    work(...given);
  } catch {
    /* a page must work without us */
  }
};

/** `size` random hexadecimal digits. */
export const random = (size: number): string => {
  let text = "";
  try {
    for (const byte of crypto.getRandomValues(new Uint8Array(size / 2)))
      text += (byte + 256).toString(16).slice(1);
  } catch {
    while (text.length < size) text += Math.random().toString(16).slice(2);
  }
  return text.slice(0, size);
};

/** A contact id is a UUID; `null`, `undefined`, `0` and `[object Object]` are nobody. */
export const isContact = (id: unknown): id is string =>
  /^(?!0{8}-)[\da-f]{8}(-[\da-f]{4}){3}-[\da-f]{12}$/i.test(String(id));
