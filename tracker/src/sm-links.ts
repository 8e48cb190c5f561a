/** Links to the account's other sites carry this visitor's id; loaded where there are such sites. */

import { readCookie } from "./cookies";
import { doc, listen, readVisitor } from "./page";

const domains = (doc.currentScript as HTMLScriptElement).src.split("?")[1].split(",");

const isOurs = (host: string): boolean => domains.some((domain) => ("." + host).endsWith("." + domain));

listen(doc, "click auxclick", (event) => {
  const link = (event.target as Element).closest("a");
  const visitor = readVisitor(readCookie("smuuid"));
  if (!link || !visitor || link.host === location.host) return;
  if (!isOurs(link.host) && !isOurs(link.hostname)) return;
  const before = link.href;
  link.search += (link.search ? "&" : "?") + "smuuid=" + visitor + "&smts=" + Date.now();
  // Only for this click: a link that is copied later must not name this browser.
  setTimeout(() => (link.href = before));
});
