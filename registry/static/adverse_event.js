// The form of an adverse event: only the grades that the chosen term has, and what each means.
// A help only: the server refuses a grade that does not exist, with or without this file.

const form = document.querySelector("form.event");
const said = form.querySelector("[data-grades-said]");
const options = [...document.querySelectorAll("#ctcae-terms option")];
const typed = (name) => form.elements[name]?.value.trim().toLowerCase() ?? "";
const grades = () => [...form.querySelectorAll("select[name=grade], select[name^=graded_]:not([name*=serious])")];

const chosen = () => {
  const other = typed("dictionary") !== "" && !(typed("dictionary") === "ctcae" && ["5", "5.0", "v5.0"].includes(typed("dictionary_version")));
  return other ? undefined : options.find((option) => option.value.toLowerCase() === typed("term"));
};

const wording = (term) => {
  const words = term.dataset.grades.split(" ").map((grade) => `${grade} ${term.getAttribute(`data-grade-${grade}`)}`);
  const measure = term.dataset.measure ? `${term.dataset.measure}: ` : "";
  const note = term.dataset.note ? ` (${term.dataset.note})` : "";
  return `${term.value}, CTCAE 5.0 in brief. ${measure}${words.join("; ")}${note}`;
};

// A grade that was chosen stays, even where the new term has no such grade: the person decides.
const narrow = () => {
  const term = chosen();
  const exist = term?.dataset.grades.split(" ");
  grades().flatMap((select) => [...select.options]).forEach((option) => {
    option.disabled = Boolean(exist && option.value && !option.selected && !exist.includes(option.value));
  });
  said.textContent = term ? wording(term) : "";
};

form.addEventListener("input", narrow);
narrow();
