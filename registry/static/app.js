// What every page does with JavaScript on; each page and form works without it.
import { initAll } from "./vendor/govuk-frontend-6.6.0/govuk-frontend.min.js";

document.body.classList.add("js-enabled", "govuk-frontend-supported");
initAll();

// A second click or a resend is answered by the server with the same record; this only spares it.
const guardSubmit = (form) => {
  let sent = false;
  form.addEventListener("submit", (event) => {
    if (sent) event.preventDefault();
    sent = true;
    setTimeout(() => { sent = false; }, 4000);
  });
};
document.querySelectorAll("form[method=post]:not([data-draft-url])").forEach(guardSubmit);

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
    form.requestSubmit(form.querySelector("button[value=sign]") ?? form.querySelector("button[type=submit]:not([value=reopen])"));
  } else if (isOneLineField(event.target) || event.target.matches("[type=radio], select")) {
    event.preventDefault();
    moveOn(event.target);
  }
});

// A visit form keeps drafts instead, and warns by itself (draft.js).
const warnBeforeLeaving = (form) => {
  let unsaved = false;
  form.addEventListener("input", () => { unsaved = true; });
  form.addEventListener("submit", () => { unsaved = false; });
  window.addEventListener("beforeunload", (event) => { if (unsaved) event.preventDefault(); });
};
document.querySelectorAll("form[data-guard]:not([data-draft-url])").forEach(warnBeforeLeaving);
