/* linli: wakes a phone when there is danger, and opens the report page where
   there is no network. It answers from the
   network whenever there is one; what it keeps is told by the pages. */
'use strict';
const STORE = 'linli-kept-1';
self.addEventListener('install', () => self.skipWaiting());
self.addEventListener('activate', e => e.waitUntil(self.clients.claim()));
self.addEventListener('message', e => {
  if (e.data.forget) return e.waitUntil(caches.delete(STORE));
  if (e.data.keep) e.waitUntil(keep(e.data.keep).then(() => e.ports[0]?.postMessage('kept')));
});
async function keep(urls) {
  const c = await caches.open(STORE), now = new Set(urls.map(u => new URL(u, location).href));
  for (const r of await c.keys()) {           // an older version of a file we are about to keep
    const u = new URL(r.url);
    if (u.pathname.startsWith('/static/') && !now.has(r.url)) await c.delete(r);
  }
  await Promise.all([...now].map(async u => {
    if (u.includes('/static/') && await c.match(u)) return;
    const r = await fetch(u, { credentials: 'same-origin' });
    if (r.ok && !r.redirected) await c.put(u, r);
  }));
}
self.addEventListener('fetch', e => {
  const r = e.request, u = new URL(r.url);
  if (r.method !== 'GET' || u.origin !== location.origin) return;
  if (u.pathname.startsWith('/static/')) e.respondWith(still(r));
  else if (r.mode === 'navigate') e.respondWith(page(r));
});
async function still(r) { return await caches.match(r) || fetch(r); }
async function page(r) {
  try { return await fetch(r); } catch (err) {
    const kept = await caches.match(r, { ignoreVary: true }) || await caches.match(r, { ignoreSearch: true, ignoreVary: true });
    if (kept) return kept;
    throw err;
  }
}
/* danger: shown at once, and the server hears that it was shown */
self.addEventListener('push', e => {
  const n = e.data.json();
  e.waitUntil(self.registration.showNotification(n.title, { body: n.body, tag: n.tag, renotify: true, requireInteraction: true, vibrate: [500, 200, 500], icon: '/static/mark.svg', data: n.link })
    .then(() => fetch('/notify/shown', { method: 'POST', body: new URLSearchParams({ receipt: n.receipt }) })).catch(() => {}));
});
self.addEventListener('notificationclick', e => {
  e.notification.close();
  const to = new URL(e.notification.data, location.href);
  if (to.origin !== location.origin) return;
  e.waitUntil(clients.matchAll({ type: 'window' }).then(all => {
    const open = all.find(c => new URL(c.url).pathname === to.pathname);
    return open ? open.focus() : clients.openWindow(to.href);
  }));
});
