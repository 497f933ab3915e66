// Drafts of the visit forms, and a look whether the server still knows this person before a form
// leaves the page. Drafts live on the server only; nothing is written to the browser's storage.

const PAUSE = 2000;
const RETRY = 20000;
const PATIENCE = 15000; // a server that is silent for longer counts as out of reach
const form = document.querySelector("form[data-draft-url]");
const status = form.querySelector("[data-draft-status]");
const personOf = (page) => page.querySelector("meta[name=person]")?.content ?? "";
const me = personOf(document);
const clock = () => new Date().toLocaleTimeString("en-GB", { hour: "2-digit", minute: "2-digit" });

// What came of an attempt to keep the draft; the first three let the form itself be sent.
const KEPT = 204;
const SAVED_BEFORE = 409;
const TOO_LONG = 422; // the form, drawn again, says so
const SIGNED_OUT = "signed out";
const OUT_OF_REACH = "out of reach";
const REPLACED = "replaced";
const MAY_LEAVE = [KEPT, SAVED_BEFORE, TOO_LONG];

let savedAt = "";
let unsaved = false;
let sending = false;
let checked = false;
let timer = 0;
let running = null;

const say = (role, ...parts) => {
  if (status.getAttribute("role") === role && status.textContent === parts.map((part) => part.textContent ?? part).join("")) return;
  status.setAttribute("role", role);
  status.replaceChildren(...parts);
};

const signInLink = () => {
  const link = document.createElement("a");
  Object.assign(link, { href: "/sign-in", target: "_blank", rel: "noopener", className: "govuk-link" });
  link.textContent = `Sign in as ${me} in a new tab`;
  return link;
};

const STAYS = "What you typed stays here.";

const show = (outcome, pressed) => {
  if (outcome === KEPT) say("status", `Draft saved ${savedAt}`);
  else if (outcome === SAVED_BEFORE) say("status", "This form was saved already. Open the page again to go on.");
  else if (outcome === SIGNED_OUT) {
    say("alert", "You are signed out. ", signInLink(), `, then press the button again. ${STAYS}`);
  } else if (pressed) {
    const why = outcome === OUT_OF_REACH ? "the server could not be reached" : `the server refused (${outcome})`;
    say("alert", `Not saved: ${why}. ${STAYS} Press the button again.`);
  } else say("status", savedAt ? `Not saved since ${savedAt}, retrying` : "Draft not saved yet, retrying");
  if (pressed) status.scrollIntoView({ block: "nearest" });
};

const send = (signal) => {
  const fields = new FormData(form);
  fields.delete("password");
  const body = new URLSearchParams(fields);
  return fetch(form.dataset.draftUrl, { method: "POST", body, redirect: "error", signal });
};

// A new sign-in brings a new token. It is taken over only when the same person signed in again:
// what one person typed must not be saved in the name of another.
const renewToken = async (signal) => {
  const answer = await fetch(location.href, { signal });
  const page = new DOMParser().parseFromString(await answer.text(), "text/html");
  if (personOf(page) !== me) return answer.ok ? SIGNED_OUT : OUT_OF_REACH;
  const token = page.querySelector("meta[name=csrf-token]").content;
  document.querySelector("meta[name=csrf-token]").content = token;
  document.querySelectorAll("input[name=csrf_token]").forEach((field) => { field.value = token; });
  return "";
};

const attempt = async (signal) => {
  const answer = await send(signal);
  if (answer.status !== 400 && answer.status !== 401) return answer.status;
  return (await renewToken(signal)) || (await send(signal)).status;
};

const halt = () => {
  clearTimeout(timer);
  running?.abort();
};

const keep = async () => {
  halt();
  const control = new AbortController();
  const patience = setTimeout(() => control.abort(), PATIENCE);
  running = control;
  unsaved = false;
  let outcome = OUT_OF_REACH;
  try {
    outcome = await attempt(control.signal);
  } catch {
    if (running !== control) return REPLACED;
  } finally {
    clearTimeout(patience);
  }
  if (outcome === KEPT) savedAt = clock();
  if (!MAY_LEAVE.includes(outcome)) unsaved = true;
  return outcome;
};

const plan = (pause) => {
  clearTimeout(timer);
  if (!sending) timer = setTimeout(autosave, pause);
};

const autosave = async () => {
  const outcome = await keep();
  if (sending || outcome === REPLACED) return;
  show(outcome, false);
  if (unsaved) plan(outcome === KEPT ? PAUSE : RETRY);
};

const leave = (button) => {
  halt();
  unsaved = false;
  checked = true;
  form.requestSubmit(button);
  setTimeout(() => { sending = false; }, 4000); // a sending that was stopped can be tried again
};

form.addEventListener("submit", async (event) => {
  if (checked) {
    checked = false;
    return;
  }
  event.preventDefault();
  if (sending) return;
  sending = true;
  say("status", "Saving …");
  const outcome = await keep();
  if (MAY_LEAVE.includes(outcome)) return leave(event.submitter);
  sending = false;
  show(outcome, true);
  plan(RETRY);
});

form.addEventListener("input", () => { unsaved = true; plan(PAUSE); });
document.querySelector("form[data-discard]")?.addEventListener("submit", () => {
  sending = true;
  unsaved = false;
  halt();
});
window.addEventListener("beforeunload", (event) => { if (unsaved) event.preventDefault(); });
window.addEventListener("pageshow", (event) => { if (event.persisted) sending = false; });
