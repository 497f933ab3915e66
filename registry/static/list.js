// Lists that load their results into the page (htmx). Stands before htmx, because of the first lines.

// htmx writes the address of every page it runs on, and a patient code with it, to the browser's
// storage, and no setting stops it. Where writing is refused, it keeps the address in memory.
Storage.prototype.setItem = () => {
  throw new DOMException("Nothing is kept in this browser.", "QuotaExceededError");
};

// After "Next page" the link that had the focus is gone.
document.addEventListener("htmx:afterSettle", (event) => {
  if (document.activeElement === document.body) event.target.querySelector("[tabindex]")?.focus();
});

const sayFailed = () => {
  document.getElementById("results-said").textContent = "The list could not be loaded. Reload the page to try again.";
};
document.addEventListener("htmx:responseError", sayFailed);
document.addEventListener("htmx:sendError", sayFailed);
