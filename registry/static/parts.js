// The parts of the visit form: they open when they are due at the timepoint that is chosen, and
// "Rest absent" answers what is still open in a group. Without this script all of them can be opened.

const form = document.querySelector("form[data-visit]");
const parts = [...form.querySelectorAll("[data-part]")];
const timepoint = form.elements.timepoint;
const isDue = (part) => timepoint.value !== "" && part.dataset.due.split(" ").includes(timepoint.value);

const markDue = (part) => {
  const words = part.querySelector("[data-due-words]");
  if (!words) return;
  const now = isDue(part);
  words.classList.toggle("part__due--now", now);
  words.textContent = now ? "due at this visit" : words.dataset.dueWords;
};

const openDue = () => {
  parts.forEach(markDue);
  parts.filter(isDue).forEach((part) => {
    part.open = true;
    part.parentElement.closest("details").open = true;
  });
};

// What was answered is never overwritten; the first row left over gets the focus.
const restAbsent = (group) => {
  const rows = [...group.querySelectorAll(".part__finding")];
  const open = rows.filter((row) => !row.querySelector("input:checked") && !row.querySelector(".part__when")?.value);
  open.forEach((row) => { row.querySelector("[value=absent]").checked = true; });
  form.dispatchEvent(new Event("input"));
};

const showButtons = (within) =>
  within.querySelectorAll("[data-part-absent]").forEach((button) => { button.hidden = false; });

form.addEventListener("click", (event) => {
  const button = event.target.closest("[data-part-absent]");
  if (button) restAbsent(button.closest("fieldset"));
});

// The questions of a part come when it is opened; the button in it does the same without this.
const load = async (part) => {
  const later = part.querySelector("[data-part-later]");
  if (!later || later.dataset.asked) return;
  later.dataset.asked = "yes";
  const answer = await fetch(later.dataset.partLater).catch(() => null);
  if (!answer?.ok || answer.redirected) { delete later.dataset.asked; return; }
  later.outerHTML = await answer.text();
  showButtons(part);
};

parts.forEach((part) => {
  const button = part.querySelector("[data-part-later] button");
  if (!button) return;
  button.type = "button"; // never the one that Enter or Ctrl+Enter sends the form with
  button.addEventListener("click", () => load(part));
  part.addEventListener("toggle", () => { if (part.open) load(part); });
});
showButtons(form);

// A date says that the finding is there.
form.addEventListener("input", (event) => {
  if (!event.target.matches?.(".part__when") || event.target.value === "") return;
  event.target.closest(".part__finding").querySelector("[value=present]").checked = true;
});

form.addEventListener("focusin", (event) => {
  const row = event.target.closest(".part [data-help]");
  if (!row) return;
  form.querySelector("[data-help-title]").textContent = row.querySelector("legend, label").textContent;
  form.querySelector("[data-help-text]").textContent = row.dataset.help;
});

timepoint.addEventListener("change", openDue);
