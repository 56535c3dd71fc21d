/* The desk's service worker: shows a push and opens what it is about. It keeps no page and no data. */
self.addEventListener('install', () => self.skipWaiting());
self.addEventListener('activate', e => e.waitUntil(self.clients.claim()));

const read = data => { try { return data.json(); } catch { return {}; } };
// Only a page of this desk, whatever came in.
const page = path => { const url = new URL(path || '/notices', self.location.origin); return url.origin === self.location.origin ? url.href : self.location.origin + '/notices'; };

self.addEventListener('push', e => {
  const told = read(e.data);
  e.waitUntil(self.registration.showNotification(told.title || 'Vuoro', {
    body: told.body || '', tag: told.tag || 'vuoro', renotify: true, lang: told.lang || '', data: { path: told.path },
    icon: '/static/icon-192.png', badge: '/static/icon-192.png',
  }));
});

self.addEventListener('notificationclick', e => {
  e.notification.close();
  e.waitUntil((async () => {
    const url = page(e.notification.data?.path);
    const [open] = await self.clients.matchAll({ type: 'window' });
    try { await open.focus(); await open.navigate(url); } catch { await self.clients.openWindow(url); }
  })());
});

// The browser gave itself a new address: the next page of the desk tells the desk.
self.addEventListener('pushsubscriptionchange', e => {
  if (e.oldSubscription) e.waitUntil(self.registration.pushManager.subscribe(e.oldSubscription.options));
});
