// What every page does with JavaScript on; each page and form works without it.
import { initAll } from "./vendor/govuk-frontend-6.6.0/govuk-frontend.min.js";

document.body.classList.add("js-enabled", "govuk-frontend-supported");
initAll();

document.addEventListener("htmx:configRequest", (event) => {
  event.detail.headers["X-CSRFToken"] = document.querySelector("meta[name=csrf-token]").content;
});

// A second click or a resend is answered by the server with the same record; this only spares it.
const guardSubmit = (form) => {
  let sent = false;
  form.addEventListener("submit", (event) => {
    if (sent) event.preventDefault();
    sent = true;
    setTimeout(() => { sent = false; }, 4000);
  });
};
document.querySelectorAll("form[method=post]").forEach(guardSubmit);

const isOneLineField = (element) =>
  element.matches("input[type=text]") && element.closest("form[data-guard]");

const moveOn = (field) => {
  const fields = [...field.form.elements].filter(
    (other) => other.tabIndex >= 0 && other.offsetParent !== null && !other.disabled,
  );
  fields[fields.indexOf(field) + 1]?.focus();
};

// Enter in a value moves on; only a button, or Ctrl+Enter, sends a clinical form.
document.addEventListener("keydown", (event) => {
  if (event.key !== "Enter" || event.isComposing) return;
  const form = event.target.form ?? event.target.closest("form");
  if (!form?.matches("[data-guard]")) return;
  if (event.ctrlKey || event.metaKey) {
    event.preventDefault();
    form.requestSubmit(form.querySelector("button[value=sign]") ?? form.querySelector("button[type=submit]"));
  } else if (isOneLineField(event.target) || event.target.matches("[type=radio], select")) {
    event.preventDefault();
    moveOn(event.target);
  }
});

const DRAFT_PAUSE = 2000;
const RETRY_PAUSE = 20000;
const clock = () => new Date().toLocaleTimeString("en-GB", { hour: "2-digit", minute: "2-digit" });

// Drafts live on the server only; nothing about a patient is written to the browser's storage.
const keepDraft = (form) => {
  const status = form.querySelector("[data-draft-status]");
  let unsaved = false;
  let timer = 0;
  let savedAt = "";
  const plan = (pause) => {
    clearTimeout(timer);
    if (form.dataset.draftUrl) timer = setTimeout(save, pause);
  };
  const save = async () => {
    unsaved = false;
    try {
      const answer = await fetch(form.dataset.draftUrl, {
        method: "POST",
        body: new URLSearchParams(new FormData(form)),
        headers: { "X-CSRFToken": form.elements.csrf_token.value },
        redirect: "error",
      });
      if (!answer.ok) throw new Error(answer.statusText);
      savedAt = clock();
      status.textContent = `Draft saved ${savedAt}`;
    } catch {
      unsaved = true;
      status.textContent = savedAt ? `Not saved since ${savedAt}, retrying` : "Draft not saved yet, retrying";
      plan(RETRY_PAUSE);
    }
  };
  form.addEventListener("input", () => { unsaved = true; plan(DRAFT_PAUSE); });
  form.addEventListener("submit", () => { unsaved = false; clearTimeout(timer); });
  window.addEventListener("beforeunload", (event) => { if (unsaved) event.preventDefault(); });
};
document.querySelectorAll("form[data-guard]").forEach(keepDraft);
