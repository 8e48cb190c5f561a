/** Service worker for web push, imported by a file on the site's root. It does nothing yet. */

export {};

const worker = self as unknown as { skipWaiting(): void };
self.addEventListener("install", () => worker.skipWaiting());
