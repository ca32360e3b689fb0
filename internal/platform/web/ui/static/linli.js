/* linli: what JavaScript adds. Every page reads, reports and votes without it. */
(() => {
'use strict';
const root = document.documentElement, $ = (s, e = document) => e.querySelector(s), $$ = (s, e = document) => [...e.querySelectorAll(s)];
root.classList.add('js');
const words = JSON.parse(document.body.dataset.words || '{}');
const say = (k, v = {}) => (words[k] || '').replace(/\{(\w+)\}/g, (_, n) => v[n] ?? '');
const clock = ms => new Date(ms).toLocaleTimeString('zh-CN', { hour: '2-digit', minute: '2-digit', hour12: false });
const toasts = $('#toasts');
function toast(text) {
  if (!text) return;
  const d = document.createElement('div');
  d.className = 'toast'; d.textContent = text; toasts.append(d);
  setTimeout(() => d.remove(), root.dataset.mode === 'elder' ? 20000 : 8000);
}
function uuid() {
  if (crypto.randomUUID) return crypto.randomUUID();
  const b = crypto.getRandomValues(new Uint8Array(16)); b[6] = b[6] & 15 | 64; b[8] = b[8] & 63 | 128;
  return [...b].map((x, i) => ([4, 6, 8, 10].includes(i) ? '-' : '') + x.toString(16).padStart(2, '0')).join('');
}

/* theme and large type, remembered on this device */
function look(kind, value) {
  root.dataset[kind] = value;
  document.cookie = `${kind}=${value};path=/;samesite=lax;max-age=34560000`;
}
document.addEventListener('click', e => {
  const sw = e.target.closest('[data-switch]');
  if (sw) { e.preventDefault(); look(sw.dataset.switch, sw.value); $$(`[data-switch=${sw.dataset.switch}]`).find(b => b.offsetParent)?.focus(); return; }
  const open = e.target.closest('[data-open]');
  if (open) $('#' + open.dataset.open)?.showModal();
  if (e.target.closest('[data-forget]')) forget();
});

/* a choice that says what follows from it */
document.addEventListener('change', e => {
  const told = e.target.dataset.tell && $('[data-told] span', e.target.form);
  if (told) told.textContent = e.target.dataset.tell;
});

/* keys in lists: j, k, Enter, ? */
document.addEventListener('keydown', e => {
  if (e.ctrlKey || e.metaKey || e.altKey || e.target.closest('input,textarea,select,dialog')) return;
  const rows = $$('[data-keys] [data-row]');
  if (!rows.length) return;
  if (e.key === '?') return void $('#keys')?.showModal();
  const step = { j: 1, k: -1 }[e.key];
  if (!step) return;
  const at = rows.includes(document.activeElement) ? rows.indexOf(document.activeElement) : rows.findIndex(r => r.ariaCurrent);
  rows[Math.min(rows.length - 1, Math.max(0, at + step))].focus();
});

/* one press, one send */
function busy(form, on) {
  for (const b of $$('button:not([type=button])', form).concat($$(`button[form="${form.id || '-'}"]`))) {
    const t = $('span', b) || b;
    if (on) { b.dataset.text ??= t.textContent; t.textContent = say('sending'); b.disabled = true; }
    else if (b.dataset.text) { t.textContent = b.dataset.text; b.disabled = false; delete b.dataset.text; }
  }
}
document.addEventListener('submit', e => {
  const f = e.target;
  if (!/post/i.test(f.getAttribute('method'))) return;
  if (f.dataset.draft) return void submitDraft(e, f);
  if (f.dataset.busy) return void e.preventDefault();
  f.dataset.busy = 1;
  const photos = shots(f);
  setTimeout(() => busy(f, true));
  if (photos) photos.toInput();
});
const free = f => { if (f?.dataset?.busy) { delete f.dataset.busy; busy(f, false); } };
addEventListener('pageshow', e => e.persisted && $$('form').forEach(free));
document.addEventListener('htmx:finally:request', e => free(e.target.closest?.('form')));

/* live parts whose script came after htmx looked */
setTimeout(() => $$('[hx-sse\\:connect]').forEach(e => e._htmx || htmx.process(e)));

/* live figures grow old after 30 s without news */
function fresh(el) { for (const l of $$('.live[data-at]', el)) l.dataset.at = Date.now(); age(); }
function age() {
  for (const l of $$('.live[data-at]')) {
    const at = +l.dataset.at, old = Date.now() - at > 30000;
    if (old !== l.classList.contains('old')) {
      l.dataset.text ??= l.textContent;
      l.textContent = old ? say('stale', { time: clock(at) }) : l.dataset.text;
      l.classList.toggle('old', old);
    }
  }
}
document.addEventListener('htmx:sse:after:message', e => fresh(e.target));
setInterval(age, 5000);

/* photos: shrunk on the phone, shown, painted over */
const MOST = 1600, books = new WeakMap(), shots = form => books.get($('[data-picker]', form));
async function shrink(file) {
  try {
    const img = await createImageBitmap(file, { imageOrientation: 'from-image' });
    const k = Math.min(1, MOST / Math.max(img.width, img.height));
    const c = document.createElement('canvas');
    c.width = Math.round(img.width * k); c.height = Math.round(img.height * k);
    c.getContext('2d').drawImage(img, 0, 0, c.width, c.height);
    return await jpeg(c) || file;
  } catch { return file; } // a kind this browser cannot read: the server decides
}
const jpeg = c => new Promise(ok => c.toBlob(ok, 'image/jpeg', .82));
function picker(box) {
  const input = $('input[type=file]', box), most = +box.dataset.most, strip = $('[data-thumbs]', box), shot = $('[data-shot]', box), big = $('img', shot);
  const book = { list: [], at: 0, changed() {} };
  const tell = () => { draw(); book.changed(); };
  function draw() {
    book.at = Math.max(0, Math.min(book.at, book.list.length - 1));
    strip.textContent = '';
    book.list.forEach((p, i) => {
      p.url ??= URL.createObjectURL(p.blob);
      const b = document.createElement('button'), im = document.createElement('img');
      b.type = 'button'; b.className = 'th'; b.ariaLabel = say('photo', { n: i + 1 }); b.setAttribute('aria-pressed', i === book.at);
      im.src = p.url; im.alt = ''; b.append(im);
      b.onclick = () => { book.at = i; draw(); $$('button', strip)[i].focus(); };
      strip.append(b);
    });
    const p = book.list[book.at];
    shot.hidden = !p;
    if (p) { big.src = p.url; big.alt = say('photo', { n: book.at + 1 }); } else big.removeAttribute('src');
    box.classList.toggle('none', !p);
    $('.add', box).hidden = book.list.length >= most;
  }
  book.set = blobs => { book.list = blobs.map(blob => ({ blob })); draw(); };
  book.toInput = () => {
    const dt = new DataTransfer();
    book.list.forEach((p, i) => dt.items.add(p.blob instanceof File ? p.blob : new File([p.blob], `photo-${i + 1}.jpg`, { type: p.blob.type })));
    input.files = dt.files;
  };
  input.addEventListener('change', async () => {
    const files = [...input.files].slice(0, most - book.list.length);
    input.value = '';
    box.dataset.working = 1;
    for (const f of files) book.list.push({ blob: await shrink(f) });
    delete box.dataset.working;
    book.at = book.list.length - 1;
    tell();
  });
  $('[data-remove]', box).onclick = () => { const [p] = book.list.splice(book.at, 1); URL.revokeObjectURL(p.url); tell(); input.focus(); };
  painter(box, book, tell);
  books.set(box, book);
}
function painter(box, book, tell) {
  const d = $('[data-painter]', box), c = $('canvas', d), g = c.getContext('2d');
  let past = [], on = false, last;
  $('[data-paint]', box).onclick = async () => {
    const img = await createImageBitmap(book.list[book.at].blob).catch(() => null);
    if (!img) return;
    c.width = img.width; c.height = img.height; g.drawImage(img, 0, 0); past = [];
    d.showModal();
  };
  const spot = e => { const r = c.getBoundingClientRect(); return [(e.clientX - r.left) * c.width / r.width, (e.clientY - r.top) * c.height / r.height]; };
  function stroke(e) {
    const p = spot(e);
    g.strokeStyle = '#17211E'; g.lineCap = g.lineJoin = 'round'; g.lineWidth = Math.max(c.width, c.height) / 18;
    g.beginPath(); g.moveTo(...last); g.lineTo(...p); g.stroke(); last = p;
    g.beginPath(); g.arc(...p, g.lineWidth / 2, 0, 7); g.fillStyle = g.strokeStyle; g.fill();
  }
  c.onpointerdown = e => { if (past.length > 7) past.shift(); past.push(g.getImageData(0, 0, c.width, c.height)); on = true; last = spot(e); c.setPointerCapture(e.pointerId); stroke(e); };
  c.onpointermove = e => on && stroke(e);
  c.onpointerup = c.onpointercancel = () => on = false;
  $('[data-undo]', d).onclick = () => { const p = past.pop(); if (p) g.putImageData(p, 0, 0); };
  $('[data-cancel]', d).onclick = () => d.close();
  $('[data-done]', d).onclick = async () => {
    const p = book.list[book.at];
    p.blob = await jpeg(c); URL.revokeObjectURL(p.url); delete p.url;
    d.close(); tell();
  };
}

/* drafts: one being written for each form name, any number waiting to be sent */
let db;
const who = document.body.dataset.who || '';
const open = () => db ??= new Promise((ok, no) => {
  const r = indexedDB.open('linli', 1);
  r.onupgradeneeded = () => r.result.createObjectStore('drafts', { keyPath: 'id' });
  r.onsuccess = () => ok(r.result); r.onerror = () => no(r.error);
});
async function store(mode, fn) {
  const d = await open();
  return new Promise((ok, no) => {
    const t = d.transaction('drafts', mode), r = fn(t.objectStore('drafts'));
    t.oncomplete = () => ok(r.result); t.onerror = t.onabort = () => no(t.error);
  });
}
const put = d => store('readwrite', s => s.put(d)), drop = id => store('readwrite', s => s.delete(id)), all = async () => (await store('readonly', s => s.getAll())).filter(d => d.who === who);
function pack(form, id, state) {
  const fields = [];
  for (const [k, v] of new FormData(form)) if (typeof v === 'string') fields.push([k, v]);
  const box = $('[data-picker]', form);
  return { id, state, form: form.dataset.draft, action: new URL(form.getAttribute('action') || '', location).href, who, at: Date.now(), fields, file: box && $('input[type=file]', box).name, photos: box ? shots(form).list.map(p => p.blob) : [] };
}
function status(text) {
  const s = $('[data-draft-state]');
  if (s) { s.hidden = !text; $('span', s).textContent = text; }
}
async function draftForm(form) {
  const name = form.dataset.draft, id = 'writing:' + who + name, key = form.elements.key;
  let timer;
  const save = async () => { timer = 0; if (form.dataset.busy) return; const d = pack(form, id, 'writing'); await put(d); if (timer) return; form.saved = 1; status(say('draft_saved', { time: clock(d.at) })); };
  form.saveDraft = () => { form.stopDraft(); form.saved = 0; timer = setTimeout(save, 300); };
  form.stopDraft = () => { clearTimeout(timer); timer = 0; };
  addEventListener('pagehide', () => timer && save());
  form.addEventListener('click', async e => {
    const a = e.target.closest('a[href]');
    if (!a || !timer) return;
    e.preventDefault(); form.stopDraft();
    try { await save(); } finally { location.assign(a.href); }
  });
  form.addEventListener('input', form.saveDraft); form.addEventListener('change', form.saveDraft);
  const book = shots(form);
  if (book) book.changed = form.saveDraft;
  const mine = await all();
  let kept = mine.find(d => d.id === id);
  if (!kept && (kept = mine.find(d => d.state === 'failed' && d.form === name))) await unqueue(kept);
  if (!kept) { key.value = uuid(); return; } // a page from the store has a used key
  const typed = $('[data-focus]');
  if (!typed) for (const el of form.elements) {
    if (!el.name || el.type === 'file') continue;
    const vals = kept.fields.filter(f => f[0] === el.name).map(f => f[1]);
    if (el.type === 'radio' || el.type === 'checkbox') el.checked = vals.includes(el.value);
    else if (el.type !== 'submit' && vals.length && !el.matches('[data-fresh]')) el.value = vals[0];
  }
  if (book) book.set(kept.photos);
  status(say('draft_saved', { time: clock(kept.at) }));
}
async function submitDraft(e, form) {
  e.preventDefault();
  if (form.dataset.busy) return;
  form.dataset.busy = 1; form.stopDraft?.();
  while ($('[data-working]', form)) await new Promise(ok => setTimeout(ok, 50));
  let kept = false;
  if (!form.elements.key.value) form.elements.key.value = uuid();
  form.elements.happened_at.value = Date.now();
  const d = pack(form, 'queued:' + form.elements.key.value, 'queued');
  if (e.submitter?.name) d.fields.push([e.submitter.name, e.submitter.value]);
  busy(form, true);
  try {
    await put(d); // before anything leaves
    kept = true;
    await drop('writing:' + who + d.form);
  } catch { /* no room on the phone: send at once, or say so below */ }
  const done = await send(d);
  if (done.where) { await drop(d.id).catch(() => {}); return void location.assign(done.where); }
  free(form);
  if (done.page) { await back(d, form, done.page); return; }
  if (done.status) { await unqueue(d).catch(() => {}); toast(say(done.status === 401 ? 'sign_in_again' : 'not_sent')); return; }
  if (kept) waiting(form, d); else toast(say('not_sent'));
}
/* the form was refused: nothing is queued, the draft is being written again */
async function unqueue(d) { await drop(d.id); await put({ ...d, id: 'writing:' + who + d.form, state: 'writing' }); }
async function back(d, form, html) {
  await unqueue(d);
  const fresh = new DOMParser().parseFromString(html, 'text/html'), main = $('main', fresh);
  if (!main) return void toast(say('not_sent'));
  $('main').replaceWith(document.adoptNode(main));
  await enhance();
}
function waiting(form, d) {
  form.reset(); shots(form)?.set([]);
  form.elements.key.value = uuid();
  const text = say('draft_waiting', { time: clock(d.at) });
  status(text); toast(text); net(false); scrollTo(0, 0);
}
async function send(d) {
  const body = new FormData();
  d.fields.forEach(([k, v]) => body.append(k, v));
  d.photos.forEach((b, i) => body.append(d.file, b, b.name || `photo-${i + 1}.jpg`));
  try {
    const r = await fetch(d.action, { method: 'POST', body, headers: { 'Linli-Draft': '1' }, redirect: 'manual' });
    if (r.status === 201) return { where: r.headers.get('Location') };
    if (r.status === 422) return { page: await r.text() };
    return { status: r.status || 401 };      // a redirect leads to signing in
  } catch { return {}; }
}
let flushing = false;
async function flush() {
  if (flushing || !navigator.onLine) return;
  flushing = true;
  try {
    for (const d of (await all()).filter(d => d.state === 'queued')) {
      if ($(`form[data-draft="${d.form}"][data-busy]`)) continue;
      const done = await send(d);
      if (done.where) { await drop(d.id); net(true); status(''); toast(say('draft_sent')); document.dispatchEvent(new CustomEvent('linli:sent', { detail: done.where })); }
      else if (done.page || done.status === 413) { await put({ ...d, state: 'failed' }); toast(say('draft_failed')); }
      else if (done.status === 401) toast(say('sign_in_again'));
      else if (!done.status) break;
    }
  } catch { /* no store in this browser: nothing waits */ }
  flushing = false;
}
function net(on) {
  for (const b of $$('[data-offline-bar]')) b.hidden = on;
  for (const b of $$('[data-later]')) { const t = $('span', b) || b; b.dataset.now ??= t.textContent; if (!b.disabled) t.textContent = on ? b.dataset.now : say('send_later'); }
}
addEventListener('online', () => { net(true); flush(); });
addEventListener('offline', () => net(false));
setInterval(flush, 15000);

/* keep the report page and the static files for the basement */
async function keep() {
  if (!navigator.serviceWorker || !isSecureContext) return;
  await navigator.serviceWorker.register('/static/sw.js', { scope: '/' });
  const reg = await navigator.serviceWorker.ready, urls = new Set();
  $$('a[data-keep]').forEach(a => urls.add(a.href));
  if ($('form[data-draft]')) urls.add(location.href);
  if (!urls.size) return;
  $$('link[rel=stylesheet],script[src],link[rel=icon]').forEach(x => urls.add(x.href || x.src));
  const use = $('use'); if (use) urls.add(new URL(use.getAttribute('href').split('#')[0], location).href);
  const ch = new MessageChannel(); ch.port1.onmessage = () => root.dataset.kept = '1';
  reg.active.postMessage({ keep: [...urls] }, [ch.port2]);
}
/* signing out: what was kept for this person goes; what waits stays theirs alone */
function forget() { navigator.serviceWorker?.controller?.postMessage({ forget: true }); all().then(l => l.forEach(d => d.state === 'writing' && drop(d.id))); }

async function enhance() {
  $$('[data-picker]').forEach(b => books.has(b) || picker(b));
  $$('[data-toast]').forEach(t => { t.removeAttribute('data-toast'); toasts.append(t); setTimeout(() => t.remove(), 20000); });
  $('[data-focus]')?.focus();
  net(navigator.onLine && !$('.off:not([hidden])'));
  try { for (const f of $$('form[data-draft]')) await draftForm(f); } catch { /* private window: no drafts */ }
  root.dataset.ready = '1';
}
enhance().then(() => { age(); flush(); keep().catch(() => {}); });
})();
