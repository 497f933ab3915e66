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

form.querySelectorAll("[data-part-absent]").forEach((button) => {
  button.hidden = false;
  button.addEventListener("click", () => restAbsent(button.closest("fieldset")));
});

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
