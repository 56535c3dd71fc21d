/* Push in this browser: turned on and off in the settings; every page keeps it up while it is on. */
(() => {
  const $ = (s, r = document) => r.querySelector(s), $$ = (s, r = document) => [...r.querySelectorAll(s)];
  const { me, key, on } = document.currentScript.dataset, KEPT = 'vuoro.push';
  const stored = (store, value) => { try { if (value === undefined) return store.getItem(KEPT); if (value) store.setItem(KEPT, value); else store.removeItem(KEPT); } catch { /* private window */ } return null; };
  const isSupported = 'serviceWorker' in navigator && 'PushManager' in window && 'Notification' in window;
  const isApple = /iPhone|iPad/.test(navigator.userAgent) || (navigator.platform === 'MacIntel' && navigator.maxTouchPoints > 1);

  const post = (address, fields) => fetch(address, { method: 'POST', body: new URLSearchParams(fields), headers: { 'X-CSRFToken': $('meta[name=csrf-token]').content } });
  const bytes = text => Uint8Array.from(atob(text.replace(/-/g, '+').replace(/_/g, '/')), c => c.charCodeAt(0));
  const hash = async text => [...new Uint8Array(await crypto.subtle.digest('SHA-256', new TextEncoder().encode(text)))].map(b => b.toString(16).padStart(2, '0')).join('');
  const known = async () => (await navigator.serviceWorker.getRegistration('/'))?.pushManager.getSubscription();

  // What this browser is subscribed with; anew where the desk has another key now.
  async function subscribed() {
    const wanted = bytes((await (await post(key, {})).json()).key);
    await navigator.serviceWorker.register('/sw.js');
    const push = (await navigator.serviceWorker.ready).pushManager, old = await push.getSubscription();
    const used = old?.options.applicationServerKey;
    if (used && new Uint8Array(used).join() === wanted.join()) return old;
    await old?.unsubscribe();
    return push.subscribe({ userVisibleOnly: true, applicationServerKey: wanted });
  }
  async function tell(was) {
    const found = await subscribed(), { endpoint, keys } = found.toJSON();
    const answer = await post(on, { endpoint, point: keys.p256dh, auth: keys.auth, was });
    if (answer.ok) stored(localStorage, JSON.stringify({ me, hash: await hash(endpoint) }));
    else if (was && answer.status === 404) await forget(); // turned off from elsewhere
    return answer.ok;
  }
  async function forget() {
    stored(localStorage, '');
    await (await known())?.unsubscribe();
  }

  // Once a visit: signed in again, or with a new address, this browser is still told.
  const left = JSON.parse(stored(localStorage) || 'null');
  if (isSupported && left?.me === me && Notification.permission === 'granted' && !stored(sessionStorage)) {
    stored(sessionStorage, 'kept');
    tell(left.hash).catch(() => {});
  }

  const card = $('#push');
  if (!card) return;
  const show = name => { for (const s of $$('[data-push]', card)) s.hidden = s.dataset.push !== name; };
  const mine = async () => { const found = await known(); return found && $(`[data-device="${await hash(found.endpoint)}"]`, card); };
  async function state() {
    if (!window.isSecureContext) return 'insecure';
    if (!isSupported) return isApple && !navigator.standalone ? 'iphone' : 'unsupported';
    if (Notification.permission === 'denied') return 'denied';
    return Notification.permission === 'granted' && await mine() ? 'on' : 'off';
  }
  const refresh = async () => {
    const row = isSupported && await mine().catch(() => null);
    if (row) { row.dataset.mine = 'yes'; $('[data-this-one]', row).hidden = false; }
    show(await state().catch(() => 'off'));
  };
  refresh();
  $('[data-push-on]', card).addEventListener('click', async e => {
    const button = e.currentTarget, trouble = $('[data-push-trouble]', card);
    button.setAttribute('aria-disabled', 'true'); trouble.hidden = true;
    try {
      if (await Notification.requestPermission() !== 'granted') await refresh();
      else if (await tell('')) { location.reload(); return; }
      else trouble.hidden = false;
    } catch { trouble.hidden = false; }
    button.removeAttribute('aria-disabled');
  });
  // Turned off here, the browser gives up its address as well.
  for (const row of $$('[data-device]', card)) $('form', row).addEventListener('submit', async e => {
    if (!row.dataset.mine) return;
    e.preventDefault();
    await forget().catch(() => {});
    e.target.submit();
  });
})();
