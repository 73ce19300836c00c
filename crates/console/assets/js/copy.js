// Buttons that copy the text of another element: `data-copy` names it.

const SAID_MILLIS = 2000;

/// Starts listening.
export function watchCopyButtons() {
  document.addEventListener("click", async (event) => {
    const button = event.target.closest("[data-copy]");
    if (!button) return;
    const source = document.getElementById(button.dataset.copy);
    await copy(source);
    say(button);
  });
}

async function copy(source) {
  const text = source.dataset.text ?? source.textContent.trim();
  try {
    await navigator.clipboard.writeText(text);
  } catch {
    // No clipboard for pages that are neither local nor on HTTPS: select it for Ctrl+C.
    getSelection().selectAllChildren(source);
  }
}

function say(button) {
  const label = button.querySelector("[data-copied]") ?? button;
  const before = label.dataset.before ?? label.textContent;
  label.dataset.before = before;
  label.textContent = label.dataset.copied;
  setTimeout(() => {
    label.textContent = before;
  }, SAID_MILLIS);
}
