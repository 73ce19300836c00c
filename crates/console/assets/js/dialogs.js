// Buttons that open a dialog (`data-opens` names it) and buttons that close theirs.

/// Starts listening.
export function watchDialogs() {
  document.addEventListener("click", (event) => {
    const opener = event.target.closest("[data-opens]");
    if (opener) document.getElementById(opener.dataset.opens).showModal();
    if (event.target.closest("[data-closes]")) event.target.closest("dialog").close();
  });
  // A dialog that the server sent back with a mistake in it is shown again.
  document.querySelector("dialog[data-again]")?.showModal();
}
