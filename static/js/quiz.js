// Saves every choice at once, keeps it on the phone while there is no network, and shows the
// server's clock. Everything here is comfort: the page is a plain form without it.

const form = document.querySelector("[data-quiz]");
const find = (what) => form.querySelector(what);
const data = form.dataset;
const words = find("[data-words]").dataset;
const saved = find("[data-saved]");
const alerts = find("[data-alert]");
const held = find("[data-held]");
const token = find("[name=csrfmiddlewaretoken]").value;
const number = Number(data.question || 0);
const box = `quiz:${data.attempt}`;
const sent = `quiz-sent:${data.attempt}`;
const BATCH = 100;
const RETRY_MS = 15000;
const WANTED_MS = 4000; // someone looks at the screen and waits
const FRESH_MS = 20000;
const PATIENCE_MS = 15000;
const PAUSE_MS = 800; // of typing
const blank = find("[name=text]"); // of a fill-in

let pause = 0; // the timer that runs while someone types

// --- What waits on the phone: question → its latest {question, sequence, options}, of a fill-in
// with text.

let memory = {}; // where storage is refused, this page alone remembers
let stored = true;

function read(key) {
  try {
    return JSON.parse(localStorage.getItem(key) || "{}");
  } catch {
    return {};
  }
}

const outbox = () => ({ ...memory, ...read(box) });
const waits = () => Object.keys(outbox()).length > 0;

function keep(entries) {
  memory = entries;
  try {
    if (Object.keys(entries).length) localStorage.setItem(box, JSON.stringify(entries));
    else localStorage.removeItem(box);
    stored = true;
    memory = {};
  } catch {
    stored = false;
  }
}

// --- What the server said it has, as {question, sequence, options, at}. A page under way while
// another emptied the box comes without these answers, and finds no box to resume from.

const delivered = () => read(sent);

function remember(entries) {
  const all = delivered();
  for (const entry of entries) {
    if (!(all[entry.question]?.sequence > entry.sequence)) all[entry.question] = entry;
  }
  try {
    localStorage.setItem(sent, JSON.stringify(all));
  } catch {
    // without storage there is no box that another page could empty
  }
}

function forget(keep) {
  try {
    for (const key of Object.keys(localStorage)) {
      if (key.startsWith("quiz-sent:") && key !== keep) localStorage.removeItem(key);
    }
  } catch {
    // nothing was stored
  }
}

// Only what the server has, with the same sequence, leaves the box.
function settle(entries) {
  const left = outbox();
  for (const { question, sequence } of entries) {
    if (left[question]?.sequence <= sequence) delete left[question];
  }
  keep(left);
}

// --- What the screen says

function say(text, kind) {
  saved.classList.toggle("saved--local", kind === "local");
  saved.textContent = text;
  if (!kind || !text) return;
  const name = kind === "local" ? "offline" : kind;
  const icon = `<svg class="icon" aria-hidden="true"><use href="${words.icon}#${name}"/></svg>`;
  saved.insertAdjacentHTML("afterbegin", icon);
}

function sayWaiting() {
  if (waits()) say(stored ? words.local : words.memory || words.local, "local");
}

// On the answer sheet, unless it is newer than what we know.
function mark({ question, sequence: known, options, text }) {
  const entry = find(`[data-entry="${question}"]`);
  if (!entry || known < Number(entry.dataset.sequence)) return;
  const answered = options.length > 0 || Boolean(text);
  entry.dataset.sequence = known;
  entry.classList.toggle("is-done", answered);
  entry.querySelector("span").textContent = answered ? words.answered : words.open;
  find("[data-done]").textContent = form.querySelectorAll("[data-entry].is-done").length;
}

// --- Talking to the server

let heard = performance.now(); // when the server was last known to answer

const post = (url, headers = {}, body, signal) =>
  fetch(url, {
    method: "POST",
    credentials: "same-origin",
    headers: { "X-CSRFToken": token, ...headers },
    body,
    signal,
  });

