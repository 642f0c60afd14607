// The authors' tab: choosing an author in the roster or on the map, arrows, and what pointing at a work tells.
(() => {
  const find = (selector) => document.querySelector(selector);
  const ENTRIES = "button[data-author], .work[data-said]";
  const within = (value, low, high) => Math.min(Math.max(value, low), high);

  // Gradio hears of it as of a change of a hidden box; the number makes every wish a change.
  let wishes = 0;
  let wanted = "";  // whom to bring into sight
  const choose = (key) => {
    wanted = key;
    const box = find("#fingerprint-asked textarea, #fingerprint-asked input");
    if (!box) return;
    const set = Object.getOwnPropertyDescriptor(Object.getPrototypeOf(box), "value").set;
    set.call(box, `${++wishes} ${key}`);
    box.dispatchEvent(new Event("input", { bubbles: true }));
  };

  const hide = () => document.querySelectorAll(".plane .tip").forEach((old) => old.remove());
  const show = (work) => {
    hide();
    const plane = work.closest(".plane");
    const tip = Object.assign(document.createElement("div"), { className: "tip", textContent: work.dataset.said });
    plane.append(tip);
    const [edge, mark] = [plane.getBoundingClientRect(), work.querySelector(".reach").getBoundingClientRect()];
    const [x, y] = [mark.left + mark.width / 2 - edge.left, mark.top - edge.top];
    tip.style.left = `${within(x - tip.offsetWidth / 2, 0, Math.max(edge.width - tip.offsetWidth, 0))}px`;
    tip.style.top = `${y > tip.offsetHeight + 4 ? y - tip.offsetHeight - 4 : y + mark.height + 4}px`;
  };
  const workAt = (event) => event.target.closest?.(".plane .work");
  for (const name of ["pointerover", "focusin"]) {
    document.addEventListener(name, (event) => {
      const work = workAt(event);
      if (work) show(work);
      else if (!document.activeElement?.matches?.(".plane .work")) hide();
    });
  }

  // One tab stop for the roster and one for the map.
  const enter = (entry) => {
    entry.closest("[data-arrows]").querySelectorAll("[tabindex='0']").forEach((old) => old.setAttribute("tabindex", "-1"));
    entry.setAttribute("tabindex", "0");
    entry.focus();
  };
  const STEPS = { ArrowLeft: -1, ArrowRight: 1, ArrowUp: -1, ArrowDown: 1, Home: -1e6, End: 1e6 };
  const ordered = (group) => [...group.querySelectorAll(ENTRIES)].map((entry) => [entry, entry.getBoundingClientRect()])
    .sort((one, other) => (group.matches("svg") ? one[1].left - other[1].left : 0)).map(([entry]) => entry);
  document.addEventListener("keydown", (event) => {
    const entry = event.target.closest?.(ENTRIES);
    const group = entry?.closest("[data-arrows]");
    if (!group || event.ctrlKey || event.metaKey || event.altKey) return;
    if (event.key in STEPS) {
      const entries = ordered(group);
      enter(entries[within(entries.indexOf(entry) + STEPS[event.key], 0, entries.length - 1)]);
    } else if (workAt(event) && (event.key === "Enter" || event.key === " ")) {
      if (entry.dataset.author) choose(entry.dataset.author);
    } else if (event.key === "Escape") hide();
    else return;
    event.preventDefault();
  });

  document.addEventListener("click", (event) => {
    if (event.target.closest?.("a[href='#authors']")) find("#authors").open = true;  // what the link names
    const entry = event.target.closest?.("[data-arrows] [data-author]");
    if (entry) choose(entry.dataset.author);
  });

  window.prose.keepFocus(".plane .work", (work) => work.dataset.said);
  // The roster, which stays, learns who is chosen.
  window.prose.redrawn(() => {
    const chosen = find(".portrait-name")?.dataset.author;
    if (!chosen) return;
    if (wanted === chosen) {
      wanted = "";
      const edge = find(".portrait-name").getBoundingClientRect();
      if (edge.top < 0 || edge.bottom > innerHeight * 0.7) find("#fingerprint-portrait").scrollIntoView({ block: "start", behavior: "instant" });
    }
    for (const button of document.querySelectorAll(".roster button")) {
      const pressed = String(button.dataset.author === chosen);
      if (button.getAttribute("aria-pressed") !== pressed) button.setAttribute("aria-pressed", pressed);
    }
  });
})();
