// The tab of many files: a row's button tells which text is to be opened, and keeps the focus in a new table.
(() => {
  const find = (selector) => document.querySelector(selector);

  // Gradio hears of it as of a change of a hidden box; the number makes every wish a change.
  let wishes = 0;
  document.addEventListener("click", (event) => {
    const opener = event.target.closest?.("[data-files-open]");
    const box = opener && find(`#files-${opener.dataset.filesOpen} :is(textarea, input)`);
    if (!box) return;
    const set = Object.getOwnPropertyDescriptor(Object.getPrototypeOf(box), "value").set;
    set.call(box, `${++wishes} ${opener.dataset.row}`);
    box.dispatchEvent(new Event("input", { bubbles: true }));
  });

  window.prose.keepFocus("[data-files-open]", (opener) => opener.dataset.row);
})();
