/* linli: sound, clocks and lost link of the alarm. The pages say the same without it. */
(() => {
'use strict';
const root = document.documentElement, $ = s => document.querySelector(s), $$ = s => [...document.querySelectorAll(s)];
const kept = { get: k => { try { return localStorage.getItem(k); } catch { return null; } }, set: (k, v) => { try { v ? localStorage.setItem(k, v) : localStorage.removeItem(k); } catch {} } };
const two = n => String(n).padStart(2, '0');
const show = ms => { const s = Math.max(0, Math.floor(ms / 1000)), h = Math.floor(s / 3600); return (h ? h + ':' : '') + two(Math.floor(s / 60) % 60) + ':' + two(s % 60); };

/* sound: two rising notes, three pairs a round, 4 s rest, louder each round */
let audio, round = 0, next = 0, heard, moved, stuck;
const sounds = () => audio?.state === 'running' && !stuck;
function note(hz, after, ms, loud) {
  const o = audio.createOscillator(), g = audio.createGain(), t = audio.currentTime + after / 1000, e = t + ms / 1000;
  o.frequency.value = hz;
  g.gain.setValueAtTime(0, t); g.gain.linearRampToValueAtTime(loud, t + .01); g.gain.setValueAtTime(loud, e - .02); g.gain.linearRampToValueAtTime(0, e);
  o.connect(g).connect(audio.destination); o.start(t); o.stop(e);
}
const pair = (after, loud) => { note(660, after, 180, loud); note(880, after + 180, 180, loud); };
async function unlock() {
  audio ??= new AudioContext();
  await Promise.race([audio.resume().catch(() => {}), new Promise(ok => setTimeout(ok, 600))]);
  if (sounds()) pair(0, .4);
  silent();
}
/* unheard is red */
function silent() {
  const on = sounds();
  root.dataset.sound = on ? 'on' : 'off';
  for (const e of $$('[data-silent]')) { e.hidden = on; e.classList.toggle('hot', !on && !!$('[data-ring]')); }
}
/* it may say that it runs while its clock stands */
function hearing() {
  const now = performance.now();
  if (audio?.state !== 'running' || audio.currentTime !== heard) { heard = audio?.currentTime; moved = now; }
  stuck = now - moved > 1e3;
}
function ring() {
  const on = $('[data-ring]');
  root.dataset.ringing = on ? round : '';
  if (!on) { round = 0; next = 0; return; }
  if (Date.now() < next) return;
  round++; next = Date.now() + 3 * 700 + 4000;
  if (sounds()) { root.dataset.rung = round; for (let i = 0; i < 3; i++) pair(i * 700, Math.min(1, .25 * round)); }
  else audio?.resume().catch(() => {});
  navigator.vibrate?.([500, 200, 500]);
}
document.addEventListener('click', e => { if (e.target.closest('[data-sound-test]')) { kept.set('duty', '1'); unlock(); } });
document.addEventListener('submit', e => {
  const f = e.target;
  if (f.matches('[data-duty=off]')) kept.set('duty', '');
  if (f.matches('[data-answer]')) $$('[data-ring]').forEach(x => x.removeAttribute('data-ring'));
  if (!f.matches('[data-duty=on]')) return;
  e.preventDefault(); kept.set('duty', '1');
  unlock().then(() => setTimeout(() => f.submit(), 500));
});

/* read out once, with the focus */
let told; try { told = new Set(JSON.parse(sessionStorage.getItem('alarms') || '[]')); } catch { told = new Set(); }
function look() {
  const news = $$('[data-alarm]').filter(x => x.getClientRects().length && !told.has(x.dataset.alarm));
  for (const x of news) told.add(x.dataset.alarm);
  if (news.length) {
    try { sessionStorage.setItem('alarms', JSON.stringify([...told].slice(-50))); } catch {}
    const s = $('[data-said]');
    if (s) s.textContent = news.map(x => x.dataset.say).join('\n');
    news[0].focus();
  }
  const n = $('[data-open-alarms]')?.dataset.openAlarms;
  for (const a of n === undefined ? [] : $$('.side a[href="/alarms"]')) {
    let r = a.querySelector('.r');
    if (!r && +n) { r = document.createElement('span'); r.className = 'r hot'; a.append(r); }
    if (r) { r.textContent = n; r.hidden = !+n; }
  }
}

/* clocks between messages */
function tick() {
  const now = performance.now();
  for (const e of $$('[data-elapsed],[data-left]')) {
    const d = e.dataset, from = d.elapsed ?? d.left;
    if (e.from !== from) { e.from = from; e.since = now; }
    const gone = 'still' in d ? 0 : now - e.since, ms = d.left ? d.left - gone : +from + gone, text = show(ms);
    if (e.textContent !== text) e.textContent = text;
    if ('then' in d && ms <= 0) { e.parentElement.hidden = true; e.parentElement.nextElementSibling.hidden = false; }
    const bar = d.left && e.parentElement.querySelector('[data-whole]');
    if (bar) bar.setAttribute('width', Math.min(100, Math.max(0, 100 * (1 - ms / bar.dataset.whole))) + '%');
  }
  hearing(); ring(); silent(); link();
}

/* the link: gone is said at once, and after 25 s it is an alarm of its own */
let last = Date.now(), down = false, deaf = false, over = false, chimed = false, said = 0;
const mine = e => e.target.closest?.('[data-alarm-live]');
document.addEventListener('htmx:sse:after:message', e => { if (mine(e)) { last = Date.now(); down = false; over = e.detail?.message?.event === 'over'; look(); tick(); beat(); } });
/* on duty, each word of the server is answered: it notices a desk that does not.
   No timer does it, as a hidden tab's timers sleep. */
function beat() {
  if (!kept.get('duty') || Date.now() - said < 5000) return;
  said = Date.now();
  fetch('/alarms/beat', { method: 'POST' }).then(r => { deaf = !r.ok; }, () => { deaf = true; }).then(link);
}
document.addEventListener('htmx:sse:error', e => { if (mine(e)) { down = true; link(); } });
document.addEventListener('htmx:sse:before:connection', e => { if (mine(e) && e.detail?.connection?.attempt > 0 && !document.hidden && !over) { down = true; link(); } });
addEventListener('offline', () => { down = true; link(); });
function link() {
  const box = $('[data-lost]'), stream = $('[data-alarm-live]');
  if (!box || !stream) return;
  if (document.hidden && stream.dataset.alarmLive !== 'always') { last = Date.now(); return; } // it rests there
  const ago = Date.now() - last, lost = down || deaf || ago > 13000, long = lost && ago > 25000;
  if (box.hidden === lost) box.hidden = !lost;
  box.querySelector('[data-lost-now]').hidden = long;
  box.querySelector('[data-lost-long]').hidden = !long;
  root.dataset.link = long ? 'alarm' : lost ? 'lost' : 'up';
  if (long && !chimed && sounds()) note(523, 0, 250, .6);
  chimed = long;
}

/* a phone that wants to be woken */
async function waking(b) {
  if (!navigator.serviceWorker || !window.PushManager || !isSecureContext) return;
  await navigator.serviceWorker.register('/static/sw.js', { scope: '/' });
  const reg = await navigator.serviceWorker.ready, post = (path, v) => fetch(path, { method: 'POST', body: new URLSearchParams(v) });
  let sub = await reg.pushManager.getSubscription();
  const state = () => { b.querySelector('[data-push-on]').hidden = !!sub; b.querySelector('[data-push-off]').hidden = !sub; b.hidden = b.disabled = false; };
  b.onclick = async () => {
    b.disabled = true;
    try {
      if (sub) { await post('/notify/push/end', { endpoint: sub.endpoint }); await sub.unsubscribe(); sub = null; } else {
        const fresh = await reg.pushManager.subscribe({ userVisibleOnly: true, applicationServerKey: b.dataset.push }), k = fresh.toJSON().keys;
        const r = await post('/notify/push', { endpoint: fresh.endpoint, p256dh: k.p256dh, auth: k.auth });
        if (r.ok) sub = fresh; else await fresh.unsubscribe();
      }
    } catch {}
    state();
  };
  state();
}
for (const b of $$('[data-push]')) waking(b).catch(() => {});

if (kept.get('duty')) unlock();
look(); tick();
setInterval(tick, 250);
})();
