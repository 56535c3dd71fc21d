/* Vuoro's helpers. No inline handlers, no eval, works under script-src 'self'.
   Every page works without this file; it keeps what is typed, keeps lists fresh, and brings the keyboard. */
(() => {
  const $ = (s, r = document) => r.querySelector(s), $$ = (s, r = document) => [...r.querySelectorAll(s)];
  const LOCAL = `vuoro.text.${document.documentElement.dataset.member ?? ''}.`; // one browser, several people

  // 1. Threads open at the newest message; an error summary takes the focus.
  for (const t of $$('[data-newest]')) t.scrollTop = t.scrollHeight;
  $('[data-focus]')?.focus();

  // 2. Live regions. A tick every 2 s while the tab is in use, every 15 s when it is not.
  let lastTick = 0, wholeAt = Date.now(), saidAt = 0;
  const inUse = () => document.visibilityState === 'visible' && document.hasFocus();
  setInterval(() => {
    if (Date.now() - lastTick < (inUse() ? 1900 : 14900)) return; // a timer may come a little early
    lastTick = Date.now();
    document.body.dispatchEvent(new Event('tick'));
  }, 1000);
  document.addEventListener('htmx:configRequest', e => {
    const token = $('meta[name=csrf-token]');
    if (token && e.detail.verb !== 'get') e.detail.headers['X-CSRFToken'] = token.content;
    // Without a feed number the server answers in full: once a minute, so that "late" is true.
    const feed = e.detail.elt.dataset.feed;
    if (!feed) return;
    if (Date.now() - wholeAt > 60000) wholeAt = Date.now(); else e.detail.parameters.feed = feed;
  });
  document.addEventListener('htmx:beforeRequest', e => {
    const live = e.detail.elt;
    if (live.dataset.feed && !live.offsetParent && live.dataset.always === undefined) e.preventDefault(); // a list that this screen does not show
  });
  let waitingBefore = null;
  document.addEventListener('htmx:beforeSwap', e => { waitingBefore = e.detail.target.dataset?.waiting; });
  document.addEventListener('htmx:afterSwap', e => {
    offline(false);
    const list = $('#list');
    if (e.target.id !== 'list' || !list || !(+list.dataset.waiting > +waitingBefore)) return;
    if (Date.now() - saidAt > 30000) { saidAt = Date.now(); $('#live').textContent = list.dataset.said; }
  });
  if (window.Idiomorph) {
    Idiomorph.defaults.ignoreActiveValue = true;
    // A row that was chosen stays chosen, as it was seen then: a message that comes now stops "done".
    Idiomorph.defaults.callbacks.beforeNodeMorphed = old => !(old.matches?.('.sel input') && old.checked);
  }
  // What was refused is said in one place, until the same request goes well; what is typed stays where it is.
  const refused = $('#refused');
  let told = ['', ''];
  function tell(by, answer) { // the same every 2 s is said once
    if (by === told[0] && answer === told[1]) return;
    told = [by, answer];
    const part = new DOMParser().parseFromString(answer, 'text/html').getElementById('refused-told');
    refused.replaceChildren(...part ? [part] : []);
    refused.hidden = !part;
  }
  const well = by => { if (by === told[0]) tell('', ''); };
  document.addEventListener('htmx:responseError', e => { offline(false); tell(e.detail.requestConfig.path, e.detail.xhr.responseText); });
  document.addEventListener('htmx:afterRequest', e => { if (e.detail.successful) well(e.detail.requestConfig.path); });
  const choose = $('[data-choose]');
  choose?.addEventListener('click', e => { e.preventDefault(); choose.closest('.pane').classList.add('choosing'); choose.remove(); $('.sel input')?.focus(); });

  const stays = new WeakSet();
  document.addEventListener('htmx:beforeSwap', e => {
    const pane = e.detail.target.closest?.('[data-newest]');
    if (pane && pane.scrollHeight - pane.scrollTop - pane.clientHeight < 80) stays.add(pane);
  });
  document.addEventListener('htmx:afterSettle', e => {
    const pane = e.target.closest?.('[data-newest]');
    if (pane && stays.delete(pane)) pane.scrollTop = pane.scrollHeight;
  });
  // Colleagues see who has a conversation open.
  const place = $('[data-here]');
  const here = () => {
    if (!place || !inUse()) return;
    fetch(place.dataset.here, { method: 'POST', headers: { 'X-CSRFToken': $('meta[name=csrf-token]').content } }).catch(() => offline(true));
  };
  here();
  setInterval(here, 15000);

  // 3. No connection: a bar under the header, sending switched off with the reason, nothing lost.
  function offline(is) {
    const bar = $('#offline');
    if (!bar || bar.hidden === !is) return;
    bar.hidden = !is;
    if (is) refused.hidden = true; // both stand in the same place
    sendable();
  }
  // What cannot go out now says why beside it: no connection, a closed window, too long a text.
  function sendable() {
    for (const b of $$('[data-send]')) {
      const no = $('#offline')?.hidden === false || b.dataset.blocked !== undefined || b.form?.dataset.long;
      if (no) b.setAttribute('aria-disabled', 'true'); else b.removeAttribute('aria-disabled');
    }
  }
  // Each platform counts in its own way. X's is near enough to tell and exact on the server only,
  // so that it stops nobody here.
  const ADDRESS = /https?:\/\/\S+|(?<![@\w.-])(?:[\w-]+\.)+(?:com|org|net|info|eu|fi|se|no|dk|ee|de|uk|fr|io|shop)(?![\w-])(?:\/\S*)?/gi;
  const PICTURE = /\p{RI}{2}|[0-9#*]\ufe0f?\u20e3|\p{Extended_Pictographic}[\ufe0f\u{1f3fb}-\u{1f3ff}]*(?:\u200d\p{Extended_Pictographic}[\ufe0f\u{1f3fb}-\u{1f3ff}]*)*/gu;
  const LIGHT = /[\u0000-\u10ff\u2000-\u200d\u2010-\u201f\u2032-\u2037]/u;
  const counted = {
    characters: text => [...text].length,
    bytes: text => new TextEncoder().encode(text).length,
    weighted: text => {
      let count = 0;
      const rest = text.normalize('NFC').replace(/^(?:\s*@\w{1,15}(?!\w))+\s*/, '')
        .replace(ADDRESS, () => { count += 23; return ''; }).replace(PICTURE, () => { count += 2; return ''; });
      return [...rest].reduce((sum, letter) => sum + (LIGHT.test(letter) ? 1 : 2), count);
    },
  };
  function measure(form) {
    const told = $('[data-length]', form), area = told && $('textarea', form);
    if (!area) return;
    const { unit, safe } = told.dataset, count = counted[unit](area.value.trim()), most = +told.dataset.most, long = count > most;
    told.hidden = count < (safe || most) * .9;
    if (safe) $('[data-unsafe]', told).hidden = long || count <= safe;
    $('[data-count]', told).textContent = count; $('[data-over]', told).hidden = !long;
    told.classList.toggle('t-danger', long);
    if (long && unit !== 'weighted') form.dataset.long = 'yes'; else delete form.dataset.long;
    sendable();
  }
  document.addEventListener('input', e => { if (e.target.matches('textarea') && e.target.form) measure(e.target.form); });
  addEventListener('offline', () => offline(true));
  addEventListener('online', () => offline(false));
  document.addEventListener('htmx:sendError', () => offline(true));

  // 4. The composer: saved on the server every 2 s, and on this device until the server has it.
  const keep = (key, text, version) => { try { if (text) localStorage.setItem(LOCAL + key, JSON.stringify({ text, version })); else localStorage.removeItem(LOCAL + key); } catch { /* private window */ } };
  const kept = key => { try { return JSON.parse(localStorage.getItem(LOCAL + key)); } catch { return null; } };
  const encoded = (form, version) => {
    const all = new URLSearchParams(new FormData(form));
    if (version !== undefined) all.set('version', version);
    return all.toString();
  };
  function composer(form) {
    const area = $('textarea', form), key = form.dataset.key, saved = $('[data-saved]', form), clash = $('[data-clash]', form);
    const version = () => form.elements.version?.value ?? '';
    let sent = encoded(form), known = area.value, busy = false, stuck = false;
    const left = kept(key);
    if (left && left.text !== area.value) {
      // Typed on this device and not saved: back in its place, unless the server has something newer.
      if (!area.value || !clash || left.version === version()) area.value = left.text;
      else offer(left.text);
    }
    function offer(text) {
      const box = $('template', clash.parentElement).content.cloneNode(true);
      $('[data-theirs]', box).textContent = text;
      clash.replaceChildren(box);
    }
    clash?.addEventListener('click', e => {
      const take = e.target.closest('[data-take]'), box = take && clash.firstElementChild;
      if (!take) return;
      if (take.dataset.take === 'theirs') area.value = $('[data-theirs]', box).textContent;
      if (box.dataset.version) form.elements.version.value = box.dataset.version;
      keep(key, area.value, version());
      clash.replaceChildren(); stuck = false; area.focus();
    });
    const save = async () => {
      if (busy || stuck || !form.isConnected || clash?.firstElementChild) return;
      if (area.value !== known) { keep(key, area.value, version()); known = area.value; }
      if (!form.dataset.draft || encoded(form) === sent) return;
      busy = true;
      const asked = encoded(form), text = area.value;
      try {
        const answer = await fetch(form.dataset.draft, { method: 'POST', body: asked, headers: { 'HX-Request': 'true', 'Content-Type': 'application/x-www-form-urlencoded' }, keepalive: true });
        offline(false);
        if (answer.ok) {
          const now = await answer.json();
          const before = new URLSearchParams(asked);
          before.set('version', now.version);
          sent = before.toString();
          form.elements.version.value = now.version;
          if (saved) saved.textContent = now.saved;
          if (area.value === text) keep(key, ''); else keep(key, area.value, String(now.version));
          well(form.dataset.draft);
        } else {
          const words = await answer.text();
          if (words.includes('data-theirs')) { clash.innerHTML = words; clash.focus(); }
          else { tell(form.dataset.draft, words); if (saved) saved.textContent = form.dataset.notSaved; }
        }
      } catch { offline(true); }
      busy = false;
    };
    let flight = Promise.resolve();
    const timer = setInterval(() => { if (!form.isConnected) clearInterval(timer); else if (!busy) flight = save(); }, 2000);
    addEventListener('pagehide', save);
    // Kept on this device until the next page says that it arrived; a submit that was stopped changes nothing.
    form.addEventListener('submit', e => {
      if (busy) { // what is being saved just now has a newer version, which this form must name
        e.preventDefault(); e.stopPropagation();
        Promise.race([flight, new Promise(r => setTimeout(r, 3000))]).then(() => { busy = false; form.requestSubmit(e.submitter); });
        return;
      }
      keep(key, area.value, version()); setTimeout(() => { stuck = !e.defaultPrevented; });
    });
  }
  // What arrived on the server needs no copy here.
  for (const slot of $$('[data-clear]')) keep(slot.dataset.clear, '');
  const wake = root => {
    for (const f of $$('form[data-key]', root)) if (!f.dataset.awake) { f.dataset.awake = 'yes'; composer(f); }
    for (const told of $$('[data-length]', root)) measure(told.closest('form'));
  };
  wake(document);
  document.addEventListener('htmx:afterSettle', e => {
    wake(document);
    // Another mode was asked for, and its button went with the old composer: go on in the text.
    if (e.target.id === 'composer' && document.activeElement === document.body) $('textarea', e.target)?.focus();
  });
  document.addEventListener('submit', e => {
    if (e.submitter?.getAttribute('aria-disabled') === 'true') { e.preventDefault(); return; }
    if (e.target.matches('[data-sign-out]')) for (const k of Object.keys(localStorage)) if (k.startsWith(LOCAL)) localStorage.removeItem(k);
    if (e.target.dataset.sending) { e.preventDefault(); return; }
    e.target.dataset.sending = 'yes';
    const label = e.submitter?.dataset.busy && $('span', e.submitter);
    if (label) { e.submitter.style.inlineSize = e.submitter.offsetWidth + 'px'; label.textContent = e.submitter.dataset.busy; }
  });
  // Coming back with the browser's own button: the page was kept as it was when it was sent.
  addEventListener('pageshow', e => { if (e.persisted) location.reload(); });

  // @name in a note: whoever begins like what stands behind the @ before the cursor; a press puts the name in.
  const naming = area => /(?:^|[\s(])@([\p{L}'’-]*(?: [\p{L}'’-]*)?)$/u.exec(area.value.slice(0, area.selectionStart));
  document.addEventListener('input', e => {
    const box = e.target.matches('textarea') && $('[data-mentions]', e.target.form ?? undefined);
    if (!box) return;
    const asked = naming(e.target)?.[1].toLowerCase();
    const fits = $$('[data-mention]', box).filter(b => !(b.hidden = asked === undefined || !b.dataset.mention.toLowerCase().startsWith(asked)));
    box.hidden = !fits.length;
  });
  document.addEventListener('click', e => {
    const pick = e.target.closest('[data-mention]'), area = pick && $('textarea', pick.form), asked = area && naming(area);
    if (!asked) return;
    const to = area.selectionStart;
    area.setRangeText(pick.dataset.mention + ' ', to - asked[1].length, to, 'end');
    pick.closest('[data-mentions]').hidden = true; area.focus();
  });
  // By keyboard: arrow down goes to the names and on, past either end back to the text; Escape puts them away.
  document.addEventListener('keydown', e => {
    const form = e.target.form, box = form && !e.isComposing && $('[data-mentions]:not([hidden])', form);
    const step = { ArrowDown: 1, ArrowRight: 1, ArrowUp: -1, ArrowLeft: -1 }[e.key];
    if (!box || !(step || e.key === 'Escape')) return;
    const fits = $$('[data-mention]:not([hidden])', box), at = fits.indexOf(e.target), area = $('textarea', form);
    if (step && at < 0 && !(e.key === 'ArrowDown' && e.target === area)) return;
    e.preventDefault(); e.stopImmediatePropagation();
    if (!step) box.hidden = true;
    (step && fits[at + step] || area).focus();
  });

  // 5. Approval: until the end of the draft was on screen, the main button reads "Read to the end" and scrolls.
  const end = $('[data-end]'), read = $('[data-read]'), yes = $('[data-approve]');
  if (end && read && yes && 'IntersectionObserver' in window) {
    const keys = yes.getAttribute('aria-keyshortcuts');
    const ask = on => { read.hidden = !on; yes.hidden = on; (on ? read : yes).setAttribute('aria-keyshortcuts', keys); (on ? yes : read).removeAttribute('aria-keyshortcuts'); };
    read.addEventListener('click', e => { e.preventDefault(); end.scrollIntoView({ block: 'center' }); });
    const io = new IntersectionObserver(es => {
      if (!es.some(x => x.isIntersecting)) return ask(true);
      const had = document.activeElement === read; ask(false); io.disconnect(); if (had) yes.focus();
    }, { root: end.closest('.pane-body') });
    io.observe(end);
  }
  // A new card ignores taps for 800 ms, so that a double tap cannot approve the next one.
  const bar = $('[data-guard]');
  if (bar) { bar.inert = true; setTimeout(() => { bar.inert = false; }, 800); }
  const edit = $('[data-caret]');
  if (edit) { edit.focus(); edit.setSelectionRange(edit.value.length, edit.value.length); }

  // 6. The seconds in which something can be undone; when they are over it has gone.
  for (const toast of $$('[data-seconds]')) {
    const ends = Date.now() + 1000 * +toast.dataset.seconds, number = $('[data-count]', toast);
    const timer = setInterval(() => {
      const left = Math.ceil((ends - Date.now()) / 1000);
      if (left > 0) { number.textContent = left; return; }
      clearInterval(timer); toast.remove();
    }, 250);
  }
  for (const toast of $$('[data-fades]')) setTimeout(() => toast.remove(), 8000);
  document.addEventListener('click', e => {
    const part = e.target.closest('[data-dismiss]')?.closest('.toast, .refused-told');
    if (part?.parentElement === refused) refused.hidden = true; else part?.remove();
  });

  // 7. Dialogs: [data-open="id"] on a link that also works without this file, [data-close].
  document.addEventListener('click', e => {
    const open = e.target.closest('[data-open]'), close = e.target.closest('[data-close]');
    const dialog = open && $('#' + open.dataset.open);
    if (dialog) { e.preventDefault(); open.closest('dialog')?.close(); dialog.showModal(); }
    if (close) { const d = close.closest('dialog'); if (d) { e.preventDefault(); d.close(); } }
  });
  for (const d of $$('dialog[open]')) { d.close(); d.showModal(); }
  // What was asked for to be shown in a dialog is there: [data-shows="id"] on the link that asked.
  document.addEventListener('htmx:afterSwap', e => {
    const shows = e.detail.requestConfig?.elt?.dataset?.shows, d = shows && $('#' + shows);
    if (d && !d.open) d.showModal();
  });

  // A link to hand over: chosen whole when it gets the focus, copied by a press; http has no clipboard of its own.
  for (const b of $$('[data-copy]')) {
    const field = $('#' + b.dataset.copy);
    b.hidden = false;
    field.addEventListener('focus', () => field.select());
    b.addEventListener('click', async () => {
      try { await navigator.clipboard.writeText(field.value); } catch { field.select(); if (!document.execCommand('copy')) return; b.focus(); }
      $('span', b).textContent = $('#live').textContent = b.dataset.done;
    });
  }

  // Words to post by hand: copied by the same press that opens the platform beside it.
  document.addEventListener('click', e => {
    const b = e.target.closest('[data-copies]'), field = b && $('#' + b.dataset.copies);
    if (!field) return;
    if (navigator.clipboard) navigator.clipboard.writeText(field.value).catch(() => {});
    else { field.select(); document.execCommand('copy'); }
    $('#live').textContent = b.dataset.done;
  });

  // 8. Keyboard. One-key shortcuts can be turned off (WCAG 2.1.4) and never fire while typing.
  const on = document.documentElement.dataset.keys !== 'off';
  const typing = t => t.closest?.('input:not([type=checkbox],[type=radio]),textarea,select,[contenteditable]');
  let g = 0;
  document.addEventListener('keydown', e => {
    if ((e.ctrlKey || e.metaKey) && e.key === 'Enter') {
      const form = e.target.closest?.('form'), all = [...form?.elements ?? []];
      const main = all.find(b => b.matches('[data-main]')) ?? all.find(b => b.type === 'submit' && !b.disabled);
      if (main && e.target.closest('.composer,[data-ctrl-enter]')) { e.preventDefault(); form.requestSubmit(main); }
      return;
    }
    if (e.ctrlKey || e.metaKey || e.altKey || e.isComposing) return;
    if (typing(e.target)) { if (e.key === 'Escape') e.target.blur(); return; }
    if (!on || $('dialog[open]')) return;
    const k = e.key;
    const place = g && Date.now() - g < 1200 && $(`[data-go="${CSS.escape(k)}"]`);
    if (place) { g = 0; location.href = place.href; return; }
    g = k === 'g' ? Date.now() : 0;
    const rows = $$('.pane--list .li'), f = rows.indexOf(document.activeElement), at = f < 0 ? rows.findIndex(r => r.hasAttribute('aria-current')) : f;
    const focusRow = i => { rows[i]?.focus(); rows[i]?.scrollIntoView({ block: 'nearest' }); };
    if (k === 'j') focusRow(Math.min(at + 1, rows.length - 1));
    else if (k === 'k') focusRow(Math.max(at - 1, 0));
    else if (k === 'x') { const c = $('.sel input', rows[at]?.parentElement); if (c) c.click(); }
    else if (k === '/') { const s = $('input[type=search]'); if (s) { e.preventDefault(); s.focus(); } }
    else if (k === 'r') { const b = $('.composer textarea'); if (b) { e.preventDefault(); b.focus(); b.setSelectionRange(b.value.length, b.value.length); } }
    else if (k === '?') $('#keys')?.showModal();
    else {
      const b = $$(`[aria-keyshortcuts="${CSS.escape(k)}"]`).find(x => !x.hidden && x.getClientRects().length && !x.closest('dialog,[inert]'));
      if (b) { e.preventDefault(); b.click(); }
    }
  });
})();
