// Pressing a word masks it; a redrawn text keeps its place, its focus, and says what is masked.
(() => {
  const find = (selector) => document.querySelector(selector);
  const panels = ["coloured"];
  let places = {};
  let last = null;
  let wishes = 0;

  const ask = (text) => {
    const box = find("#pressed textarea, #pressed input");
    if (!box) return;
    const set = Object.getOwnPropertyDescriptor(Object.getPrototypeOf(box), "value").set;
    set.call(box, `${++wishes} ${text}`);
    box.dispatchEvent(new Event("input", { bubbles: true }));
  };

  const wordOf = (event) => {
    const word = event.target.closest?.("#results .excerpt .ig-word[data-at]");
    return word && !word.classList.contains("ig-special") ? word : null;
  };
  const press = (word) => {
    word.classList.toggle("ig-masked");
    ask(word.dataset.at);
  };
  const remember = (word) => { last = { panel: word.closest("#coloured").id, at: word.dataset.at }; };

  document.addEventListener("click", (event) => {
    const word = wordOf(event);
    if (!word || !getSelection().isCollapsed) return;
    remember(word);
    word.focus({ preventScroll: true });
    press(word);
  });
  document.addEventListener("keydown", (event) => {
    const word = wordOf(event);
    if (!word || (event.key !== "Enter" && event.key !== " ")) return;
    event.preventDefault();
    if (!event.repeat) press(word);
  });
  document.addEventListener("focusin", (event) => {
    const word = wordOf(event);
    if (word) remember(word);
    else last = null;
  });
  document.addEventListener("scroll", (event) => {
    const text = event.target;
    if (text.classList?.contains("excerpt")) places.coloured = text.scrollTop;
  }, true);

  // Gradio replaces a text as a whole; this runs before the browser paints it.
  const settle = (panel) => {
    const text = find(`#${panel} .excerpt`);
    if (!text || text.dataset.settled) return;
    const result = find("#composed .composed")?.dataset.result;
    if (places.result !== result) places = { result }; // another text is read from its beginning
    text.dataset.settled = "yes";
    text.scrollTop = places[panel] ?? 0;
    for (const word of text.querySelectorAll(".ig-word[data-at]:not(.ig-special)")) {
      word.setAttribute("role", "button");
      word.setAttribute("aria-pressed", word.classList.contains("ig-masked"));
      word.setAttribute("aria-label", `${word.textContent}: ${word.dataset.score}`);
    }
    if (last?.panel !== panel || document.activeElement !== document.body) return;
    const word = text.querySelector(`.ig-word[data-at="${last.at}"]`);
    if (!word) return;
    word.tabIndex = 0;
    word.focus({ preventScroll: true });
  };
  window.prose.redrawn(() => {
    panels.forEach(settle);
    find("#outcome")?.setAttribute("aria-live", "polite");
    if (!find("#results")) for (const panel of panels) delete places[panel];
  });
})();
