// Beside the nine items that results decide: what they propose, worked out by the server from what
// is stored and what is typed. Nothing is ticked here but by the button, and only where no answer is.

const PAUSE = 600;
const form = document.querySelector("form[data-propose-url]");
const rows = [...form.querySelectorAll("[data-derived]")];
const accept = form.querySelector("[data-accept]");
const answered = (row) => row.querySelector("input[type=radio]:checked") !== null;
const acceptable = () => rows.filter((row) => row.dataset.proposed && !answered(row));

let timer = 0;
let running = null;

const offer = () => {
  const open = acceptable();
  accept.hidden = open.length === 0;
  accept.textContent = `Accept ${open.length} proposal${open.length === 1 ? "" : "s"}: Alt+P`;
};

const show = (row, proposal) => {
  const place = row.querySelector("[data-proposal]");
  row.dataset.proposed = proposal?.answer ?? "";
  place.hidden = !proposal || proposal.silent;
  const words = document.createElement("strong");
  words.textContent = proposal ? `Results: ${proposal.words}` : "";
  place.replaceChildren(words, proposal?.why ? `. ${proposal.why}` : "");
};

// Items without any result share one line: a line for each would push the form off the screen.
const tellMissing = (proposals) => {
  const missing = proposals.filter((proposal) => proposal.silent).map((proposal) => proposal.label);
  const place = form.querySelector("[data-results-missing]");
  if (place) place.textContent = missing.length ? `No result in the window for: ${missing.join(", ")}` : "";
};

const ask = async () => {
  running?.abort();
  running = new AbortController();
  const fields = new FormData(form);
  fields.delete("password");
  try {
    const answer = await fetch(form.dataset.proposeUrl, {
      method: "POST", body: new URLSearchParams(fields), redirect: "error", signal: running.signal,
    });
    if (!answer.ok) return;
    const { items } = await answer.json();
    rows.forEach((row) => show(row, items[row.dataset.derived]));
    tellMissing(Object.values(items));
    offer();
  } catch {
    // Without an answer the proposals stay as they are; saving asks for a reason all the same.
  }
};

const decides = (name) => name === "visited_on" || name.startsWith("lab.");
const plan = (event) => {
  offer();
  if (!decides(event.target.name ?? "")) return;
  clearTimeout(timer);
  timer = setTimeout(ask, PAUSE);
};

const take = () => {
  const open = acceptable();
  open.forEach((row) => { row.querySelector(`input[value=${row.dataset.proposed}]`).checked = true; });
  if (open.length) form.dispatchEvent(new Event("input"));
  offer();
};

form.addEventListener("input", plan);
form.addEventListener("change", plan);
accept.addEventListener("click", take);
document.addEventListener("keydown", (event) => {
  if (!event.altKey || event.ctrlKey || event.metaKey || event.code !== "KeyP") return;
  event.preventDefault();
  take();
});
ask();