async function send(url, body) {
  const json = "application/json";
  const headers = { "Content-Type": json, Accept: json };
  // Who hears nothing for long is told so, and it is sent again; old browsers wait on.
  const patience = AbortSignal.timeout?.(PATIENCE_MS);
  const response = await post(url, headers, JSON.stringify(body), patience);
  heard = performance.now();
  const answer = await response.json().catch(() => ({})); // a proxy's page, not ours
  return { status: response.status, ok: response.ok && Array.isArray(answer.saved), answer };
}

let sequence = Number(data.sequence || 0);

function show(entry) {
  sequence = Math.max(sequence, entry.sequence);
  for (const input of form.querySelectorAll("[name=option]")) {
    input.checked = entry.options.includes(input.value);
  }
  if (blank && typeof entry.text === "string") blank.value = entry.text;
}

// Take over what the server has got meanwhile from another page; a choice in the box is newer.
function catchUp() {
  const waiting = outbox()[number]; // first: what leaves the box has been remembered before
  const all = delivered();
  Object.values(all).forEach(mark);
  const own = all[number];
  if (waiting || !own || own.sequence < sequence) return;
  show(own);
  if (own.at) say(words.saved + own.at, "check");
}

function accepted(answer) {
  remember(answer.saved);
  settle(answer.saved);
  for (const entry of answer.saved) {
    mark(entry);
    if (entry.question === number) sequence = Math.max(sequence, entry.sequence);
  }
  if (Number.isInteger(answer.seconds_left)) ends = performance.now() + answer.seconds_left * 1000;
}

// A refusal is final for these entries: the server says why, and what it has instead.
function refused({ answer, status }, entries) {
  if (status === 409 && Array.isArray(answer.options)) {
    remember([answer]);
    mark(answer);
    if (answer.question === number) show(answer);
  }
  settle(entries);
  say(answer.message_zh || "", "alert");
  if (status === 410) leave();
}

function leave() {
  forget();
  location.assign(data.result);
}

// A missing page may pass.
const passing = [401, 403, 404, 408, 429];
const final = (status) => status >= 400 && status < 500 && !passing.includes(status);

let running = null;

// One at a time, in order: a later choice never overtakes an earlier one.
function flush() {
  running ||= drain().finally(() => {
    running = null;
  });
  return running;
}

async function drain() {
  for (;;) {
    // Half a word is kept on the phone, but not sent.
    const entries = Object.values(outbox())
      .filter((entry) => !pause || entry.question !== number)
      .slice(0, BATCH);
    if (!entries.length) return true;
    const alone = entries.length === 1 && data.save;
    let reply;
    try {
      reply = await send(alone ? data.save : data.batch, alone ? entries[0] : { answers: entries });
    } catch {
      sayWaiting();
      return false;
    }
    const { status, ok, answer } = reply;
    if (ok) {
      accepted(answer);
      const mine = answer.saved.find((entry) => entry.question === number);
      const { at } = mine || answer.saved.at(-1);
      if (!outbox()[number]) say(words.saved + at, "check");
    } else if (final(status)) {
      // All or none was stored: drop the one at fault, and try the others again.
      const fault = entries.filter((entry) => entry.question === answer.question);
      refused(reply, fault.length ? fault : entries);
      if (status === 410) return false;
    } else {
      if ([401, 403].includes(status)) release(); // waiting does not help
      if (status === 401) say(answer.message_zh || words.local, "local");
      else sayWaiting();
      return false;
    }
  }
}

function note() {
  sequence += 1;
  const options = [...form.querySelectorAll("[name=option]:checked")].map((input) => input.value);
  const text = blank ? { text: blank.value } : {};
  keep({ ...outbox(), [number]: { question: number, sequence, options, ...text } });
  release(); // who chooses again has not finished here
}

function stopPause() {
  clearTimeout(pause);
  pause = 0;
}

function sayNext(text) {
  if (navigator.onLine) say(text, "");
  else sayWaiting();
}

function sendNow() {
  stopPause();
  sayNext(words.saving);
  flush();
}

