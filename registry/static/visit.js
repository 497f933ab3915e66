// The visit form: live total, "Rest absent", definition of the item in focus, echo of the date.
// The server works every number out again; what is shown here is a help, never the record.

const SPEAK_PAUSE = 1000;
const form = document.querySelector("form[data-visit]");
const panel = form.querySelector("[data-score]");
const groups = [...form.querySelectorAll("[data-group]")];
const rows = groups.flatMap((group) => [...group.querySelectorAll("[data-item]")]);
const answerOf = (row) => row.querySelector("input:checked")?.value ?? "";
const isOpen = (row) => answerOf(row) === "";
const points = (some) =>
  some.filter((row) => answerOf(row) === "present").reduce((sum, row) => sum + Number(row.dataset.weight), 0);
const write = (name, text) => { panel.querySelector(`[data-${name}]`).textContent = text; };
const signed = (number) => (number > 0 ? `+${number}` : String(number).replace("-", "\u2212"));
const firstRadio = (row) => row.querySelector("input");

const change = (total, from, known) => (from === "" || !known ? "–" : signed(total - Number(from)));

const note = (open, skipped, possible, total) => {
  if (open.length) return `So far; ${open.length} still to answer`;
  if (skipped.length) return `Incomplete: at least ${total}, at most ${possible}`;
  return "Complete";
};

let speaking = 0;
const speak = (text) => {
  clearTimeout(speaking);
  speaking = setTimeout(() => write("spoken", text), SPEAK_PAUSE);
};

const showNext = (open) => {
  const button = panel.querySelector("[data-next-open]");
  button.hidden = open.length === 0 || open.length > rows.length / 2;
  if (!button.hidden) button.textContent = `Next open: ${open[0].dataset.item}`;
};

const recount = () => {
  const open = rows.filter(isOpen);
  const skipped = rows.filter((row) => answerOf(row) === "not_assessed");
  const total = points(rows);
  const possible = total + skipped.reduce((sum, row) => sum + Number(row.dataset.weight), 0);
  const serology = points(rows.filter((row) => row.closest("[data-group]").dataset.group === panel.dataset.serology));
  const none = open.length === rows.length;
  const known = open.length + skipped.length === 0;
  const answered = `${rows.length - open.length} of ${rows.length} answered`;
  write("total", none ? "–" : `${known ? "" : "≥ "}${total}`);
  write("answered", answered);
  write("note", note(open, skipped, possible, total));
  write("clinical", none ? "–" : total - serology);
  write("serology-points", none ? "–" : serology);
  write("from-previous", change(total, panel.dataset.previous, known));
  write("from-baseline", change(total, panel.dataset.baseline, known));
  write("organs", organs());
  showNext(open);
  if (!none) speak(`Score ${total}, ${answered}`);
};

const organs = () =>
  groups
    .map((group) => [group.dataset.title, points(rows.filter((row) => group.contains(row)))])
    .filter(([, sum]) => sum > 0)
    .map(([title, sum]) => `${title} ${sum}`)
    .join(" · ");

// Asserts "absent" for what is still open; an item that was present last time, or that the results
// say is present, needs an answer of its own, and an answer that was given is never overwritten.
const restAbsent = (group) => {
  const open = rows.filter((row) => group.contains(row) && isOpen(row));
  open.filter((row) => row.dataset.before !== "present" && row.dataset.proposed !== "present").forEach((row) => {
    row.querySelector("[value=absent]").checked = true;
  });
  form.dispatchEvent(new Event("input"));
  const left = rows.find((row) => group.contains(row) && isOpen(row));
  const next = left ?? rows.slice(rows.indexOf(open.at(-1)) + 1).find(isOpen) ?? rows.find(isOpen);
  (next ? firstRadio(next) : form.elements["pga.value"])?.focus();
};

groups.forEach((group) => {
  const button = group.querySelector("[data-rest-absent]");
  button.hidden = false;
  button.addEventListener("click", () => restAbsent(group));
});
panel.querySelector("[data-next-open]").addEventListener("click", () => firstRadio(rows.find(isOpen))?.focus());

form.addEventListener("focusin", (event) => {
  const row = event.target.closest("[data-item]");
  if (!row) return;
  const definition = document.getElementById(row.getAttribute("aria-describedby").split(" ")[0]);
  form.querySelector("[data-help-title]").textContent = definition.querySelector("dt").textContent;
  form.querySelector("[data-help-text]").textContent = definition.querySelector("dd").textContent;
});

const MONTHS = "janfebmaraprmayjunjulaugsepoctnovdec";
const MS_PER_DAY = 86400000;

const daysAgo = (days) => {
  const now = new Date();
  return new Date(Date.UTC(now.getFullYear(), now.getMonth(), now.getDate() - days));
};

// Reads the same shapes as the server does, so that the echo says what will be stored.
const readDay = (typed) => {
  const text = typed.trim();
  if (/^today$/i.test(text)) return daysAgo(0);
  if (/^-\d{1,4}$/.test(text)) return daysAgo(-Number(text));
  const iso = /^(\d{4})-(\d{2})-(\d{2})$/.exec(text);
  const local = /^(\d{1,2})[ ./-](\d{1,2}|[a-z]{3})[a-z]*[ ./-](\d{4})$/i.exec(text);
  if (!iso && !local) return null;
  const [year, month, day] = iso ? iso.slice(1) : [local[3], local[2], local[1]];
  const named = MONTHS.indexOf(month.toLowerCase());
  const index = /^\d+$/.test(month) ? Number(month) - 1 : named / 3;
  const found = new Date(Date.UTC(Number(year), index, Number(day)));
  return found.getUTCDate() === Number(day) && found.getUTCMonth() === index ? found : null;
};

const echoDate = () => {
  const box = form.querySelector("[data-date-echo]");
  const found = readDay(form.elements.visited_on.value);
  const start = box.dataset.dateEcho ? readDay(box.dataset.dateEcho) : null;
  const words = found?.toLocaleDateString("en-GB", {
    weekday: "short", day: "numeric", month: "short", year: "numeric", timeZone: "UTC",
  });
  const day = found && start ? `, day ${Math.round((found - start) / MS_PER_DAY)}` : "";
  box.querySelector("[data-echo]").textContent = found ? words + day : "";
};

const showEquivalent = () => {
  const drug = form.elements["steroid.drug"].value.trim().toLowerCase();
  const factor = [...form.querySelectorAll("[data-factor]")].find((one) => one.value.toLowerCase() === drug);
  const dose = Number(form.elements["steroid.daily_dose"].value.trim().replace(",", ".") || NaN);
  const mg = factor ? Number((dose * Number(factor.dataset.factor)).toFixed(2)) : NaN;
  form.querySelector("[data-equivalent]").textContent = Number.isNaN(mg) ? "–" : `${mg} mg a day`;
};

form.addEventListener("input", () => { recount(); echoDate(); showEquivalent(); });
recount();
echoDate();
showEquivalent();