form.addEventListener("change", (event) => {
  if (event.target.name === "option") note();
  else if (event.target !== blank || !waits()) return;
  sendNow();
});

// A text is on the phone with every letter, and sent when the typing pauses or the field is left.
function typed(event) {
  if (event.isComposing) return; // an input method shows what is no answer yet
  note();
  sayNext(words.typing);
  clearTimeout(pause);
  pause = setTimeout(sendNow, PAUSE_MS);
}

blank?.addEventListener("input", typed);
blank?.addEventListener("compositionend", typed);

// --- The way on. Without a network it ends on the browser's error page, so it waits here: a press
// is remembered, the screen says why, and it is done once the server answers.

let wanted = null; // the button or link that was pressed

function hold() {
  if (!held.hasChildNodes()) held.append(find("[data-why]").content.cloneNode(true));
}

function release() {
  wanted = null;
  held.replaceChildren();
}

// Handing in is asked about each time, a question only if the server was not heard for a while.
const sure = () =>
  navigator.onLine && !waits() && Boolean(data.save) && performance.now() - heard < FRESH_MS;

async function reachable() {
  if (waits()) await flush();
  if (waits() || !navigator.onLine) return false;
  if (sure()) return true;
  try {
    await fetch(words.icon, { method: "HEAD", cache: "no-store" });
    heard = performance.now();
    return true;
  } catch {
    return false;
  }
}

async function goOn(element) {
  wanted = element;
  stopPause();
  const ready = await reachable();
  if (wanted !== element) return;
  if (!ready) {
    sayWaiting();
    hold();
    return;
  }
  release();
  data.leaving = "yes";
  if (element.href) location.assign(element.href);
  else form.requestSubmit(element);
}

form.addEventListener("submit", (event) => {
  if (data.leaving || sure()) return;
  event.preventDefault();
  goOn(event.submitter || find("[type=submit]"));
});

form.addEventListener("click", (event) => {
  const link = event.target.closest("a[href]");
  if (!link || event.ctrlKey || event.metaKey || (navigator.onLine && !waits())) return;
  event.preventDefault();
  goOn(link);
});

// Back and reload can't be held: the browser asks.
addEventListener("beforeunload", (event) => {
  if (!navigator.onLine && !data.leaving) event.preventDefault();
});

addEventListener("storage", (event) => {
  if (event.key === sent || event.key === box) catchUp();
});
addEventListener("online", () => (wanted ? goOn(wanted) : flush()));
addEventListener("offline", sayWaiting);
addEventListener("pageshow", (event) => {
  delete data.leaving;
  if (event.persisted && navigator.onLine) location.reload();
});
setInterval(flush, RETRY_MS);
setInterval(() => {
  if (wanted) goOn(wanted);
}, WANTED_MS);

// --- The clock: seconds that the server counted, run down by a clock that nobody can set back.

let ends = performance.now() + Number(data.secondsLeft) * 1000;
const clock = find("[data-clock]");
const announced = new Set();
let over = Number(data.secondsLeft) <= 0;

function announce(at, text, left) {
  if (left > at || left <= at - 10 || announced.has(at)) return;
  announced.add(at);
  alerts.textContent = text;
}

async function handIn() {
  stopPause();
  alerts.textContent = words.up;
  say(words.up, "clock");
  await flush();
  try {
    if ((await post(data.submit)).ok) leave();
  } catch {
    sayWaiting();
    hold();
    over = false; // the next tick tries again
  }
}

setInterval(() => {
  const left = Math.max(Math.ceil((ends - performance.now()) / 1000), 0);
  const two = (value) => String(value).padStart(2, "0");
  clock.textContent = `${two(Math.floor(left / 60))}:${two(left % 60)}`;
  announce(300, words.five, left);
  announce(60, words.one, left);
  if (!left && !over) {
    over = true;
    handIn();
  }
}, 1000);

// --- Resume: show what waits for this question, and send it.

forget(sent);
const left = outbox()[number];
if (left) show(left);
catchUp();
sayWaiting();
flush();
